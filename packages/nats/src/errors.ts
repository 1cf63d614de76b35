// The errors of a distributed pool, and what of the server's errors they are made from.

import { PoolClosedError } from "@chankit/pool";

/** The server has not answered for as long as the pool's `timeout`; `cause` is what came last. */
export class PoolTimeoutError extends Error {
  /** For telling errors apart where `instanceof` cannot, across copies of the package. */
  readonly code = "ERR_POOL_TIMEOUT";

  // Set by hand: a minifier would rename the class, and the error with it.
  static {
    this.prototype.name = "PoolTimeoutError";
  }
}

/** For a call that the server has not answered. */
export function timeoutError(what: string, timeout: number, cause?: unknown): PoolTimeoutError {
  return new PoolTimeoutError(`${what}: no answer from the server for ${timeout} ms`, { cause });
}

/** The connection is closed for good: the server may still do what it was told. */
export class ConnectionClosedError extends Error {
  /** For telling errors apart where `instanceof` cannot, across copies of the package. */
  readonly code = "ERR_CONNECTION_CLOSED";

  static {
    this.prototype.name = "ConnectionClosedError";
  }
}

/** The server refuses to do what it was asked for. */
export class ServerError extends Error {
  /** One of JetStream's. */
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** No stream listens at a subject. */
export class NoListenerError extends Error {
  // As the client calls it.
  override readonly name = "NoRespondersError";

  constructor(subject: string) {
    super(`no stream listens at ${subject}`);
  }
}

/** There is no answer, which says nothing about what the server did. */
export class NoAnswerError extends Error {
  // As the client calls it.
  override readonly name = "TimeoutError";
}

/** The pool's streams are not on the server any more. */
export class GoneError extends Error {}

/** For what comes, or waits to come, when the pool is no longer open. */
export function closedError(pool: string): PoolClosedError {
  return new PoolClosedError(
    `pool ${JSON.stringify(pool)} is closed: queue before close, stop or shutdown is called, by whichever process`,
  );
}

/** For calls on a pool that this process has left, or that was destroyed. */
export function goneError(pool: string, how: "left" | "destroyed"): PoolClosedError {
  const what = how === "left" ? "this process has left it" : "it was destroyed";
  return new PoolClosedError(`pool ${JSON.stringify(pool)} is closed here: ${what}; open it again`);
}

/** Error codes of JetStream by which we decide. The HTTP-like code beside them is of no use. */
export const CODE = {
  /** There is another message where this one was to go. */
  taken: 10071,
  /** There is another message before it than was said. */
  otherBefore: 10070,
  /** There is none to be deleted: outside of what there is, or in its midst. */
  noMessage: 10057,
  noSequence: 10043,
  nameInUse: 10058,
  subjectsOverlap: 10065,
} as const;

// Not ready: no leader yet, no resources just now, JetStream starting.
const TRANSIENT = new Set<unknown>([10002, 10008, 10009, 10023, 10039, 10076, 10118, 10119]);

/** Whether an error is the server's answer with this code. */
export function isCode(error: unknown, code: number): boolean {
  return error instanceof Error && (error as { readonly code?: unknown }).code === code;
}

/** No stream listens at the subject, or JetStream is just starting. */
export function isNoResponders(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === "JetStreamNotEnabled" ||
    isNoRespondersName(error) ||
    isNoRespondersName(error.cause)
  );
}

function isNoRespondersName(error: unknown): boolean {
  return error instanceof Error && error.name === "NoRespondersError";
}

/** Whether the stream that was asked for does not exist. */
export function isStreamMissing(error: unknown): boolean {
  return (error instanceof Error && error.name === "StreamNotFoundError") || isCode(error, 10059);
}

/** Whether the consumer that was asked for does not exist, or its stream. */
export function isConsumerMissing(error: unknown): boolean {
  return (
    isStreamMissing(error) || (error instanceof Error && error.name === "ConsumerNotFoundError")
  );
}

/** Whether the same call may succeed later. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isNoResponders(error) || TRANSIENT.has((error as { readonly code?: unknown }).code))
    return true;
  const { cause } = error;
  return error.name === "TimeoutError" || (cause instanceof Error && cause.name === "TimeoutError");
}

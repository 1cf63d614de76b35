// A job, checked and encoded in the call that queues it.

import type { WaitOptions } from "@chankit/channel";

import { toFrame } from "../codec/frame.js";
import { encode } from "../codec/value.js";
import type { JobHead } from "../server/ledger.js";

/** How a job is queued. */
export interface QueueOptions extends WaitOptions {
  /**
   * Makes queueing idempotent: while the pool remembers an id, for `dedupe` ms, a second job with it
   * counts as queued, and is not run. A random one by default.
   */
  readonly id?: string | undefined;
}

/** What of a message is for headers, and for what a crew adds when it copies the input into RUN. */
const SPARE_BYTES = 2048;

/** A job as it is sent. */
export interface Job {
  /** By which the server knows it again. */
  readonly msgID: string;
  /** Whether its id was given: then the server may have a job of this id. */
  readonly isNamed: boolean;
  readonly frame: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/**
 * @throws TypeError if this cannot be a job.
 * @throws RangeError if it is larger than the server takes.
 */
export function toJob(
  task: unknown,
  input: unknown,
  options: QueueOptions,
  maxPayload: number | undefined,
): Job {
  if (typeof task !== "string" || task === "") throw new TypeError("a task needs a name");
  if (typeof options !== "object" || (options as unknown) === null) {
    throw new TypeError("the options must be an object");
  }
  const { kind, bytes } = encode(input, "input");
  const { id = crypto.randomUUID() } = options;
  const msgID = typeof id === "string" ? encoded(id) : "";
  if (msgID === "") throw new TypeError("id must be a string of whole characters, not empty");
  const head: JobHead = { id, task, kind: kind as JobHead["kind"] };
  const frame = toFrame(head, bytes);
  if (maxPayload !== undefined && frame.length + msgID.length + SPARE_BYTES > maxPayload) {
    throw new RangeError(
      `input has ${bytes.length} bytes: the server takes messages of ${maxPayload}, some 2000 of them for us`,
    );
  }
  const isNamed = options.id !== undefined;
  return { msgID, isNamed, frame, signal: toSignal(options.signal) };
}

/** As it may stand in a header; empty if half a character makes that impossible. */
function encoded(id: string): string {
  try {
    return encodeURIComponent(id);
  } catch {
    return "";
  }
}

function toSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value === null) return undefined;
  const { addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  if (typeof addEventListener !== "function" || typeof removeEventListener !== "function") {
    throw new TypeError("signal must be an AbortSignal");
  }
  return value as AbortSignal;
}

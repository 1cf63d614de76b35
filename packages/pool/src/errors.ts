import { gosched } from "@chankit/channel";

/** The pool is no longer open: the job was not accepted, and will never run. */
export class PoolClosedError extends Error {
  /** For telling errors apart where `instanceof` cannot, across copies of the package. */
  readonly code = "ERR_POOL_CLOSED";

  // Set by hand: a minifier would rename the class, and the error with it.
  static {
    this.prototype.name = "PoolClosedError";
  }
}

/** The submitted function was accepted, but the pool was stopped before it was started. */
export class JobSkippedError extends Error {
  /** For telling errors apart where `instanceof` cannot, across copies of the package. */
  readonly code = "ERR_JOB_SKIPPED";

  static {
    this.prototype.name = "JobSkippedError";
  }
}

/** Who tries again and again to queue what is no job must not keep timers and I/O from their turn. */
export async function refuse(error: unknown): Promise<never> {
  const turn = gosched();
  if (turn !== undefined) await turn;
  throw error;
}

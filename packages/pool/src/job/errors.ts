// The errors of pools. Each pool makes its own, which name it (`PoolErrors`).

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

/** Makes the errors of one pool: they name it, and carry the reason of its `abort`. */
export class PoolErrors {
  readonly #name: string | undefined;
  #cause: ErrorOptions | undefined;

  constructor(name: string | undefined) {
    this.#name = name;
  }

  /** The pool is aborted for `reason`; the first one counts. */
  abort(reason: unknown): void {
    if (reason !== undefined) this.#cause ??= { cause: reason };
  }

  /** For what comes, or waits to come, when the pool is no longer open. */
  closed(): PoolClosedError {
    return new PoolClosedError(
      `${this.#pool} is closed: queue before close, stop, abort or shutdown is called, or make a new pool`,
      this.#cause,
    );
  }

  /** For a `resize` that comes too late. */
  terminated(): PoolClosedError {
    return new PoolClosedError(
      `${this.#pool} has terminated: resize it earlier, or make a new pool`,
      this.#cause,
    );
  }

  /** For a function that was accepted, and will not be started. */
  skipped(): JobSkippedError {
    return new JobSkippedError(
      `${this.#pool} was stopped before the function was started: close, unlike stop, abort and shutdown, runs what was accepted`,
      this.#cause,
    );
  }

  /** For a job that was not done in time. */
  timedOut(ms: number): Error {
    return timeoutError(this.#inPool(`the job was not done within ${ms} ms`));
  }

  /** For an argument that cannot be right: says what it must be. */
  argument(message: string): TypeError {
    return new TypeError(this.#inPool(message));
  }

  /** For a number that cannot be right: says what it must be. */
  range(message: string): RangeError {
    return new RangeError(this.#inPool(message));
  }

  #inPool(message: string): string {
    return this.#name === undefined ? message : `${this.#pool}: ${message}`;
  }

  get #pool(): string {
    return this.#name === undefined ? "pool" : `pool ${JSON.stringify(this.#name)}`;
  }
}

/** What the platform uses; something like it where there is no `DOMException`. */
function timeoutError(message: string): Error {
  if (typeof DOMException === "function") return new DOMException(message, "TimeoutError");
  return Object.assign(new Error(message), { name: "TimeoutError", code: 23 });
}

/** Rejects with `error`, in a later turn of the loop when one is due: refused calls count as well. */
export async function rejectInTurn(error: unknown): Promise<never> {
  const turn = gosched();
  if (turn !== undefined) await turn;
  throw error;
}

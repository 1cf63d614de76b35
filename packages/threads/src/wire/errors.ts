/** The thread that ran a call ended before the call did, or the tasks could not be loaded. */
export class ThreadExitError extends Error {
  /** For telling errors apart where `instanceof` cannot, across copies of the package. */
  readonly code = "ERR_THREAD_EXIT";
  /** The exit code of the thread; `undefined` where the platform has none. */
  readonly exitCode: number | undefined;

  // Set by hand: a minifier would rename the class, and the error with it.
  static {
    this.prototype.name = "ThreadExitError";
  }

  constructor(message: string, exitCode: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The threads take no more calls: `close` or `terminate` was called. */
export class ThreadsClosedError extends Error {
  /** For telling errors apart where `instanceof` cannot, across copies of the package. */
  readonly code = "ERR_THREADS_CLOSED";

  static {
    this.prototype.name = "ThreadsClosedError";
  }
}

/** What cannot be cloned, of which task, and why not. */
export function uncloneable(task: string, what: string, why: string): DOMException {
  return new DOMException(
    `task ${JSON.stringify(task)}: ${what} cannot be cloned: ${why}`,
    "DataCloneError",
  );
}

/**
 * The counters of a pool at one instant. Law:
 * `accepted = waiting + inProgress + finished + retrieved + skipped`.
 */
export interface PoolStats {
  /** Jobs and functions that were accepted. What was refused does not count. */
  readonly accepted: number;
  /**
   * Of these, those that have not been started. They may be more than `queueSize`: each free worker is
   * room for one more, which it is about to start.
   */
  readonly waiting: number;
  /** Those that run. */
  readonly inProgress: number;
  /** Those that have ended and whose result was not read yet. */
  readonly finished: number;
  /** Those whose result has been read or handed out; functions as soon as they end. */
  readonly retrieved: number;
  /** Those that will never run. */
  readonly skipped: number;
  /** Of those that have ended, those that threw or rejected. */
  readonly failed: number;
  /** Callers that wait in `queue` or `submit`. */
  readonly blocked: number;
}

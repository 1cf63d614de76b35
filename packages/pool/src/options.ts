/** Options of a `WorkerPool`. */
export interface WorkerPoolOptions {
  /** How many jobs run at a time: a positive integer. */
  readonly workers: number;
  /**
   * How many jobs may wait before `queue` does: a non-negative integer or `Infinity`; `workers` by
   * default. With 0 a job is accepted when a worker takes it.
   */
  readonly queueSize?: number | undefined;
  /**
   * How many results may lie unread before workers wait for a reader: a non-negative integer or
   * `Infinity`, the default. The bound is lifted when the pool is no longer open.
   */
  readonly finishedSize?: number | undefined;
  /** For people: it stands in what a debugger shows. */
  readonly name?: string | undefined;
}

/** @throws RangeError if `value` cannot be a number of workers. */
export function checkWorkers(value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`workers must be a positive integer, not ${String(value)}`);
  }
}

/** @throws RangeError if `value` cannot be the size of the queue named `name`. */
export function checkSize(name: "queueSize" | "finishedSize", value: number): void {
  if (value !== Infinity && (!Number.isSafeInteger(value) || value < 0)) {
    throw new RangeError(
      `${name} must be a non-negative integer or Infinity, not ${String(value)}`,
    );
  }
}

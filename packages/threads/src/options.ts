// The options of `Threads`, checked and completed.

import { parallelism, type WorkerLike, type WorkerOptions } from "./host/host.js";

/** Options of `Threads`. */
export interface ThreadsOptions {
  /** How many threads: a positive integer; as many as the machine runs at a time by default. */
  readonly size?: number | undefined;
  /**
   * How many milliseconds an aborted call may go on before its thread is terminated: a number ≥ 0, 1000
   * by default. `Infinity`: for as long as it likes.
   */
  readonly grace?: number | undefined;
  /** For people: it stands in errors, and is the name of the workers. */
  readonly name?: string | undefined;
  /** What the workers are made with: Node's `WorkerOptions`, or those of a browser. Not with a factory. */
  readonly workerOptions?: object | undefined;
}

/** The options of threads, complete. */
export interface CheckedOptions {
  readonly size: number;
  readonly grace: number;
  readonly name: string;
  readonly workerOptions: WorkerOptions | undefined;
}

/** @throws TypeError if `tasks` is neither a URL nor a factory. */
export function checkTasks(tasks: unknown): URL | (() => WorkerLike) {
  if (typeof tasks === "function") return tasks as () => WorkerLike;
  if (Object.prototype.toString.call(tasks) === "[object URL]") return tasks as URL;
  throw new TypeError(
    'tasks must be a URL, such as new URL("./tasks.js", import.meta.url), or a function that makes a worker',
  );
}

/** @throws TypeError or RangeError if `options` are not what {@link ThreadsOptions} says. */
export function checkOptions(options: ThreadsOptions = {}): CheckedOptions {
  const { size = parallelism(), grace = 1000, name = "threads", workerOptions } = options;
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new RangeError(`size must be a positive integer, not ${String(size)}`);
  }
  if (typeof grace !== "number" || !(grace >= 0)) {
    throw new RangeError(`grace must be a number of milliseconds ≥ 0, not ${String(grace)}`);
  }
  if (typeof name !== "string") throw new TypeError("name must be a string");
  if (
    workerOptions !== undefined &&
    (typeof workerOptions !== "object" || (workerOptions as unknown) === null)
  ) {
    throw new TypeError("workerOptions must be an object");
  }
  return { size, grace, name, workerOptions: workerOptions as WorkerOptions | undefined };
}

/** @throws RangeError if it can be no number of a worker. */
export function checkWorker(worker: number | undefined): number | undefined {
  if (worker === undefined) return undefined;
  if (Number.isSafeInteger(worker) && worker >= 0) return worker;
  throw new RangeError(`worker must be a non-negative integer, not ${String(worker)}`);
}

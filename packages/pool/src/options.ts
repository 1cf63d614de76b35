import type { Run } from "./queue-entry.js";

/** Options of a `WorkerPool`. */
export interface WorkerPoolOptions {
  /** How many jobs run at a time: a positive integer. */
  readonly workers: number;
  /**
   * How many jobs may wait before `queue` does: a non-negative integer or `Infinity`; `workers` by
   * default. With 0 a job is accepted when a worker takes it.
   *
   * A free worker is room for one more. So `stats.waiting` may exceed this by the number of free
   * workers, until these have started what waits.
   */
  readonly queueSize?: number | undefined;
  /**
   * How many results may lie unread before workers wait for a reader: a non-negative integer or
   * `Infinity`, the default. The bound is lifted when the pool is no longer open.
   *
   * With a bound, read: if no one does, the workers wait, then the queue is full, then `queue` waits,
   * and a program that only queues has stopped without a word.
   */
  readonly finishedSize?: number | undefined;
  /** For people: it stands in errors, and in what a debugger shows. */
  readonly name?: string | undefined;
  /**
   * Called in each call of `queue` and `tryQueue`, once, with a function that runs the job; the job
   * is run by what it returns. So `AsyncResource.bind` of `node:async_hooks` makes a job run in the
   * async context of the caller that queued it. Without it a queued job runs in no async context. What
   * it throws refuses the job.
   *
   * @template F The function that runs the job: what is returned must be called as it is.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- `AsyncResource.bind` says so, too
  readonly bind?: (<F extends (...args: any[]) => unknown>(run: F) => F) | undefined;
}

const NAMES = ["workers", "queueSize", "finishedSize", "name", "bind"];

/** The options of a pool, complete. */
export interface CheckedOptions {
  readonly workers: number;
  readonly queueSize: number;
  readonly finishedSize: number;
  readonly name: string | undefined;
  readonly bind: ((run: Run) => Run) | undefined;
}

/** @throws TypeError or RangeError if `options` are not what {@link WorkerPoolOptions} says. */
export function checkOptions(options: WorkerPoolOptions): CheckedOptions {
  if (typeof options !== "object" || (options as unknown) === null) {
    throw new TypeError("a pool needs options: new WorkerPool({ workers: 4 })");
  }
  const { workers, queueSize = workers, finishedSize = Infinity, name, bind } = options;
  if (name !== undefined && typeof name !== "string") throw new TypeError("name must be a string");
  for (const option of Object.keys(options)) checkSpelling(option, name);
  if (bind !== undefined && typeof bind !== "function") {
    throw new TypeError(`${of(name)}bind must be a function, such as AsyncResource.bind`);
  }
  checkWorkers(workers, name);
  checkSize("queueSize", queueSize, name);
  checkSize("finishedSize", finishedSize, name);
  return { workers, queueSize, finishedSize, name, bind };
}

/** @throws RangeError if `value` cannot be a number of workers. */
export function checkWorkers(value: number, pool: string | undefined): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${of(pool)}workers must be a positive integer, not ${show(value)}`);
  }
}

function checkSize(
  name: "queueSize" | "finishedSize",
  value: number,
  pool: string | undefined,
): void {
  if (value !== Infinity && (!Number.isSafeInteger(value) || value < 0)) {
    throw new RangeError(
      `${of(pool)}${name} must be a non-negative integer or Infinity, not ${show(value)}`,
    );
  }
}

/** Which pool an error is about. */
function of(pool: string | undefined): string {
  return pool === undefined ? "" : `pool ${JSON.stringify(pool)}: `;
}

/** An option that is ours but for its spelling would be ignored; what is none of ours, is. */
function checkSpelling(option: string, pool: string | undefined): void {
  if (NAMES.includes(option)) return;
  const meant = NAMES.find((name) => letters(name) === letters(option));
  if (meant !== undefined) {
    throw new TypeError(
      `${of(pool)}${JSON.stringify(option)} is no option of a pool: write ${meant}`,
    );
  }
}

/** What stays the same when a name is written in another style, or in the singular. */
function letters(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .replace(/s$/, "");
}

/** A value in an error: the string 3 is told from the number, and nothing is called that may throw. */
function show(value: unknown): string {
  if (typeof value === "string") return `${value} (a string)`;
  if (typeof value === "function" || (typeof value === "object" && value !== null)) {
    return `a value of type ${typeof value}`;
  }
  return String(value);
}

// The options of a pool: what users give, and what the pool makes of that.

import { isCount, isSpan, show } from "../util/checks.js";
import { PoolErrors } from "../job/errors.js";
import {
  checkRetry,
  checkTimeout,
  type JobDefaults,
  type RetryPolicy,
} from "../job/job-options.js";
import type { Run } from "../job/queue-entry.js";

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
   * With a bound, read: if nothing does, the workers wait, then the queue is full, then `queue` waits,
   * and a program that only queues has stopped without a word.
   */
  readonly finishedSize?: number | undefined;
  /**
   * For pools that are not read: what ends counts as retrieved at once, and `finished` only ever tells
   * the end. `false` by default.
   */
  readonly discardResults?: boolean | undefined;
  /** The timeout of jobs that have none of their own; `Infinity` by default. */
  readonly timeout?: number | undefined;
  /** When jobs that have no policy of their own are run again after a failure; never by default. */
  readonly retry?: RetryPolicy | undefined;
  /**
   * In how many milliseconds a job that waits gains a priority of 1, so that none starves: positive or
   * `Infinity`, the default. Its rank is `priority + waited / ageing`, counted evenly from its
   * acceptance, so the order of two jobs that wait never changes.
   */
  readonly ageing?: number | undefined;
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

const NAMES = [
  "workers",
  "queueSize",
  "finishedSize",
  "discardResults",
  "timeout",
  "retry",
  "ageing",
  "name",
  "bind",
];

/** The options of a pool, complete. */
export interface CheckedOptions {
  readonly workers: number;
  readonly queueSize: number;
  readonly finishedSize: number;
  readonly discardResults: boolean;
  readonly ageing: number;
  readonly name: string | undefined;
  readonly bind: ((run: Run) => Run) | undefined;
  /** What its jobs have. */
  readonly defaults: JobDefaults;
  /** What makes its errors. */
  readonly errors: PoolErrors;
}

/** @throws TypeError or RangeError if `options` are not what {@link WorkerPoolOptions} says. */
export function checkOptions(options: WorkerPoolOptions): CheckedOptions {
  if (typeof options !== "object" || (options as unknown) === null) {
    throw new TypeError("a pool needs options: new WorkerPool({ workers: 4 })");
  }
  const { workers, queueSize = workers, finishedSize = Infinity, name, bind } = options;
  const { discardResults = false, timeout = Infinity, retry, ageing = Infinity } = options;
  if (name !== undefined && typeof name !== "string") throw new TypeError("name must be a string");
  const errors = new PoolErrors(name);
  for (const option of Object.keys(options)) checkSpelling(option, errors);
  if (bind !== undefined && typeof bind !== "function") {
    throw errors.argument("bind must be a function, such as AsyncResource.bind");
  }
  if (typeof discardResults !== "boolean") {
    throw errors.argument(`discardResults must be a boolean, not ${show(discardResults)}`);
  }
  checkWorkers(workers, errors);
  checkSize("queueSize", queueSize, errors);
  checkSize("finishedSize", finishedSize, errors);
  checkTimeout(timeout, errors);
  if (!isSpan(ageing)) {
    throw errors.range(`ageing must be positive milliseconds or Infinity, not ${show(ageing)}`);
  }
  const policy = retry === undefined ? undefined : checkRetry(retry, errors);
  const isPlain =
    timeout === Infinity && ageing === Infinity && policy === undefined && bind === undefined;
  const defaults = { timeout, retry: policy, isPlain };
  return { workers, queueSize, finishedSize, discardResults, ageing, name, bind, defaults, errors };
}

/** @throws RangeError if `value` cannot be a number of workers. */
export function checkWorkers(value: number, errors: PoolErrors): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw errors.range(`workers must be a positive integer, not ${show(value)}`);
  }
}

function checkSize(name: "queueSize" | "finishedSize", value: number, errors: PoolErrors): void {
  if (!isCount(value)) {
    throw errors.range(`${name} must be a non-negative integer or Infinity, not ${show(value)}`);
  }
}

/** An option that is ours but for its spelling would be ignored; what is none of ours, is. */
function checkSpelling(option: string, errors: PoolErrors): void {
  if (NAMES.includes(option)) return;
  const meant = NAMES.find((name) => letters(name) === letters(option));
  if (meant !== undefined) {
    throw errors.argument(`${JSON.stringify(option)} is no option of a pool: write ${meant}`);
  }
}

/** What stays the same when a name is written in another style, or in the singular. */
function letters(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .replace(/s$/, "");
}

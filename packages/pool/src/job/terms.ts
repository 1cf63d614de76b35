// What few entries have, apart, so that plain ones do not pay for it: a priority, a timeout, tries.
//
// Invariant: it is in at most one heap at a time. While its entry waits that is the one of the waiting
// list, during the delay before a try that of the delays, while it runs that of the timeouts.

import type { HeapItem } from "../util/heap.js";
import type { Job } from "./job.js";
import type { QueueEntry, Run } from "./queue-entry.js";
import type { CheckedRetry } from "./job-options.js";
import { isSubmission } from "./submission.js";

/** Where an entry runs: on a worker. */
export interface RunningPlace {
  readonly id: number;
  /** Aborts the signal of what runs there. */
  abort(reason: unknown): boolean;
}

/** On which terms an entry runs, and how it went so far. */
export class Terms<J extends Job> implements HeapItem {
  readonly priority: number;
  /** In milliseconds; `Infinity` if there is none. */
  readonly timeout: number;
  readonly retry: CheckedRetry | undefined;
  /** Runs the job, if it was bound to its caller. */
  bound: Run | undefined = undefined;
  /** Set when it is made. */
  entry!: QueueEntry<J>;

  // Of the heap that it is in.
  key = 0;
  heap: object | undefined = undefined;
  index = 0;
  /** That of the entry. */
  number = 0;
  /** Where it stands among those that wait: set once, when it is accepted. */
  urgency = 0;

  /** How many runs have begun. */
  attempt = 0;
  /** On which worker the last one has. */
  worker: RunningPlace | undefined = undefined;
  /** Why the last one has failed, if it has. */
  failure: unknown = undefined;
  /** Whether it has failed because its time was over. It may still go on. */
  isTimedOut = false;
  /** Then: how long to wait before the next try; nothing if there is none. */
  delay: number | undefined = undefined;

  constructor(priority: number, timeout: number, retry: CheckedRetry | undefined) {
    this.priority = priority;
    this.timeout = timeout;
    this.retry = retry;
  }

  /** The same terms for another entry. */
  copy(): Terms<J> {
    return new Terms<J>(this.priority, this.timeout, this.retry);
  }

  /** Whether, after the run that is to begin, there may be another one. */
  get mayComeBack(): boolean {
    return this.retry !== undefined && this.attempt < this.retry.times;
  }

  /** The number of the worker of the last run. */
  get lastWorker(): number {
    return (this.worker as RunningPlace).id;
  }

  /** A run begins, on `worker`. Gives its timeout. */
  begin(worker: RunningPlace): number {
    this.attempt++;
    this.worker = worker;
    this.isTimedOut = false;
    return this.timeout;
  }

  /** The time of the run is over: it has failed, with `error`, whatever it does. */
  timeOut(error: Error): void {
    this.isTimedOut = true;
    this.failure = error;
    this.delay = undefined;
  }

  /** The run has ended, and has failed. */
  fail(reason: unknown): void {
    this.isTimedOut = false;
    this.failure = reason;
  }

  /** There is not going to be another try, after all: the caller need not wait for the end of the run. */
  giveUp(): void {
    if (!this.isTimedOut || this.delay === undefined) return;
    this.delay = undefined;
    if (isSubmission(this.entry)) this.entry.reject(this.failure);
  }
}

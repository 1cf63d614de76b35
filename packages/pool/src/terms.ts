// What few entries have, apart, so that plain ones do not pay for it: a priority, a timeout, tries.
//
// Invariant: it is in at most one heap at a time. While its entry waits that is the one of the waiting
// list, during the delay before a try that of the delays, while it runs that of the timeouts.

import type { HeapItem } from "./heap.js";
import type { Job } from "./job.js";
import type { QueueEntry, Run } from "./queue-entry.js";
import type { CheckedRetry } from "./job-options.js";

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

  constructor(priority: number, timeout: number, retry: CheckedRetry | undefined) {
    this.priority = priority;
    this.timeout = timeout;
    this.retry = retry;
  }
}

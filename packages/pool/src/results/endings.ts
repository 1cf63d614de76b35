// How things end: counts it, keeps the result, tells the caller. An entry that was started ends here,
// whatever has ended it, and once.

import type { Job } from "../job/job.js";
import { isJob, type QueueEntry } from "../job/queue-entry.js";
import type { Results } from "./results.js";
import { isSubmission } from "../job/submission.js";

/** Accounts for what has ended. */
export class Endings<J extends Job> {
  readonly #results: Results<J>;
  #failed = 0;
  #returned = 0;

  constructor(results: Results<J>) {
    this.#results = results;
  }

  /** How many jobs and functions have failed. */
  get failed(): number {
    return this.#failed;
  }

  /** How many functions have ended, and so have told their callers. */
  get returned(): number {
    return this.#returned;
  }

  /** Counts the end of `entry`, which ran on `worker`. It is not told yet. */
  count(entry: QueueEntry<J>, worker: number, failed: boolean, outcome: unknown): void {
    if (failed) this.#failed++;
    if (isJob(entry)) this.#results.add(entry, worker, failed, outcome);
    else this.#returned++;
  }

  /** Tells the caller of `entry`, or a reader. */
  tell(entry: QueueEntry<J>, failed: boolean, outcome: unknown): void {
    if (!isSubmission(entry)) this.#results.deliver();
    else if (failed) entry.reject(outcome);
    else entry.fulfil(outcome);
  }
}

// What was queued or submitted, on its way through the pool, as an object of ours. Everything that
// the pool has to know stands in it, so a job is only ever touched to call its `run`: whatever a
// job is, a proxy that throws at each look included, only its own run can fail.
//
//   made --> waiting --> running --> ended
//    |          |
//    |          +--> withdrawn (by its signal), skipped (by the pool)
//    +--> refused
//
// Invariant: `queue` is set exactly while the entry waits.

import type { AbortTarget } from "@chankit/channel";

import type { Caller } from "./caller.js";
import type { Context } from "./context.js";
import type { Job, JobContext } from "./job.js";
import type { JobQueue } from "./job-queue.js";

/** What an entry calls when it is started. */
export type Run = (context: JobContext) => unknown;

/** A queued job, or a submitted function. */
export class QueueEntry<J extends Job> implements AbortTarget {
  // The links and the queue belong to the queue.
  next: QueueEntry<J> | undefined = undefined;
  previous: QueueEntry<J> | undefined = undefined;
  queue: JobQueue<J> | undefined = undefined;
  /** The queued job; nothing for a submitted function. */
  readonly job: J | undefined;
  /** The caller of `submit`; nothing for a queued job. */
  readonly caller: Caller | undefined;
  readonly #run: Run | undefined;

  /** `run` is the submitted function, or a job's `run` that was bound; else `job.run` is called. */
  constructor(job: J | undefined, run: Run | undefined, caller: Caller | undefined) {
    this.job = job;
    this.caller = caller;
    this.#run = run;
  }

  /** Calls the function, or the job. */
  run(context: Context): unknown {
    const run = this.#run;
    if (run === undefined) return (this.job as J).run(context);
    if (this.caller !== undefined) this.caller.context = context;
    return run(context);
  }

  /** The signal of `submit` is aborted: withdraws a function that waits, tells one that runs. */
  cancel(reason: unknown): void {
    // It is followed from the moment at which the function begins to wait, and until it has ended.
    if (this.queue === undefined) this.caller?.abortRun(reason);
    else this.queue.withdraw(this, reason);
  }
}

/** Entries in the order in which they came: linked in both directions, so that each leaves in O(1). */
export class EntryList<J extends Job> {
  first: QueueEntry<J> | undefined = undefined;
  length = 0;
  #last: QueueEntry<J> | undefined = undefined;

  /** Adds an entry at the end. */
  push(entry: QueueEntry<J>): void {
    entry.previous = this.#last;
    if (this.#last === undefined) this.first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.length++;
  }

  /** Takes an entry of this list out, wherever it stands. */
  remove(entry: QueueEntry<J>): void {
    if (entry.previous === undefined) this.first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) this.#last = entry.previous;
    else entry.next.previous = entry.previous;
    entry.next = entry.previous = undefined;
    this.length--;
  }
}

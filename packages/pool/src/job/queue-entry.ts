// What was queued or submitted, on its way through the pool, as an object of ours. Everything that
// the pool has to know stands in it, so a job is only ever touched to call its `run`: whatever a
// job is, a proxy that throws at each look included, only its own run can fail.
//
//   made --> waiting --> running --> ended
//    |          |
//    |          +--> withdrawn (by its signal), skipped (by the pool)
//    +--> refused
//
// The entry of a queued job that has ended holds its result, and stands in the list of results.

import { type Context, spreadable } from "./context.js";
import type { Finished, Job, JobContext } from "./job.js";
import type { Terms } from "./terms.js";

/** What an entry calls when it is started. */
export type Run = (context: JobContext) => unknown;

/**
 * A queued job, or a submitted function. Not a superclass: to construct derived classes takes V8 an
 * eighth of the time of a job that does nothing.
 */
export interface QueueEntry<J extends Job> {
  // The links belong to the list in which it waits.
  next: QueueEntry<J> | undefined;
  previous: QueueEntry<J> | undefined;
  /** How many were accepted before it. */
  number: number;
  /** The queued job; nothing for a submitted function. */
  readonly job: J | undefined;
  /** What few entries have. */
  readonly terms: Terms<J> | undefined;
  /** Calls the job, or the function. */
  run(context: Context): unknown;
  /** The pool has another number of workers, and this runs. */
  resized(): void;
}

/** A queued job. */
export class JobEntry<J extends Job> implements QueueEntry<J> {
  next: QueueEntry<J> | undefined = undefined;
  previous: QueueEntry<J> | undefined = undefined;
  number = 0;
  readonly job: J;
  readonly terms: Terms<J> | undefined;
  /** Once it has ended. */
  result: Finished<J> | undefined = undefined;

  constructor(job: J, terms: Terms<J> | undefined) {
    this.job = job;
    this.terms = terms;
    if (terms !== undefined) terms.entry = this;
  }

  run(context: Context): unknown {
    const bound = this.terms?.bound;
    const given = spreadable(context);
    return bound === undefined ? this.job.run(given) : bound(given);
  }

  resized(): void {
    // What runs goes on.
  }
}

/** Whether an entry is a queued job. */
export function isJob<J extends Job>(entry: QueueEntry<J>): entry is JobEntry<J> {
  return entry.job !== undefined;
}

/** Entries in the order in which they came: linked in both directions, so that each leaves in O(1). */
export class EntryList<J extends Job, E extends QueueEntry<J> = QueueEntry<J>> {
  first: E | undefined = undefined;
  length = 0;
  #last: E | undefined = undefined;

  /** Adds an entry at the end. */
  push(entry: E): void {
    entry.previous = this.#last;
    if (this.#last === undefined) this.first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.length++;
  }

  /** Takes an entry of this list out, wherever it stands. */
  remove(entry: E): void {
    if (entry.previous === undefined) this.first = entry.next as E | undefined;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) this.#last = entry.previous as E | undefined;
    else entry.next.previous = entry.previous;
    entry.next = entry.previous = undefined;
    this.length--;
  }
}

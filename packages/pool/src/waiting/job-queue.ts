// The channel of jobs: what was accepted and waits to be started, in the order of `WaitingList`. It is a
// channel of a custom kind because its room varies: a free worker is room for one job more, as a
// waiting receiver is for a plain channel.
//
// Workers do not receive from it, though. What is handed to a waiting receiver is gone from the
// channel; but until an entry is *started*, `stop` skips it, its signal withdraws it, and `resize`
// takes the worker away. So entries stay here until that moment: the dispatcher looks at the `next`
// one, and when it calls it, says `start`.
//
// It counts what happens to entries. Law: each accepted one is waiting, in progress, skipped, or has
// ended. A worker is busy from a start to its `release`, which is later than the end of its job if it
// has to wait for a reader of the result.

import { CustomChan } from "@chankit/channel";

import { reasonOf } from "../util/abort.js";
import { Deadlines } from "../util/deadlines.js";
import type { JobSkippedError, PoolErrors } from "../job/errors.js";
import type { Job } from "../job/job.js";
import type { QueueEntry } from "../job/queue-entry.js";
import { follow, isSubmission, leave, type Submission } from "../job/submission.js";
import type { Terms } from "../job/terms.js";
import { WaitingList } from "./waiting-list.js";

/** What is known of the queue when it is made. */
export interface QueueOptions {
  /** How many jobs may run at a time, at first. */
  readonly workers: number;
  readonly queueSize: number;
  readonly ageing: number;
  readonly errors: PoolErrors;
}

/** What the pool wants to know of its queue. */
export interface JobQueueEvents<J extends Job> {
  /** There may be something to start. */
  startable(): void;
  /** An entry will never start, since its signal took it out of the queue. */
  withdrawn(): void;
  /** An entry that was run before will not be again: it has failed, for `reason`. */
  gaveUp(terms: Terms<J>, reason: unknown): void;
  /** A caller that waited for room has given up, or its signal has made it. */
  unblocked(): void;
}

/** The channel of jobs. */
export class JobQueue<J extends Job> extends CustomChan<QueueEntry<J>> {
  /** How many jobs may run at a time. */
  workers: number;
  /** Whether nothing starts, and so workers are no room. */
  paused = false;
  /** Whether nothing is to start any more. */
  stopped = false;
  readonly #queueSize: number;
  readonly #errors: PoolErrors;
  readonly #events: JobQueueEvents<J>;
  readonly #waiting: WaitingList<J>;
  /** What failed, and waits for the time of its next try. */
  readonly #delays = new Deadlines<Terms<J>>((terms) => {
    this.#waiting.comeBack(terms);
    this.#events.startable();
  });
  readonly #skippedJobs: J[] = [];
  readonly #listeners = new Set<() => void>();
  #len = 0;
  #accepted = 0;
  #inProgress = 0;
  #busy = 0;
  #skipped = 0;

  constructor(options: QueueOptions, events: JobQueueEvents<J>) {
    super();
    this.workers = options.workers;
    this.#queueSize = options.queueSize;
    this.#errors = options.errors;
    this.#waiting = new WaitingList<J>(options.ageing, () => this.#delays.now());
    this.#events = events;
  }

  get cap(): number {
    return this.#queueSize;
  }

  get len(): number {
    return this.#len;
  }

  /** How many callers wait for a place. */
  get blocked(): number {
    return this.waitingSenders;
  }

  get accepted(): number {
    return this.#accepted;
  }

  get inProgress(): number {
    return this.#inProgress;
  }

  get skipped(): number {
    return this.#skipped;
  }

  /** The jobs that were skipped; skipped functions are told by their own promise. */
  get skippedJobs(): readonly J[] {
    return this.#skippedJobs;
  }

  /** Whether a call that does not wait finds no room. Never once the queue is closed: it refuses. */
  isFull(): boolean {
    return this.#len >= this.#queueSize + this.#free() && !this.closed;
  }

  /** The entry that is to start next, if it may start now. */
  get next(): QueueEntry<J> | undefined {
    if (!this.#mayStart()) return undefined;
    const entry = this.#first();
    // Again: a signal that was looked at may have resized or paused the pool.
    return this.#mayStart() ? entry : undefined;
  }

  /** The entry, which is {@link next}, starts. */
  start(entry: QueueEntry<J>): void {
    this.#remove(entry);
    this.#inProgress++;
    this.#busy++;
  }

  /** One that ran has ended. Its worker is busy until {@link release}. */
  ended(): void {
    this.#inProgress--;
  }

  /** One that ran has failed, and waits for its next try: it is there in `delay` milliseconds. */
  tryAgain(terms: Terms<J>, delay: number): void {
    this.#inProgress--;
    this.#len++;
    if (isSubmission(terms.entry)) terms.entry.queue = this;
    if (delay === 0) this.#waiting.comeBack(terms);
    else this.#delays.add(terms, this.#delays.now() + delay);
  }

  /** A worker that was busy is free: room for callers that wait. */
  release(): void {
    this.#busy--;
    this.notify();
  }

  /** The number of workers is another one. */
  resize(workers: number): void {
    this.workers = workers;
    this.notify();
  }

  /** Entries start again. */
  resume(): void {
    this.paused = false;
    this.notify();
  }

  /** Calls `listener` when the queue is closed, until what this returns is called. */
  onClosed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  override close(): void {
    super.close();
    for (const listener of this.#listeners) listener();
  }

  /** The signal of an entry that waits has taken it out. */
  withdraw(submission: Submission<J>, reason: unknown): void {
    this.#remove(submission);
    const { terms } = submission;
    if (terms !== undefined && terms.attempt > 0) {
      this.#events.gaveUp(terms, reason);
    } else {
      this.#skipped++;
      submission.reject(reason);
    }
    this.#events.withdrawn();
    this.notify();
  }

  /** Starts nothing any more: skips all that wait; those that have run before have failed. */
  skipAll(): void {
    this.stopped = true;
    for (let terms = this.#delays.first; terms !== undefined; terms = this.#delays.first) {
      this.#delays.remove(terms);
      this.#waiting.comeBack(terms);
    }
    // To make an error with its stack for each function would take long.
    let error: JobSkippedError | undefined;
    for (let entry = this.#first(); entry !== undefined; entry = this.#first()) {
      this.#remove(entry);
      const { terms } = entry;
      if (terms !== undefined && terms.attempt > 0) {
        this.#events.gaveUp(terms, terms.failure);
        continue;
      }
      this.#skipped++;
      if (isSubmission(entry)) entry.reject((error ??= this.#errors.skipped()));
      else this.#skippedJobs.push(entry.job as J);
    }
  }

  protected offer(entry: QueueEntry<J>): boolean {
    if (this.isFull()) return false;
    if (isSubmission(entry)) {
      if (!this.#follow(entry)) return false;
      entry.queue = this;
    }
    entry.number = this.#accepted++;
    this.#len++;
    this.#waiting.accept(entry);
    this.#events.startable();
    return true;
  }

  /** There is nothing to receive: see above. */
  protected poll(): undefined {
    return undefined;
  }

  protected override withdrawn(): void {
    this.#events.unblocked();
  }

  protected override closedError(): Error {
    return this.#errors.closed();
  }

  /**
   * Has a function follow its signal. Before anything has happened, since a signal may throw. An odd
   * one may also close the pool, or fill it: false if there is no room any more.
   */
  #follow(submission: Submission<J>): boolean {
    const { signal } = submission;
    if (signal === undefined) return true;
    follow(submission, signal);
    if (!this.closed && !this.isFull()) return true;
    leave(submission);
    if (this.closed) throw this.closedError();
    return false;
  }

  /** Whether an entry could be started now. No getter: a private one costs a call of the engine. */
  #mayStart(): boolean {
    return this.#busy < this.workers && !this.paused;
  }

  /** How many more entries could be started now. */
  #free(): number {
    return this.#mayStart() ? this.workers - this.#busy : 0;
  }

  /** The entry that is to start next. From the abort of its signal on a function does not start. */
  #first(): QueueEntry<J> | undefined {
    for (let entry = this.#waiting.first; entry !== undefined; entry = this.#waiting.first) {
      if (!isSubmission(entry) || entry.signal === undefined) return entry;
      // An odd signal may act on the pool when it is looked at: then the first is another.
      const { isAborted } = entry;
      if (entry !== this.#waiting.first) continue;
      if (!isAborted) return entry;
      entry.cancel(reasonOf(entry.signal));
    }
    return undefined;
  }

  #remove(entry: QueueEntry<J>): void {
    this.#len--;
    const { terms } = entry;
    if (terms !== undefined && this.#delays.has(terms)) this.#delays.remove(terms);
    else this.#waiting.remove(entry);
    if (isSubmission(entry)) entry.queue = undefined;
  }
}

// The channel of jobs: what was accepted and waits to be started, first in, first out. It is a
// channel of a custom kind because its room varies: a free worker is room for one job more, as a
// waiting receiver is for a plain channel.
//
// Idle workers do not wait in `recv` here, though: a worker to which a job has been handed is yet
// to continue, and until it does, `stop` may skip the job and `resize` may take the worker's right
// to run it. So jobs stay here until the moment at which they start (`start`), and idle workers
// wait for a hint instead (`Crew`).
//
// It counts whatever happens to a job up to its end. Law: each accepted job is in exactly one of
// `waiting`, `inProgress`, `skipped` and those that have ended.

import { Chan, CustomChan, type Received } from "@chankit/channel";

import { PoolClosedError } from "./errors.js";
import type { Job } from "./job.js";
import { Submission } from "./submission.js";

/** So many withdrawn functions may stay in the queue however few wait. */
const FEW = 16;

/** What waits in the queue. */
export type Task<J extends Job> = J | Submission;

/** What the pool wants to know of its queue. */
export interface JobQueueEvents {
  /** A job was accepted: there may be something to start. */
  accepted(): void;
  /** A job will never start, since its signal took it out of the queue. */
  withdrawn(): void;
}

/** The channel of jobs. */
export class JobQueue<J extends Job> extends CustomChan<Task<J>> {
  /** How many jobs may run at a time. */
  workers: number;
  readonly #queueSize: number;
  readonly #events: JobQueueEvents;
  /** Those that wait, and some that no longer do because their signal has withdrawn them. */
  readonly #tasks = new Chan<Task<J>>(Infinity);
  #accepted = 0;
  #waiting = 0;
  #inProgress = 0;
  #held = 0;
  #skipped = 0;
  readonly #skippedJobs: J[] = [];

  constructor(workers: number, queueSize: number, events: JobQueueEvents) {
    super();
    this.workers = workers;
    this.#queueSize = queueSize;
    this.#events = events;
  }

  get cap(): number {
    return this.#queueSize;
  }

  get len(): number {
    return this.#waiting;
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

  /** Takes the next job and counts it as running; `undefined` if none waits or none more may run. */
  start(): Task<J> | undefined {
    return this.#free === 0 ? undefined : this.tryRecv()?.value;
  }

  /** A running job has ended. Its worker is not free before {@link release}. */
  ended(): void {
    this.#inProgress--;
    this.#held++;
  }

  /** A worker whose job has ended is free for the next. */
  release(): void {
    this.#held--;
    this.notify();
  }

  /** The number of workers is another one. */
  resize(workers: number): void {
    this.workers = workers;
    this.notify();
  }

  /** Skips all that wait. */
  skipAll(): void {
    for (let r = this.#tasks.tryRecv(); r?.ok === true; r = this.#tasks.tryRecv()) {
      const task = r.value;
      if (!this.#take(task)) continue;
      this.#skipped++;
      if (task instanceof Submission) task.skip();
      else this.#skippedJobs.push(task);
    }
  }

  protected offer(task: Task<J>): boolean {
    if (this.#waiting >= this.#queueSize + this.#free) return false;
    this.#tasks.trySend(task);
    this.#accepted++;
    this.#waiting++;
    if (task instanceof Submission) {
      task.accept(() => {
        this.#withdrawn();
      });
    }
    this.#events.accepted();
    return true;
  }

  protected poll(): Received<Task<J>> | undefined {
    let next = this.#tasks.tryRecv();
    while (next?.ok === true && !this.#take(next.value)) next = this.#tasks.tryRecv();
    if (next !== undefined) this.#inProgress++;
    return next;
  }

  protected override closedError(): PoolClosedError {
    return new PoolClosedError("pool is closed");
  }

  /** How many more jobs could be started now. */
  get #free(): number {
    return Math.max(0, this.workers - this.#inProgress - this.#held);
  }

  #withdrawn(): void {
    this.#waiting--;
    this.#skipped++;
    // So that it costs O(1) each to forget them, not before they are the most.
    if (this.#tasks.len > 2 * this.#waiting + FEW) this.#forgetWithdrawn();
    this.#events.withdrawn();
    this.notify();
  }

  #forgetWithdrawn(): void {
    for (let left = this.#tasks.len; left > 0; left--) {
      const task = this.#tasks.tryRecv()?.value;
      if (task instanceof Submission && task.isWithdrawn) continue;
      this.#tasks.trySend(task as Task<J>);
    }
  }

  /** Ends the wait of `task`, just taken out; false if it has been withdrawn meanwhile. */
  #take(task: Task<J>): boolean {
    if (task instanceof Submission && !task.take()) return false;
    this.#waiting--;
    return true;
  }
}

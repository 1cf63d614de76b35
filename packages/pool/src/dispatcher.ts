// Starts what waits, and accounts for its end. Nothing is started in a call of the pool's methods,
// but in a *turn*: a microtask of its own, in the async context in which the entry has to run. For a
// submitted function that is its caller's, for a queued job it is none (`turns.ts`).
//
//   accepted, a worker is free --wake--> turn --> run --> ended, told --> the worker is free --wake-->
//                                         ^         |
//                                         +---------+ once a step, `gosched`: the loop gets its share
//
// Invariant: a pool has at most one turn on its way or under way (`#hasTurn`), and its end wakes the
// next. So entries start in their order (P3), also queued jobs among submitted functions; and what
// starts is what is `next` in the turn, whatever was next when the turn was asked for.
//
// Nothing that a job does reaches beyond its own run: what it throws, and what its result throws when
// it is looked at, is its outcome.

import { gosched } from "@chankit/channel";

import type { Job } from "./job.js";
import type { JobQueue } from "./job-queue.js";
import type { QueueEntry } from "./queue-entry.js";
import type { Results } from "./results.js";
import { Runners } from "./runner.js";
import { isSubmission, type Submission } from "./submission.js";
import { askForTurn, type Turn } from "./turns.js";
import type { Worker } from "./worker.js";
import type { Workers } from "./workers.js";

// Made once: a reaction of it runs in the next microtask, in the context of the call that makes it.
const NOW = Promise.resolve();

/** What the pool wants to know of the end of a job. */
export interface DispatcherEvents {
  /** A job has ended and was counted. Its outcome was not told yet. */
  ended(): void;
  /** Its outcome was told, and callers that waited for its place have it. */
  told(): void;
}

/** Starts what waits in the queue, whenever a worker is free. */
export class Dispatcher<J extends Job> implements Turn {
  next: Turn | undefined = undefined;
  readonly #jobs: JobQueue<J>;
  readonly #workers: Workers<J>;
  readonly #results: Results<J>;
  readonly #events: DispatcherEvents;
  readonly #runners = new Runners<J>((worker, failed, outcome) => {
    this.#end(worker, failed, outcome);
  });
  /** A submitted function whose turn is on its way: only one can be. */
  #prepared: Submission<J> | undefined = undefined;
  readonly #takePrepared = (): void => {
    const submission = this.#prepared as Submission<J>;
    this.#prepared = undefined;
    this.#takeTurnOf(submission);
  };
  readonly #takeTurn = (submission: Submission<J>): void => {
    this.#takeTurnOf(submission);
  };
  #hasTurn = false;
  #failed = 0;
  #returned = 0;

  constructor(
    jobs: JobQueue<J>,
    workers: Workers<J>,
    results: Results<J>,
    events: DispatcherEvents,
  ) {
    this.#jobs = jobs;
    this.#workers = workers;
    this.#results = results;
    this.#events = events;
  }

  /** How many jobs and functions have failed. */
  get failed(): number {
    return this.#failed;
  }

  /** How many functions have ended, and so have told their callers. */
  get returned(): number {
    return this.#returned;
  }

  /** Something may be startable: sees to it that there is a turn, if so. */
  wake(): void {
    if (this.#hasTurn) return;
    // Before the look at `next`: aborted functions leave then, and those that come wake, too.
    this.#hasTurn = true;
    const entry = this.#jobs.next;
    if (entry === undefined) this.#hasTurn = false;
    else if (isSubmission(entry)) this.#hasTurn = entry.wake();
    else askForTurn(this);
  }

  /** Prepares the turn of a submitted function. To be called in the call of `submit`. */
  prepare(submission: Submission<J>): void {
    if (this.#hasTurn) {
      submission.awaitTurn(this.#takeTurn);
      return;
    }
    this.#hasTurn = true;
    if (this.#jobs.next === submission) {
      this.#prepared = submission;
      void NOW.then(this.#takePrepared);
    } else {
      submission.awaitTurn(this.#takeTurn);
      this.#endTurn();
    }
  }

  /** The turn of queued jobs: one after the other. */
  take(): void {
    let pause: Promise<void> | undefined;
    while (pause === undefined) {
      const entry = this.#jobs.next;
      if (entry === undefined || isSubmission(entry)) break;
      this.#run(entry);
      pause = gosched();
    }
    this.#endTurn(pause);
  }

  #takeTurnOf(submission: Submission<J>): void {
    const isNext = this.#jobs.next === submission;
    if (isNext) this.#run(submission);
    // If a `resize` has taken the worker away, it waits again, still in its caller's context.
    else if (submission.queue !== undefined) submission.awaitTurn(this.#takeTurn);
    this.#endTurn(isNext ? gosched() : undefined);
  }

  #endTurn(pause?: Promise<void>): void {
    if (pause === undefined) {
      this.#hasTurn = false;
      this.wake();
    } else {
      void pause.then(() => {
        this.#endTurn();
      });
    }
  }

  /** Runs `entry`, which is next. */
  #run(entry: QueueEntry<J>): void {
    const worker = this.#workers.take();
    this.#jobs.start(entry);
    let outcome: unknown;
    try {
      outcome = entry.run(worker.begin(entry));
      if (isPromiseLike(outcome)) {
        worker.markAsync();
        this.#runners.await(worker, outcome);
        return;
      }
    } catch (reason) {
      this.#end(worker, true, reason);
      return;
    }
    this.#end(worker, false, outcome);
  }

  /** Accounts for the end of what `worker` runs, and tells its outcome. */
  #end(worker: Worker<J>, failed: boolean, outcome: unknown): void {
    const entry = worker.end();
    this.#jobs.ended();
    if (failed) this.#failed++;

    // State first: the caller or reader must find the pool terminated if this was the last job.
    let room: Promise<unknown> | undefined;
    if (isSubmission(entry)) {
      this.#returned++;
      this.#events.ended();
      if (failed) entry.reject(outcome);
      else entry.fulfil(outcome);
    } else {
      const job = entry.job as J;
      this.#results.add(
        failed
          ? { job, worker: worker.id, status: "rejected", reason: outcome }
          : { job, worker: worker.id, status: "fulfilled" },
      );
      this.#events.ended();
      this.#results.deliver();
      room = this.#results.waitForRoom();
    }
    if (room === undefined) this.#release(worker);
    else {
      void room.then(() => {
        this.#release(worker);
      });
    }
    this.#events.told();
  }

  #release(worker: Worker<J>): void {
    this.#workers.giveBack(worker);
    this.#jobs.release();
    this.wake();
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as Partial<PromiseLike<unknown>>).then === "function"
  );
}

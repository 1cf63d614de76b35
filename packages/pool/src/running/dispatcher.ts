// Starts what waits. Nothing is started in a call of the pool's methods, but in a *turn*: a microtask of
// its own, in the async context in which the entry has to run. For a submitted function that is its
// caller's, for a queued job it is none (`turns.ts`).
//
//   accepted, a worker is free --wake--> turn --> run (`runs.ts`) --> the worker is free --wake-->
//                                         ^         |
//                                         +---------+ once a step, `gosched`: the loop gets its share
//
// Invariant: a pool has at most one turn on its way or under way (`#hasTurn`), and its end wakes the
// next. So entries start in their order (P3), also queued jobs among submitted functions; and what
// starts is what is `next` in the turn, whatever was next when the turn was asked for.

import { gosched } from "@chankit/channel";

import type { Job } from "../job/job.js";
import type { JobQueue } from "../waiting/job-queue.js";
import type { Runs } from "./runs.js";
import { isSubmission, type Submission } from "../job/submission.js";
import { askForTurn, type Turn } from "./turns.js";

// Made once: a reaction of it runs in the next microtask, in the context of the call that makes it.
const NOW = Promise.resolve();

/** Starts what waits in the queue, whenever a worker is free. */
export class Dispatcher<J extends Job> implements Turn {
  next: Turn | undefined = undefined;
  readonly #jobs: JobQueue<J>;
  readonly #runs: Runs<J>;
  #hasTurn = false;
  /** A submitted function whose turn is on its way: only one can be. */
  #prepared: Submission<J> | undefined = undefined;
  readonly #takePrepared = (): void => {
    const submission = this.#prepared as Submission<J>;
    this.#prepared = undefined;
    this.takeTurnOf(submission);
  };
  readonly #takeTurn = (submission: Submission<J>): void => {
    this.takeTurnOf(submission);
  };

  readonly #endPause = (): void => {
    this.#endTurn();
  };

  constructor(jobs: JobQueue<J>, runs: Runs<J>) {
    this.#jobs = jobs;
    this.#runs = runs;
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
      this.#runs.start(entry);
      pause = gosched();
    }
    this.#endTurn(pause);
  }

  /** The turn of a submitted function, that was woken. To be called in its async context. */
  takeTurnOf(submission: Submission<J>): void {
    if (this.#jobs.next !== submission) {
      this.#passOver(submission);
      return;
    }
    if (submission.terms?.mayComeBack === true) submission.awaitTurn(this.#takeTurn);
    this.#runs.start(submission);
    this.#endTurn(gosched());
  }

  /** It has a turn, and does not start. */
  #passOver(submission: Submission<J>): void {
    // A `resize` has taken the worker away: it waits again in its caller's context, which is the one here.
    if (submission.queue !== undefined) submission.awaitTurn(this.#takeTurn);
    this.#endTurn();
  }

  #endTurn(pause?: Promise<void>): void {
    if (pause === undefined) {
      this.#hasTurn = false;
      this.wake();
    } else {
      void pause.then(this.#endPause);
    }
  }
}

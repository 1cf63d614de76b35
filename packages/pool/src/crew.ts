// The workers of a pool: long-lived loops that take a job, run it, put the result, and wait for a
// hint when there is nothing to start. Nothing polls.
//
// A hint says no more than: look again. It goes to the worker that has been idle the longest; if
// none is idle it is not needed, since whoever is busy looks again by itself when its job ends.

import { Chan, gosched, WaitGroup } from "@chankit/channel";

import type { Job } from "./job.js";
import type { JobQueue, Task } from "./job-queue.js";
import type { Results } from "./results.js";
import { Submission } from "./submission.js";
import { Worker } from "./worker.js";

/** The workers of a pool. */
export class Crew<J extends Job> {
  /** Counts the workers that have not left. */
  readonly present: WaitGroup = new WaitGroup();
  readonly #jobs: JobQueue<J>;
  readonly #results: Results<J>;
  readonly #onEnded: () => void;
  readonly #hints = new Chan<undefined>();
  /** By id. */
  #workers: (Worker<J> | undefined)[] = [];
  #failed = 0;
  #settled = 0;

  /** `onEnded` is called when a job has ended and has been counted. */
  constructor(jobs: JobQueue<J>, results: Results<J>, onEnded: () => void) {
    this.#jobs = jobs;
    this.#results = results;
    this.#onEnded = onEnded;
  }

  /** How many jobs and functions have failed. */
  get failed(): number {
    return this.#failed;
  }

  /** How many functions have ended, and so have told their callers. */
  get settled(): number {
    return this.#settled;
  }

  /** Those who stay, and those who still run a job, by id. */
  get workers(): readonly Worker<J>[] {
    return this.#workers.filter(
      (worker): worker is Worker<J> =>
        worker !== undefined && (worker.id < this.#jobs.workers || worker.busy),
    );
  }

  /** Brings the crew to the number of workers that the queue allows. */
  resize(): void {
    for (let id = 0; id < this.#jobs.workers; id++) {
      if (this.#workers[id] !== undefined) continue;
      const worker = new Worker<J>(id);
      this.#workers[id] = worker;
      this.present.go(() => this.#work(worker));
    }
    // Some may have to leave, others may start a job that had to wait.
    while (this.hint());
  }

  /** Tells the worker that has been idle the longest to look again; false if none is idle. */
  hint(): boolean {
    return !this.#hints.closed && this.#hints.trySend(undefined);
  }

  /** Nothing will have to be started any more. */
  dismiss(): void {
    this.#hints.close();
  }

  async #work(worker: Worker<J>): Promise<void> {
    while (worker.id < this.#jobs.workers) {
      const task = this.#jobs.start();
      if (task === undefined) {
        if ((await this.#hints.recv()).done) return;
        continue;
      }

      const ending = this.#run(worker, task);
      if (ending !== undefined) await ending;
      this.#jobs.release();

      const turn = gosched();
      if (turn !== undefined) await turn;
    }

    this.#workers[worker.id] = undefined;
    // The hint that woke this worker, or the right to run that it gives up, is somebody else's.
    this.hint();
  }

  /**
   * Runs `task`. Gives what the worker has still to wait for: a synchronous job costs no wait. Not a
   * part of the loop, which lives for long and would keep what its last job returned.
   */
  #run(worker: Worker<J>, task: Task<J>): Promise<unknown> | undefined {
    let outcome: unknown;
    try {
      outcome = task.run(worker.begin(task));
      if (isPromiseLike(outcome)) {
        worker.lasts();
        return this.#awaitEnd(worker, task, outcome);
      }
    } catch (reason) {
      return this.#end(worker, task, true, reason);
    }
    return this.#end(worker, task, false, outcome);
  }

  async #awaitEnd(
    worker: Worker<J>,
    task: Task<J>,
    promise: PromiseLike<unknown>,
  ): Promise<unknown> {
    let failed = false;
    let outcome: unknown;
    try {
      outcome = await promise;
    } catch (reason) {
      failed = true;
      outcome = reason;
    }
    return this.#end(worker, task, failed, outcome);
  }

  /** Accounts for the end of `task`. Gives the room that the worker has to wait for, if any. */
  #end(
    worker: Worker<J>,
    task: Task<J>,
    failed: boolean,
    outcome: unknown,
  ): Promise<unknown> | undefined {
    worker.end();
    this.#jobs.ended();
    if (failed) this.#failed++;

    // Whoever is told of the end finds the pool as it is after it: terminated, if this was the last.
    if (task instanceof Submission) {
      this.#settled++;
      this.#onEnded();
      if (failed) task.fail(outcome);
      else task.fulfil(outcome);
      return undefined;
    }
    this.#results.put(
      failed
        ? { job: task, worker: worker.id, status: "rejected", reason: outcome }
        : { job: task, worker: worker.id, status: "fulfilled" },
    );
    this.#onEnded();
    this.#results.announce();
    return this.#results.room();
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as Partial<PromiseLike<unknown>>).then === "function"
  );
}

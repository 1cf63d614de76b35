import { Context } from "./context.js";
import type { Job } from "./job.js";
import type { Task } from "./job-queue.js";
import { Submission } from "./submission.js";

/** A live handle on one worker of a pool. */
export interface WorkerInfo<J> {
  /** Its number, from 0: `JobContext.worker` and `Finished.worker`. */
  readonly id: number;
  /** Whether it runs something now. */
  readonly busy: boolean;
  /** The job that it runs now; `undefined` if it is idle or runs a submitted function. */
  readonly job: J | undefined;
  /**
   * Since when it runs that, in epoch milliseconds; `undefined` if it is idle. For a job that comes
   * after one that was synchronous it may be as late as the moment at which `run` gave its promise.
   */
  readonly since: number | undefined;
  /** How many jobs and functions it has completed, failed ones included. */
  readonly completed: number;
  /**
   * Aborts the signal of the job that it runs now; `false`, and nothing happens, if it is idle. It
   * is for the job to heed its signal: the worker waits until it ends.
   */
  abort(reason?: unknown): boolean;
}

/** One worker: what it runs, if anything. */
export class Worker<J extends Job> implements WorkerInfo<J> {
  readonly id: number;
  #task: Task<J> | undefined;
  #context: Context | undefined;
  #since: number | undefined;
  #wasSynchronous = false;
  #completed = 0;

  constructor(id: number) {
    this.id = id;
  }

  get busy(): boolean {
    return this.#task !== undefined;
  }

  get job(): J | undefined {
    return this.#task instanceof Submission ? undefined : this.#task;
  }

  get since(): number | undefined {
    if (this.busy) this.#since ??= Date.now();
    return this.#since;
  }

  get completed(): number {
    return this.#completed;
  }

  abort(reason?: unknown): boolean {
    this.#context?.abort(reason);
    return this.busy;
  }

  /** Begins with `task`, and gives the context to run it in. */
  begin(task: Task<J>): Context {
    this.#task = task;
    // To read the clock takes as long as all else that is done for a synchronous job, and after one
    // comes another, as a rule: it is read when somebody asks, or when the job turns out to last.
    if (!this.#wasSynchronous) this.#since = Date.now();
    this.#wasSynchronous = true;
    this.#context = new Context(this.id);
    return this.#context;
  }

  /** The task has given a promise, and so goes on. */
  lasts(): void {
    this.#since ??= Date.now();
    this.#wasSynchronous = false;
  }

  /** The task has ended. */
  end(): void {
    this.#task = this.#context = this.#since = undefined;
    this.#completed++;
  }
}

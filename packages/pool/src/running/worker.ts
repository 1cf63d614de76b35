// One worker: a number, and what it runs. Users see it by a handle that outlives what it runs.
//
// Invariant: it has an entry and a context exactly from `begin` to `end`.

import { abortContext, Context } from "../job/context.js";
import type { Job } from "../job/job.js";
import { inspectable } from "../util/inspect.js";
import type { QueueEntry } from "../job/queue-entry.js";
import type { JobRun } from "../util/sight.js";

/** Times are kept less this: a small number takes no memory of its own. */
const LOADED_AT = Date.now();

/** A live handle on one worker of a pool. */
export interface WorkerInfo<J> {
  /** Its number, from 0: its index in `workers`, `JobContext.worker` and `Finished.worker`. */
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
  /** How many jobs and functions it has completed, failed ones included; each try counts. */
  readonly completed: number;
  /**
   * Aborts the signal of the job that it runs now; `false`, and nothing happens, if it is idle. It
   * is for the job to heed its signal: the worker waits until it ends.
   */
  abort(reason?: unknown): boolean;
}

/** One worker: what it runs, if anything. */
export class Worker<J extends Job> {
  readonly id: number;
  /** While it is yet to come: what must live as long as a handle on it does. */
  keeps: object | undefined;
  /** The link belongs to the list of idle workers. */
  nextIdle: Worker<J> | undefined = undefined;
  entry: QueueEntry<J> | undefined = undefined;
  completed = 0;
  /** What it runs, as those see it that look on. */
  run: JobRun | undefined = undefined;
  #context: Context | undefined = undefined;
  #since: number | undefined = undefined;
  #wasSynchronous = false;
  #info: WorkerInfo<J> | undefined = undefined;

  constructor(id: number, keeps?: object) {
    this.id = id;
    this.keeps = keeps;
  }

  /** The handle on it, always the same. */
  get info(): WorkerInfo<J> {
    this.#info ??= new WorkerHandle(this);
    return this.#info;
  }

  get since(): number | undefined {
    if (this.entry !== undefined) this.#since ??= Date.now() - LOADED_AT;
    return this.#since === undefined ? undefined : this.#since + LOADED_AT;
  }

  abort(reason: unknown): boolean {
    if (this.#context === undefined) return false;
    abortContext(this.#context, reason);
    return true;
  }

  /** Begins with `entry`, and gives the context to run it in. */
  begin(entry: QueueEntry<J>): Context {
    this.entry = entry;
    // To read the clock takes as long as all else that is done for a synchronous job, and after one
    // comes another, as a rule: it is read when it is asked for, or when the job turns out to last.
    if (!this.#wasSynchronous) this.#since = Date.now() - LOADED_AT;
    this.#wasSynchronous = true;
    this.#context = new Context(this.id, entry.terms?.attempt ?? 1);
    return this.#context;
  }

  /** What it runs is asynchronous. */
  markAsync(): void {
    this.#since ??= Date.now() - LOADED_AT;
    this.#wasSynchronous = false;
  }

  /** What it ran has ended. */
  end(): void {
    this.entry = this.#context = this.#since = undefined;
    this.completed++;
  }
}

/** What users see of a worker. */
class WorkerHandle<J extends Job> implements WorkerInfo<J> {
  readonly #worker: Worker<J>;

  static {
    inspectable(this, "WorkerInfo", ({ id, busy, job, since, completed }) => ({
      id,
      busy,
      job,
      since,
      completed,
    }));
  }

  constructor(worker: Worker<J>) {
    this.#worker = worker;
  }

  get id(): number {
    return this.#worker.id;
  }

  get busy(): boolean {
    return this.#worker.entry !== undefined;
  }

  get job(): J | undefined {
    return this.#worker.entry?.job;
  }

  get since(): number | undefined {
    return this.#worker.since;
  }

  get completed(): number {
    return this.#worker.completed;
  }

  abort(reason?: unknown): boolean {
    return this.#worker.abort(reason);
  }
}

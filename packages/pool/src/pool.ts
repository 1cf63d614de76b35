// `WorkerPool`, the face of a pool: checks what it is given, and hands on to its parts.

import type { RecvChan, WaitOptions } from "@chankit/channel";

import { refuse } from "./errors.js";
import { checkJob, type Finished, type Job, type JobContext } from "./job.js";
import { Lifecycle, type PoolState } from "./lifecycle.js";
import { checkSize, checkWorkers, type WorkerPoolOptions } from "./options.js";
import type { PoolStats } from "./stats.js";
import { Submission } from "./submission.js";
import type { WorkerInfo } from "./worker.js";

/**
 * Runs jobs, a fixed number at a time, and hands out the finished ones.
 *
 * A job is anything with a `run` method; how it went, and the job itself, come back as a
 * {@link Finished}, in the order of completion. Queueing waits only while the queue is full. Whether
 * anybody reads the results never decides whether the pool comes to its end.
 *
 * The counters obey a law at every instant: `accepted = waiting + inProgress + finished + retrieved
 * + skipped`. An idle pool costs no time, keeps no process alive, and is garbage when dropped.
 *
 * @example
 * ```ts
 * const pool = new WorkerPool<Thumbnail>({ workers: 4, queueSize: 100 });
 * const reader = (async () => {
 *   for await (const { job, status } of pool) console.log(job.file, status);
 * })();
 * for (const file of files) await pool.queue(new Thumbnail(file)); // waits while the queue is full
 * await pool.close();
 * await reader;
 * ```
 */
export class WorkerPool<J extends Job = Job>
  implements AsyncIterable<Finished<J>>, AsyncDisposable
{
  /** The name given to the constructor. */
  readonly name: string | undefined;
  readonly #life: Lifecycle<J>;

  /**
   * Makes a pool and starts its workers.
   *
   * @throws RangeError if a number is not what {@link WorkerPoolOptions} says.
   */
  constructor(options: WorkerPoolOptions) {
    const { workers, queueSize = workers, finishedSize = Infinity, name } = options;
    checkWorkers(workers);
    checkSize("queueSize", queueSize);
    checkSize("finishedSize", finishedSize);

    this.name = name;
    this.#life = new Lifecycle<J>(workers, queueSize, finishedSize);
  }

  /** What the pool does, or, once it has terminated, that it has. */
  get state(): PoolState {
    return this.#life.state;
  }

  /** The counters, as they are at this instant. O(1). */
  get stats(): PoolStats {
    return this.#life.stats;
  }

  /** A live handle on each worker, by id; on those beyond the size, too, while they run a job. O(workers). */
  get workers(): readonly WorkerInfo<J>[] {
    return this.#life.crew.workers;
  }

  /**
   * The finished jobs, in the order of completion, as a channel: for `select` and `for await`. It
   * is closed when the pool has terminated, and then drained like any other.
   */
  get finished(): RecvChan<Finished<J>> {
    return this.#life.results;
  }

  /**
   * Queues a job, resolving when it is accepted: at once while there is room, else when it is the
   * caller's turn, first come, first served. An accepted job is run to its end, or skipped by
   * {@link stop}; a refused one never runs.
   *
   * Aborting `signal` withdraws a caller that still waits. Jobs start in the order of the calls of
   * `queue`, `tryQueue` and `submit`. O(1).
   *
   * @throws TypeError, by rejection, if `job` has no `run` method.
   * @throws The signal's reason, by rejection, if it is aborted before the job was accepted.
   * @throws PoolClosedError, by rejection, if the pool is not open, or ceases to be while the caller
   *   waits.
   */
  queue(job: J, options?: WaitOptions): Promise<void> {
    try {
      checkJob(job);
    } catch (error) {
      return refuse(error);
    }
    return this.#life.jobs.send(job, options);
  }

  /**
   * Queues a job if that needs no waiting; `false` if the queue is full or others wait already. O(1).
   *
   * @throws TypeError if `job` has no `run` method.
   * @throws PoolClosedError if the pool is not open.
   */
  tryQueue(job: J): boolean {
    checkJob(job);
    return this.#life.jobs.trySend(job);
  }

  /**
   * Queues a function, as {@link queue} queues a job, and settles with its outcome, which does not
   * become a finished job.
   *
   * Aborting `signal` withdraws it as long as it has not been started, also after it was accepted:
   * the promise rejects with the reason, and the function is never called. While it runs, the
   * abort is passed on to `context.signal`. O(1).
   *
   * @throws Whatever `fn` throws or rejects with, by rejection.
   * @throws JobSkippedError, by rejection, if the pool is stopped before `fn` is started.
   * @throws What {@link queue} throws, for the same reasons.
   */
  submit<R>(fn: (context: JobContext) => R, options?: WaitOptions): Promise<Awaited<R>> {
    if (typeof fn !== "function") return refuse(new TypeError("fn must be a function"));
    return new Promise<Awaited<R>>((resolve, reject) => {
      const submission = new Submission(fn, resolve, reject, options?.signal ?? undefined);
      this.#life.jobs.send(submission, options).catch(reject);
    });
  }

  /**
   * Gives a finished job, waiting while there is none but may be one; `undefined` once there can
   * never be another. Each finished job goes to one reader, readers are served first come, first
   * served. Aborting `signal` withdraws a reader that waits. O(1).
   *
   * @throws The signal's reason, by rejection, if it is aborted before a job was given.
   */
  async retrieve(options?: WaitOptions): Promise<Finished<J> | undefined> {
    return (await this.#life.results.recv(options)).value;
  }

  /** Gives a finished job if there is one; else `done` tells whether there can never be another. O(1). */
  tryRetrieve():
    | { readonly finished: Finished<J>; readonly done: false }
    | { readonly finished: undefined; readonly done: boolean } {
    const r = this.#life.results.tryRecv();
    if (r?.ok === true) return { finished: r.value, done: false };
    return { finished: undefined, done: r !== undefined };
  }

  /**
   * Takes no more jobs, and runs all that were accepted to their end. Callers that wait in `queue`
   * or `submit` are refused. Results stay readable.
   *
   * Resolves when the pool has terminated. May be called again, also after `stop`, and from inside
   * a job; a job that *awaits* the end of its own pool waits for itself, for ever.
   */
  close(): Promise<void> {
    return this.#life.close();
  }

  /**
   * Takes no more jobs, and starts none: jobs in progress are run to their end, those that wait are
   * skipped. Callers that wait in `queue` or `submit` are refused. Results stay readable.
   *
   * Resolves, when the pool has terminated, to all jobs that were skipped; functions that were
   * skipped reject with {@link JobSkippedError}. May be called again, also after `close`, which it
   * overrides, and from inside a job, which must not await it.
   */
  stop(): Promise<readonly J[]> {
    return this.#life.stop();
  }

  /**
   * Stops the pool, as {@link stop} does, and ends reading: readers that wait are woken with "no
   * more", and later ones get it at once.
   *
   * Resolves, when the pool has terminated, to the jobs that were skipped and to those that are
   * finished but were not read, of jobs that end after the call, too. A second call gives the same.
   * May be called from inside a job, which must not await it.
   */
  shutdown(): Promise<{
    readonly skipped: readonly J[];
    readonly unread: readonly Finished<J>[];
  }> {
    return this.#life.shutdown();
  }

  /**
   * Stops the pool, as {@link stop} does, and aborts the signals of the jobs in progress with
   * `reason`. It is for them to heed their signals: the pool waits for their end all the same. May
   * be called from inside a job, which must not await it.
   *
   * Resolves, when the pool has terminated, to all jobs that were skipped.
   */
  abort(reason?: unknown): Promise<readonly J[]> {
    return this.#life.abort(reason);
  }

  /**
   * Changes the number of workers. New ones start at once; those that are too many leave when their
   * job has ended. No job is started while as many run as the new number allows. Works on a closing
   * pool, too. New workers start jobs that wait during the call; a worker that comes in the place of
   * one that has left is another, with counters of its own. O(workers).
   *
   * @throws RangeError if `workers` is not a positive integer.
   * @throws PoolClosedError if the pool has terminated.
   */
  resize(workers: number): void {
    checkWorkers(workers);
    this.#life.resize(workers);
  }

  /** Iterates over the finished jobs until there can never be another. Leaving early closes nothing. */
  [Symbol.asyncIterator](): AsyncIterator<Finished<J>, undefined> {
    return this.#life.results[Symbol.asyncIterator]();
  }

  /** Closes the pool and waits for its end: `await using pool = new WorkerPool(…)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

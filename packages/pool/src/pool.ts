// `WorkerPool`, the face of a pool: checks what it is given, and hands on to its parts.

import type { RecvChan, WaitOptions } from "@chankit/channel";

import { provideDispose } from "./util/dispose.js";
import type { PoolErrors } from "./job/errors.js";
import { inspectable } from "./util/inspect.js";
import type { Finished, Job, JobContext } from "./job/job.js";
import type { JobOptions } from "./job/job-options.js";
import type { MapOptions } from "./map/map.js";
import { Lifecycle, type PoolState } from "./life/lifecycle.js";
import { checkOptions, checkWorkers, type WorkerPoolOptions } from "./life/options.js";
import { cell } from "./util/sight.js";
import type { PoolStats } from "./life/stats.js";
import type { WorkerInfo } from "./running/worker.js";

/**
 * Runs jobs, a fixed number at a time, and hands out the finished ones.
 *
 * A job is anything with a `run` method; how it went, and the job itself, come back as a
 * {@link Finished}, in the order of completion. Queueing waits only while the queue is full. Whether
 * the results are read never decides whether the pool comes to its end.
 *
 * **Gotchas.** A worker is a place for a job to run in, not a thread: a job that computes keeps the
 * others waiting. Results that are not read are kept, without a bound unless `finishedSize` sets one.
 * A job that awaits its own pool (`queue`, `submit`, `close` …) may wait for itself.
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
  readonly #errors: PoolErrors;

  static {
    inspectable(this, "WorkerPool", (pool: WorkerPool) => {
      const { workers, jobs } = pool.#life;
      const { name, state, stats } = pool;
      return { name, state, workers: workers.size, queueSize: jobs.cap, ...stats };
    });
  }

  /**
   * Makes a pool. It costs the same whatever the number of workers: each comes into being when there
   * is something for it to do.
   *
   * @throws RangeError if a number is not what {@link WorkerPoolOptions} says.
   * @throws TypeError if there are no options, or one that is not a number is not what they say.
   */
  constructor(options: WorkerPoolOptions) {
    const checked = checkOptions(options);
    this.name = checked.name;
    this.#errors = checked.errors;
    this.#life = new Lifecycle<J>(this, checked);
    provideDispose(WorkerPool.prototype as WorkerPool, (pool) => pool.close());
    cell.watch?.tell(this, "open");
  }

  /** What the pool does, or, once it has terminated, that it has. */
  get state(): PoolState {
    return this.#life.state;
  }

  /** The counters, as they are at this instant. O(1). */
  get stats(): PoolStats {
    return this.#life.stats;
  }

  /**
   * A live handle on each worker: `workers[i].id` is `i`, from 0 to the size, or to the highest that
   * still runs a job beyond it. O(workers).
   */
  get workers(): readonly WorkerInfo<J>[] {
    return this.#life.workers.infos;
  }

  /**
   * The finished jobs, in the order of completion, as a channel: for `select` and `for await`. It
   * is closed when the pool has terminated, and then drained like any other.
   */
  get finished(): RecvChan<Finished<J>> {
    return this.#life.results.channel;
  }

  /**
   * Queues a job, resolving when it is accepted: at once while there is room, else when it is the
   * caller's turn, first come, first served. An accepted job is run to its end, or skipped by
   * {@link stop}; a refused one never runs. How it ended is told by {@link retrieve}.
   *
   * Aborting `signal` withdraws a caller that still waits. Jobs start in the order of the calls of
   * `queue`, `tryQueue` and `submit`, those of a higher `priority` first, never during one of these
   * calls. A job runs in no async context (`AsyncLocalStorage`), unless the pool has the option `bind`;
   * one that enters a context does so by `run`, since `enterWith` may reach jobs that start in the same
   * turn. `timeout` and `retry` are those of the pool unless given. O(1); O(log n) with a priority.
   *
   * A job that awaits `queue` of its own pool keeps its worker meanwhile: when all workers do that
   * and the queue is full, they wait for each other, for ever and without a word. Use `tryQueue`
   * there, or `queueSize: Infinity`, or do not await.
   *
   * @throws TypeError or RangeError, by rejection, if `job` has no `run` method, or an option is not what
   *   {@link JobOptions} says.
   * @throws The signal's reason, by rejection, if it is aborted before the job was accepted.
   * @throws PoolClosedError, by rejection, if the pool is not open, or ceases to be while the caller
   *   waits.
   *
   * @example
   * ```ts
   * const pool = new WorkerPool({ workers: 1 });
   * await pool.queue({ run: () => after(10).recv() }); // accepted, not ended
   * pool.stats.inProgress; //=> 1
   * ```
   */
  queue(job: J, options?: JobOptions): Promise<void> {
    return this.#life.intake.queue(job, options);
  }

  /**
   * Queues a job if that needs no waiting; `false` if the queue is full or others wait already. O(1).
   *
   * @throws TypeError or RangeError if `job` has no `run` method, or an option is not what
   *   {@link JobOptions} says.
   * @throws PoolClosedError if the pool is not open.
   */
  tryQueue(job: J, options?: Omit<JobOptions, "signal">): boolean {
    return this.#life.intake.tryQueue(job, options);
  }

  /**
   * Queues a function, as {@link queue} queues a job, and settles with its outcome, which does not
   * become a finished job. It is called in the async context (`AsyncLocalStorage`) of this call.
   *
   * Aborting `signal` withdraws it as long as it does not run, also after it was accepted, and while
   * it waits for another try: the promise rejects with the reason. While it runs, the abort is passed on
   * to `context.signal`. When its `timeout` is over and no try follows, the promise rejects at once, with
   * a `DOMException` named `TimeoutError`; the worker is busy until the function has ended. O(1);
   * O(log n) with a priority.
   *
   * A job or function that awaits `submit` of its own pool keeps its worker meanwhile: when all
   * workers do that, they wait for each other, for ever and without a word.
   *
   * @throws Whatever `fn` throws or rejects with, at its last try, by rejection.
   * @throws JobSkippedError, by rejection, if the pool is stopped before `fn` is started.
   * @throws What {@link queue} throws, for the same reasons.
   *
   * @example
   * ```ts
   * const pool = new WorkerPool({ workers: 1 });
   * await pool.submit(async ({ worker }) => `by worker ${worker}`); //=> by worker 0
   *
   * const download = ({ attempt }: JobContext) =>
   *   attempt < 3 ? Promise.reject(new Error("503")) : Promise.resolve(`page at try ${attempt}`);
   * await pool.submit(download, { timeout: 1000, retry: { times: 3 } }); //=> page at try 3
   * ```
   */
  submit<R>(fn: (context: JobContext) => R, options?: JobOptions): Promise<Awaited<R>> {
    return this.#life.intake.submit(fn, options);
  }

  /**
   * Submits a function, as {@link submit} does, if that needs no waiting for a place; `undefined`, and
   * `fn` is never called, if the queue is full or others wait already: the moment to answer 503. O(1).
   *
   * It throws nothing: what {@link submit} rejects with, a promise rejects with here, too, that of
   * a pool that is not open, and of a signal that is aborted, included.
   */
  trySubmit<R>(
    fn: (context: JobContext) => R,
    options?: JobOptions,
  ): Promise<Awaited<R>> | undefined {
    return this.#life.intake.trySubmit(fn, options);
  }

  /**
   * Runs `fn` with each value of `source`, as many at a time as the pool has workers free, and gives the
   * results in the order of the source; with `ordered: false`, in that of completion. The other options
   * are those of each call of `fn`, which is queued as {@link submit} queues a function, in the async
   * context (`AsyncLocalStorage`) of this call.
   *
   * Nothing begins before the first `next`. The source (a stream, a generator, an array, a channel) is
   * pulled as far as `workers + min(queueSize, 4 * workers)` values are between it and the reader, and
   * no further while one of them waits for room in the queue. Other jobs of the pool are not touched.
   *
   * The first failure (of `fn`, the source, the signal, or since the pool takes no more) ends it. The
   * reader gets it in its place in the order, after the values before it, which are waited for; without
   * order, and if it is not one of `fn`, after what has been pulled. `source.return()` is called, and not
   * waited for. Functions behind the failure that run are aborted, those that wait are withdrawn; to
   * leave the loop does the same to all. To go on after an error, catch it in `fn`. A `timeout` is a failure
   * whatever `fn` catches. O(1) for each value.
   *
   * @throws TypeError or RangeError if `source` is not iterable, `fn` no function, or an option is not
   *   what {@link MapOptions} says.
   *
   * @example
   * ```ts
   * const pool = new WorkerPool({ workers: 2 });
   * const sizes = pool.map(["a", "bb", "ccc"], async (word) => word.length);
   * const list: number[] = [];
   * for await (const size of sizes) list.push(size);
   * list.join(); //=> 1,2,3
   * ```
   */
  map<T, R>(
    source: Iterable<T> | AsyncIterable<T>,
    fn: (value: T, context: JobContext) => R,
    options?: MapOptions,
  ): AsyncIterableIterator<Awaited<R>, undefined> & AsyncDisposable {
    return this.#life.map(source, fn, options);
  }

  /**
   * Gives a finished job, waiting while there is none but may be one; `undefined` once there can
   * never be another. Each finished job goes to one reader, readers are served first come, first
   * served. Aborting `signal` withdraws a reader that waits. O(1).
   *
   * @throws The signal's reason, by rejection, if it is aborted before a job was given.
   *
   * @example
   * ```ts
   * const pool = new WorkerPool({ workers: 1 });
   * await pool.queue({ run: () => Promise.reject(new Error("broken")) });
   * (await pool.retrieve())?.status; //=> rejected
   * void pool.close();
   * await pool.retrieve(); //=> undefined
   * ```
   */
  async retrieve(options?: WaitOptions): Promise<Finished<J> | undefined> {
    return (await this.finished.recv(options)).value;
  }

  /** Gives a finished job if there is one; else `done` tells whether there can never be another. O(1). */
  tryRetrieve():
    | { readonly finished: Finished<J>; readonly done: false }
    | { readonly finished: undefined; readonly done: boolean } {
    const { results } = this.#life;
    const finished = results.take();
    if (finished !== undefined) return { finished, done: false };
    return { finished: undefined, done: results.channel.closed };
  }

  /**
   * Takes no more jobs, and runs all that were accepted to their end, tries included. Callers that wait in `queue`
   * or `submit` are refused. Results stay readable.
   *
   * Resolves when the pool has terminated. May be called again, also after `stop`, and from inside
   * a job; a job that *awaits* the end of its own pool waits for itself, for ever.
   *
   * @example
   * ```ts
   * const pool = new WorkerPool({ workers: 1 });
   * const promise = pool.submit(() => "runs");
   * await pool.close();
   * await promise; //=> runs
   * ```
   */
  close(): Promise<void> {
    return this.#life.close();
  }

  /**
   * Takes no more jobs, and starts none: jobs in progress are run to their end, those that wait are
   * skipped. One that waits for another try is finished with its last failure. Callers that wait in
   * `queue` or `submit` are refused. Results stay readable.
   *
   * Resolves, when the pool has terminated, to all jobs that were skipped; functions that were
   * skipped reject with {@link JobSkippedError}. May be called again, also after `close`, which it
   * overrides, and from inside a job, which must not await it.
   *
   * @example
   * ```ts
   * const pool = new WorkerPool({ workers: 1 });
   * pool.tryQueue({ run: () => console.log("never printed") });
   * (await pool.stop()).length; //=> 1
   * ```
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
   * Resolves when nothing waits, nothing is in progress and no caller waits for room: at once if it is
   * so, and at the latest when the pool has terminated. Unread results do not count. Jobs may have
   * come meanwhile when the caller continues. Aborting `signal` withdraws a caller that waits. O(1).
   *
   * @throws The signal's reason, by rejection, if it is aborted before the pool was idle.
   *
   * @example
   * ```ts
   * const pool = new WorkerPool({ workers: 2, discardResults: true });
   * for (const ms of [10, 20]) await pool.queue({ run: () => after(ms).recv() });
   * await pool.idle();
   * pool.stats.retrieved; //=> 2
   * ```
   */
  idle(options?: WaitOptions): Promise<void> {
    return this.#life.idle(options);
  }

  /**
   * Starts no job until {@link resume}. Those that run end. Jobs are taken on while there is room in
   * the queue; workers are no room meanwhile. `close`, `stop` and the like end a pause, and on a pool
   * that is not open this does nothing. May be called again. O(1).
   *
   * @example
   * ```ts
   * const pool = new WorkerPool({ workers: 1 });
   * pool.pause();
   * const promise = pool.submit(() => "runs later");
   * pool.stats.waiting; //=> 1
   * pool.resume();
   * await promise; //=> runs later
   * ```
   */
  pause(): void {
    this.#life.pause();
  }

  /** Ends a {@link pause}: what waits starts, though not during the call. May be called again. O(1). */
  resume(): void {
    this.#life.resume();
  }

  /** Whether the pool starts no job because of {@link pause}. */
  get paused(): boolean {
    return this.#life.jobs.paused;
  }

  /**
   * Changes the number of workers. New ones start jobs that wait at once, though not during the call;
   * those that are too many leave, when their job has ended if they have one. No job is started while
   * as many run as the new number allows. Works on a closing pool, too. A worker that comes in the
   * place of one that has left is another, with a count of its own. O(workers that have run a job).
   *
   * @throws RangeError if `workers` is not a positive integer.
   * @throws PoolClosedError if the pool has terminated.
   */
  resize(workers: number): void {
    checkWorkers(workers, this.#errors);
    this.#life.resize(workers);
  }

  /** Iterates over the finished jobs until there can never be another. Leaving early closes nothing. */
  [Symbol.asyncIterator](): AsyncIterator<Finished<J>, undefined> {
    return this.#life.results.channel[Symbol.asyncIterator]();
  }

  /** Closes the pool and waits for its end: `await using pool = new WorkerPool(…)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

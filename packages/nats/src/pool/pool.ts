// `DistributedPool`, the face of a pool: checks what it is given, and hands on to its parts.

import { gosched, type RecvChan, type WaitOptions } from "@chankit/channel";
import type { PoolStats } from "@chankit/pool";
import type { NatsConnection } from "@nats-io/transport-node";

import { checkOptions, type DistributedPoolOptions } from "../options.js";
import { Names } from "../server/names.js";
import type { AnyTasks, FinishedTask, InputOf, SkippedTask, TaskName } from "../types.js";
import { type QueueOptions, toJob } from "./job.js";
import { Lifecycle } from "./lifecycle.js";
import { claimUnread, skippedOf, unreadOf } from "./lists.js";

/** What a shutdown gives back. */
export interface ShutDown<T = AnyTasks> {
  /** The jobs that were skipped, in the order in which they were accepted. */
  readonly skipped: readonly SkippedTask<T>[];
  /** The results that no reader got, in the order of completion. */
  readonly unread: readonly FinishedTask<T>[];
}

/**
 * A pool whose queue and results lie on a NATS server, for any number of processes that queue, run and
 * read: the verbs of a `WorkerPool`, each with the same promise, but asynchronous where the server must be
 * asked. They hold for the pool as such, whichever process calls.
 *
 * A job is the name of a task and an input; crews, see {@link serve}, run it. Inputs and outputs are JSON
 * or a `Uint8Array`.
 *
 * **Gotchas.** A job runs *at least* once: again, if its process died or its lease ended, so a task should
 * bear it. What a reader got is told once; what it had in its hands when it was killed is gone with it. A
 * pool stays on the server until {@link destroy}, also when it has terminated.
 *
 * Calls wait while the server is away, and reject with {@link PoolTimeoutError} after the pool's
 * `timeout`; with {@link ConnectionClosedError} when the connection is closed for good.
 *
 * @template T The tasks, by name: `DistributedPool.open<typeof tasks>(…)` has names, inputs and outputs checked.
 *
 * @example
 * ```ts
 * const pool = await DistributedPool.open<Tasks>(connection, "thumbnails", { queueSize: 1000 });
 * const reader = (async () => {
 *   for await (const { input, status } of pool) console.log(input.file, status);
 * })();
 * for (const file of files) await pool.queue("resize", { file }); // waits while the queue is full
 * await pool.close();
 * await reader;
 * ```
 */
export class DistributedPool<T = AnyTasks>
  implements AsyncIterable<FinishedTask<T>>, AsyncDisposable
{
  /** The name by which all processes know the pool. */
  readonly name: string;
  readonly #life: Lifecycle<T>;

  /**
   * Makes the pool on the server, or joins it, if there is one of this name; in whatever state it is.
   *
   * @throws RangeError, by rejection, if an option is out of range.
   * @throws TypeError, by rejection, if there is no name, or an option is none of ours.
   * @throws Error, by rejection, if the pool exists with other options than those given; it names them.
   */
  static async open<T = AnyTasks>(
    connection: NatsConnection,
    name: string,
    options?: DistributedPoolOptions,
  ): Promise<DistributedPool<T>> {
    const given = checkOptions(options);
    return new DistributedPool<T>(
      name,
      await Lifecycle.open<T>(connection, new Names(name), given),
    );
  }

  private constructor(name: string, life: Lifecycle<T>) {
    this.name = name;
    this.#life = life;
  }

  /**
   * Queues a job, resolving when the server has accepted it: at once while there is room, else when it is
   * the turn of this caller among those of this process. An accepted job is run to its end, or skipped by
   * {@link stop}.
   *
   * Aborting `signal` withdraws a caller that waits. A job that the server was being asked about is
   * accepted, if it says so; if it says nothing more, that is not known, and the same `id` makes it safe to
   * ask again. One round trip to the server.
   *
   * @throws TypeError, by rejection, if this is no job: its input is neither JSON nor a `Uint8Array`, say.
   * @throws RangeError, by rejection, if it is larger than the server takes.
   * @throws The signal's reason, by rejection, if it is aborted before the job was accepted.
   * @throws PoolClosedError, by rejection, if the pool is not open, or ceases to be while the caller waits.
   */
  async queue<K extends TaskName<T>>(
    task: K,
    input: InputOf<T[K]>,
    options: QueueOptions = {},
  ): Promise<void> {
    await this.#offer(task, input, options, false);
  }

  /**
   * Queues a job if there is room, and no caller of this process waits; `false` if not. It may be `false`
   * for some milliseconds after a job has started, and is never `true` too often.
   *
   * @throws What {@link queue} throws, for the same reasons.
   */
  async tryQueue<K extends TaskName<T>>(
    task: K,
    input: InputOf<T[K]>,
    options: Omit<QueueOptions, "signal"> = {},
  ): Promise<boolean> {
    return this.#offer(task, input, options, true);
  }

  /**
   * The finished jobs, in the order of completion, as a channel: for `select` and `for await`. It is closed
   * when the pool has terminated and all its results are told. A result is asked for when a receiver waits,
   * so what does not wait (`tryRecv`, `trySelect`) hardly ever finds one: see {@link tryRetrieve}.
   */
  get finished(): RecvChan<FinishedTask<T>> {
    return this.#life.results;
  }

  /**
   * Gives a finished job, waiting while there is none but may be one; `undefined` once there can never be
   * another. Each finished job goes to one reader in one process. Aborting `signal` withdraws a reader
   * that waits; what was claimed for it goes to another one.
   *
   * @throws The signal's reason, by rejection, if it is aborted before a job was given.
   * @throws PoolTimeoutError, by rejection, if the connection is broken for the pool's `timeout` meanwhile.
   */
  async retrieve(options?: WaitOptions): Promise<FinishedTask<T> | undefined> {
    return (await this.finished.recv(options)).value;
  }

  /** Gives a finished job if there is one; else `done` tells whether there can never be another. */
  async tryRetrieve(): Promise<
    | { readonly finished: FinishedTask<T>; readonly done: false }
    | { readonly finished: undefined; readonly done: boolean }
  > {
    // What is known without the server must not starve timers either.
    await gosched();
    const { results } = this.#life;
    const finished = await this.#life.guard(results.tryTake());
    if (finished !== undefined) return { finished, done: false };
    if (!results.closed && !results.isWaitedFor) {
      await this.#life.guard(this.#life.finishIfDrained());
    }
    return { finished: undefined, done: results.closed && results.len === 0 };
  }

  /**
   * No new jobs, from any process; all accepted ones are run to their end. Resolves when the pool has
   * terminated: nothing waits, and nothing is in progress. It goes on if this process dies.
   *
   * It waits for crews: without any, it waits until there is one. May be repeated; {@link stop} overrides.
   */
  close(): Promise<void> {
    return quiet(this.#life.end("close").then(() => undefined));
  }

  /**
   * No new jobs; those in progress are run to their end, those that wait are skipped. Resolves, when the
   * pool has terminated, to the skipped ones; each such call, in whichever process, gives all of them. It
   * goes on if this process dies.
   */
  stop(): Promise<readonly SkippedTask<T>[]> {
    return quiet(this.#stop());
  }

  /**
   * Stops, and ends reading now, in all processes: readers that wait are told the end. Resolves, when the
   * pool has terminated, to what was skipped and what was not read; a second call gives the same.
   */
  shutdown(): Promise<ShutDown<T>> {
    return quiet(this.#shutDown());
  }

  /**
   * The counters, of all processes; `blocked` counts the callers of this one. They obey the law `accepted =
   * waiting + inProgress + finished + retrieved + skipped`. Two short requests to the server.
   */
  async stats(): Promise<PoolStats> {
    const tally = await this.#life.tally();
    return { ...tally, blocked: this.#life.intake.blocked };
  }

  /**
   * Ends the part of this process, and closes nothing: its callers that wait are refused, its readers are
   * told the end, results that it holds are given back. A `close` or `stop` of this process goes on.
   */
  leave(): Promise<void> {
    return this.#life.leave();
  }

  /**
   * Removes the pool from the server, with all jobs and results that there are. For other processes it is as
   * if it had ended. A pool of the same name may be opened afterwards.
   */
  destroy(): Promise<void> {
    return this.#life.destroy();
  }

  /** Reads one finished job after the other, until there can never be another. See {@link finished}. */
  [Symbol.asyncIterator](): AsyncIterableIterator<FinishedTask<T>, undefined> & AsyncDisposable {
    return this.finished.values();
  }

  /** Leaves the pool: see {@link leave}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  #offer(task: string, input: unknown, options: QueueOptions, tries: boolean): Promise<boolean> {
    const { intake, ledger } = this.#life;
    const job = toJob(task, input, options, ledger.link.connection.info?.max_payload);
    return this.#life.guard(intake.offer(job, tries));
  }

  async #stop(): Promise<readonly SkippedTask<T>[]> {
    const isThere = await this.#life.end("stop");
    return isThere ? skippedOf<T>(this.#life.ledger) : [];
  }

  async #shutDown(): Promise<ShutDown<T>> {
    const { ledger, results } = this.#life;
    if (!(await this.#life.end("stop", "shut"))) return { skipped: [], unread: [] };
    await results.stopReading();
    await claimUnread(ledger, "shutdown");
    return { skipped: await skippedOf<T>(ledger), unread: await unreadOf<T>(ledger) };
  }
}

/** A call may be left floating: what it does is done by others, too, should this connection be closed. */
function quiet<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => undefined);
  return promise;
}

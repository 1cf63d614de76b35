// `DistributedPool`, the face of a pool in one process: checks what it is given, and hands on to its parts.
//
//   who owns what     WAIT, RUN, DONE, TOLD … on the server: the state of all jobs (server/names.ts)
//                     Phase: what this process knows of close, stop, shutdown
//                     Intake: the callers of this process that wait; Results: its readers
//                     Crew, in any process: the jobs that it runs
//
// The way of a job, and what is written where:
//
//   queue       -> WAIT               accepted; it waits                    by Intake
//   WAIT        -> RUN   run.<n>      in progress                           by a crew with a free worker
//   RUN         -> DONE  done.<n>     finished, with its result             by the crew that has run it
//   DONE        -> TOLD  told.<n>     retrieved: claimed, then handed over  by Results of a reader
//   all of it   -> nothing, `dedupe` ms later                               by Forgetting, in any process
//   WAIT        -> RUN, SIDE skip.<n> skipped                               by all that know of a stop
//
// After a death: what a process held, the server gives to another one: a job in WAIT or a result after
// HOLD_MS, a running job after its lease. Every step is an entry that is written once (ledger.ts), so the
// next one goes on where the dead one was. What a killed reader had claimed is gone with it.

import type { RecvChan, WaitOptions } from "@chankit/channel";
import { gosched } from "@chankit/channel";
import type { PoolStats } from "@chankit/pool";
import type { NatsConnection } from "@nats-io/transport-node";

import { GoneError, goneError } from "../errors.js";
import { checkOptions, completed, type DistributedPoolOptions, type Settings } from "../options.js";
import { Ending } from "../server/ending.js";
import { Forgetting } from "../server/forget.js";
import { Hint, say } from "../server/hint.js";
import { open, remove } from "../server/layout.js";
import { Ledger } from "../server/ledger.js";
import { Link, type LinkListener } from "../server/link.js";
import { Names } from "../server/names.js";
import { type Mark, Phase } from "../server/phase.js";
import { count, tallyOf } from "../server/tally.js";
import type { AnyTasks, FinishedTask, InputOf, SkippedTask, TaskName } from "../types.js";
import { Intake } from "./intake.js";
import { type QueueOptions, toJob } from "./job.js";
import { claimUnread, finishGivingBack, skippedOf, unreadOf } from "./lists.js";
import { Results } from "./results.js";

const LOOK_MS = 1000;

export class DistributedPool<T = AnyTasks>
  implements AsyncIterable<FinishedTask<T>>, AsyncDisposable
{
  /** The name by which all processes know the pool. */
  readonly name: string;
  readonly #ledger: Ledger;
  readonly #phase: Phase;
  readonly #ending: Ending;
  readonly #intake: Intake;
  readonly #results: Results<T>;
  readonly #forgetting: Forgetting;
  readonly #listener: LinkListener;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #isFollowingEnd = false;

  static async open<T = AnyTasks>(
    connection: NatsConnection,
    name: string,
    options?: DistributedPoolOptions,
  ): Promise<DistributedPool<T>> {
    const given = checkOptions(options);
    const names = new Names(name);
    const link = Link.of(connection);
    const { settings } = await open(link, names, given, completed(given).timeout);
    const pool = new DistributedPool<T>(new Ledger(link, names, settings.timeout), settings);
    try {
      await pool.#guard(pool.#phase.start());
    } catch (error) {
      await pool.leave();
      throw error;
    }
    say(pool.#ledger, "open");
    return pool;
  }

  private constructor(ledger: Ledger, settings: Settings) {
    this.name = ledger.names.pool;
    this.#ledger = ledger;
    this.#phase = new Phase(ledger, () => {
      this.#changed();
    });
    this.#ending = new Ending(ledger, this.#phase, settings.dedupe);
    this.#intake = new Intake(ledger, this.#phase);
    this.#results = new Results<T>(
      ledger,
      settings.finishedSize,
      (waits) => {
        this.#waitsForResults(waits);
      },
      () => {
        // It finds out whether the pool was destroyed.
        void this.#guard(count(ledger)).catch(() => undefined);
      },
    );
    this.#forgetting = new Forgetting(ledger, settings.dedupe);
    this.#listener = {
      reconnected: () => {
        this.#reconnected();
      },
      closed: () => {
        this.#results.fail(ledger.link.closedError(`pool ${JSON.stringify(this.name)}`));
      },
    };
    ledger.link.listen(this.#listener);
  }

  async queue<K extends TaskName<T>>(
    task: K,
    input: InputOf<T[K]>,
    options: QueueOptions = {},
  ): Promise<void> {
    await this.#offer(task, input, options, false);
  }

  async tryQueue<K extends TaskName<T>>(
    task: K,
    input: InputOf<T[K]>,
    options: Omit<QueueOptions, "signal"> = {},
  ): Promise<boolean> {
    return this.#offer(task, input, options, true);
  }

  get finished(): RecvChan<FinishedTask<T>> {
    return this.#results;
  }

  async retrieve(options?: WaitOptions): Promise<FinishedTask<T> | undefined> {
    return (await this.#results.recv(options)).value;
  }

  async tryRetrieve(): Promise<
    | { readonly finished: FinishedTask<T>; readonly done: false }
    | { readonly finished: undefined; readonly done: boolean }
  > {
    await gosched();
    const results = this.#results;
    const finished = await this.#guard(results.tryTake());
    if (finished !== undefined) return { finished, done: false };
    if (!results.closed && !this.#phase.isOpen && !results.isWaitedFor) {
      await this.#guard(this.#ending.seal());
      await this.#guard(this.#finishIfDrained());
    }
    return { finished: undefined, done: results.closed && results.len === 0 };
  }

  close(): Promise<void> {
    return quiet(this.#end("close").then(() => undefined));
  }

  stop(): Promise<readonly SkippedTask<T>[]> {
    return quiet(this.#end("stop").then((isThere) => (isThere ? skippedOf<T>(this.#ledger) : [])));
  }

  shutdown(): Promise<{
    readonly skipped: readonly SkippedTask<T>[];
    readonly unread: readonly FinishedTask<T>[];
  }> {
    return quiet(this.#shutdown());
  }

  async stats(): Promise<PoolStats> {
    const counts = await this.#guard(count(this.#ledger));
    return { ...tallyOf(counts), blocked: this.#intake.blocked };
  }

  async leave(): Promise<void> {
    this.#ledger.link.unlisten(this.#listener);
    this.#forgetting.end();
    this.#intake.leave();
    this.#phase.end();
    this.#waitsForResults(false);
    await this.#results.stopReading();
  }

  async destroy(): Promise<void> {
    await this.#ledger.call((manager) => remove(manager, this.#ledger.names));
    say(this.#ledger, "gone");
    this.#phase.setGone();
    await this.leave();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<FinishedTask<T>, undefined> & AsyncDisposable {
    return this.#results[Symbol.asyncIterator]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  async #offer(
    task: string,
    input: unknown,
    options: QueueOptions,
    tries: boolean,
  ): Promise<boolean> {
    const job = toJob(task, input, options, this.#ledger.link.connection.info?.max_payload);
    return this.#guard(this.#intake.offer(job, tries));
  }

  /** Ends the pool for all; resolves when it has terminated: to `false` if it was destroyed meanwhile. */
  async #end(...marks: readonly Mark[]): Promise<boolean> {
    // At once: this process refuses jobs before the server has answered.
    for (const mark of marks) this.#phase.hear(mark);
    try {
      for (const mark of marks) await this.#phase.mark(mark);
      await this.#ending.terminated();
      return true;
    } catch (error) {
      if (error instanceof GoneError || this.#phase.isGone) return false;
      throw error;
    }
  }

  async #shutdown(): Promise<{
    readonly skipped: readonly SkippedTask<T>[];
    readonly unread: readonly FinishedTask<T>[];
  }> {
    if (!(await this.#end("stop", "shut"))) return { skipped: [], unread: [] };
    await this.#results.stopReading();
    await claimUnread(this.#ledger, "shutdown");
    return { skipped: await skippedOf<T>(this.#ledger), unread: await unreadOf<T>(this.#ledger) };
  }

  #changed(): void {
    this.#intake.look();
    if (this.#phase.isGone) {
      this.#results.finish();
      this.#forgetting.end();
      return;
    }
    if (this.#phase.isShut) void this.#results.stopReading();
    // It is tried again on the next occasion: by `close` itself, or after a reconnect.
    void this.#ending.follow().catch(() => undefined);
    void this.#followEnd();
  }

  #reconnected(): void {
    this.#intake.stir();
    this.#results.reset();
    void this.#phase
      .refresh()
      .then(() => this.#ending.follow())
      .catch((error: unknown) => {
        if (error instanceof GoneError) this.#phase.setGone();
      });
  }

  #waitsForResults(waits: boolean): void {
    clearInterval(this.#ticking);
    if (!waits) return;
    this.#ticking = setInterval(() => {
      this.#results.tick();
    }, LOOK_MS);
    void this.#followEnd();
  }

  /** While readers wait on a pool that is ending: tells them the end, when it has come. */
  async #followEnd(): Promise<void> {
    if (this.#isFollowingEnd || this.#phase.isOpen) return;
    this.#isFollowingEnd = true;
    const isNeeded = (): boolean => this.#results.isWaitedFor && !this.#results.closed;
    const hint = new Hint(this.#ledger, "told");
    try {
      while (isNeeded() && (await this.#ending.terminated(() => !isNeeded())) !== undefined) {
        if (await this.#finishIfDrained()) return;
        await hint.next(LOOK_MS);
      }
    } catch (error) {
      if (error instanceof GoneError) this.#phase.setGone();
      // Else the server is away: readers wait for it.
      else await hint.next(LOOK_MS);
    } finally {
      hint.end();
      this.#isFollowingEnd = false;
    }
    // A reader may have come at the last moment.
    if (isNeeded() && !this.#ledger.link.isClosed) void this.#followEnd();
  }

  /** Of a pool that is sealed. */
  async #finishIfDrained(): Promise<boolean> {
    const counts = await count(this.#ledger);
    const { waiting, inProgress, finished } = tallyOf(counts);
    if (waiting > 0 || inProgress > 0) return false;
    if (finished > 0 || this.#results.len > 0) {
      await finishGivingBack(this.#ledger, counts.notes);
      return false;
    }
    this.#results.finish();
    return true;
  }

  async #guard<R>(promise: Promise<R>): Promise<R> {
    try {
      return await promise;
    } catch (error) {
      if (!(error instanceof GoneError)) throw error;
      this.#phase.setGone();
      throw goneError(this.name, "destroyed");
    }
  }
}

/** A call may be left floating: what it does is done by others, too, should this connection be closed. */
function quiet<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => undefined);
  return promise;
}

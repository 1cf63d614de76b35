// A pool in one process: its parts, and what becomes of them when.
//
//   which owns what   WAIT, RUN, DONE, TOLD … on the server: the state of all jobs (server/names.ts)
//                     Phase: what this process knows of close, stop and shutdown
//                     Intake: the callers of this process that wait; Results: its readers
//                     Station (crew/), in any process: the jobs that it runs
//
// The way of a job, and what is written where:
//
//   queue       -> WAIT               accepted; it waits                    by Intake
//   WAIT        +  RUN   run.<n>      in progress                           by a crew with a free worker
//   WAIT        -> DONE  done.<n>     finished, with its result             by the crew that has run it
//   DONE        -> TOLD  told.<n>     retrieved: claimed, then handed over  by Results of a reader
//   all of it   -> nothing, `dedupe` ms later                               by Forgetting, in any process
//   WAIT        -> RUN, SIDE skip.<n> skipped                               by all that know of a stop
//
// After a death: what a process held, the server gives to another one; a job after its lease, a result after
// HOLD_MS. Every step is an entry that is written once (ledger.ts), so the
// next one goes on where the dead one was. What a killed reader had claimed is gone with it. A close or a
// stop whose caller dies is carried on by all that have heard of it, and by all that come (ending.ts).

import type { NatsConnection } from "@nats-io/transport-node";

import { GoneError, goneError } from "../errors.js";
import { completed, type Settings } from "../options.js";
import { Ending } from "../server/ending.js";
import { Forgetting } from "../server/forget.js";
import { Hint, say } from "../server/hint.js";
import { type Found, open, remove } from "../server/layout.js";
import { Ledger } from "../server/ledger.js";
import { Link, type LinkListener } from "../server/link.js";
import type { Names } from "../server/names.js";
import { type Mark, Phase } from "../server/phase.js";
import { count, type Tally, tallyOf } from "../server/tally.js";
import { unref } from "../platform.js";
import { Intake } from "./intake.js";
import { finishGivingBack } from "./lists.js";
import { Results } from "./results.js";

/** Words may be lost: look after so many ms. */
const LOOK_MS = 1000;

/** The parts of a pool in this process. */
export class Lifecycle<T> {
  readonly ledger: Ledger;
  readonly phase: Phase;
  readonly intake: Intake;
  readonly results: Results<T>;
  readonly #queueSize: number;
  readonly #ending: Ending;
  readonly #forgetting: Forgetting;
  readonly #listener: LinkListener;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #isFollowingEnd = false;

  /** Makes the pool, or joins it. */
  static async open<T>(
    connection: NatsConnection,
    names: Names,
    given: Partial<Settings>,
  ): Promise<Lifecycle<T>> {
    const link = Link.of(connection);
    const found = await open(link, names, given, completed(given).timeout);
    const life = new Lifecycle<T>(new Ledger(link, names, found.settings.timeout), found);
    try {
      await life.guard(life.phase.start());
    } catch (error) {
      await life.leave();
      throw error;
    }
    say(life.ledger, "open");
    return life;
  }

  private constructor(ledger: Ledger, { settings, created }: Found) {
    this.ledger = ledger;
    this.#queueSize = settings.queueSize;
    this.phase = new Phase(ledger, () => {
      this.#changed();
    });
    this.#ending = new Ending(ledger, this.phase, settings.dedupe);
    this.intake = new Intake(ledger, this.phase, settings.queueSize, created);
    this.results = new Results<T>(ledger, settings.finishedSize, {
      waits: (isWaitedFor) => {
        this.#resultsWait(isWaitedFor);
      },
      refused: () => {
        // It finds out whether the pool was destroyed.
        this.guard(this.phase.refresh()).catch(() => undefined);
      },
      claimed: (nth) => {
        // Else the server would be asked.
        this.intake.left(nth);
      },
    });
    this.#forgetting = new Forgetting(ledger, settings.dedupe);
    this.#listener = {
      disconnected: () => {
        this.results.disconnected();
      },
      reconnected: () => {
        this.#reconnected();
      },
      closed: () => {
        // Or else its timer would keep the process from ending.
        this.#forgetting.end();
        this.results.fail(ledger.link.closedError(`pool ${JSON.stringify(ledger.names.pool)}`));
      },
    };
    ledger.link.listen(this.#listener);
  }

  /** The counters, as the server has them. */
  tally(): Promise<Tally> {
    // There may be another pool of its name.
    const counts = this.phase.isGone ? Promise.reject(new GoneError()) : count(this.ledger);
    return this.guard(counts.then((it) => tallyOf(it, this.#queueSize)));
  }

  /** Ends the pool for all; resolves when it has terminated: to `false` if it was destroyed meanwhile. */
  async end(...marks: readonly Mark[]): Promise<boolean> {
    // There may be another pool of its name.
    if (this.phase.isGone) return false;
    // At once: this process refuses jobs before the server has answered.
    for (const mark of marks) this.phase.hear(mark);
    try {
      for (const mark of marks) await this.phase.mark(mark);
      await this.#ending.terminated();
      return true;
    } catch (error) {
      if (error instanceof GoneError) return false;
      throw error;
    }
  }

  /** Ends reading, if the pool has terminated and all its results are told. */
  async finishIfDrained(): Promise<boolean> {
    if (this.phase.isOpen) return false;
    await this.#ending.seal();
    // A claim that is under way has been counted, maybe, and its receiver has yet to get the result.
    const counts = await this.results.undisturbed(() => count(this.ledger));
    const { waiting, inProgress, finished } = tallyOf(counts);
    if (waiting > 0 || inProgress > 0) return false;
    if (finished > 0 || this.results.len > 0) {
      await finishGivingBack(this.ledger, counts.notes);
      return false;
    }
    this.results.finish();
    return true;
  }

  /** This process has no part in the pool any more; the pool goes on. */
  async leave(): Promise<void> {
    this.ledger.link.unlisten(this.#listener);
    this.#forgetting.end();
    this.intake.leave();
    this.phase.end();
    this.#resultsWait(false);
    await this.results.stopReading();
  }

  /** Removes the pool from the server. */
  async destroy(): Promise<void> {
    await this.ledger.call((manager) => remove(manager, this.ledger.names));
    this.phase.sayGone();
    await this.leave();
  }

  /** Makes of what says that the pool is gone an error for users. */
  async guard<R>(promise: Promise<R>): Promise<R> {
    try {
      return await promise;
    } catch (error) {
      if (!(error instanceof GoneError)) throw error;
      this.phase.setGone();
      throw goneError(this.ledger.names.pool, "destroyed");
    }
  }

  #changed(): void {
    this.intake.look();
    if (this.phase.isGone) {
      this.results.finish();
      this.#forgetting.end();
      return;
    }
    if (this.phase.isShut) void this.results.stopReading();
    this.#follow();
    void this.#followEnd();
  }

  #reconnected(): void {
    this.intake.reconnected();
    this.results.reset();
    this.guard(this.phase.refresh()).then(
      () => {
        this.#follow();
      },
      () => undefined,
    );
  }

  /** What fails is tried again on the next occasion: by `close` itself, or after a reconnect. */
  #follow(): void {
    this.#ending.follow().catch(() => undefined);
  }

  #resultsWait(isWaitedFor: boolean): void {
    clearInterval(this.#ticking);
    if (!isWaitedFor) return;
    this.#ticking = setInterval(() => {
      this.results.tick();
    }, LOOK_MS);
    unref(this.#ticking);
    void this.#followEnd();
  }

  /** While readers wait on a pool that is ending: tells them the end, when it has come. */
  async #followEnd(): Promise<void> {
    if (this.#isFollowingEnd || this.phase.isOpen) return;
    this.#isFollowingEnd = true;
    const isLeft = (): boolean => !this.results.isWaitedFor || this.ledger.link.isClosed;
    const hint = new Hint(this.ledger, "told");
    try {
      while (!isLeft() && (await this.#ending.terminated(isLeft)) !== undefined) {
        if (await this.finishIfDrained()) break;
        await hint.next(LOOK_MS);
      }
    } catch (error) {
      if (error instanceof GoneError) this.phase.setGone();
      // Else the server is away: readers wait for it.
      else await hint.next(LOOK_MS);
    } finally {
      hint.end();
      this.#isFollowingEnd = false;
    }
    // A reader may have come at the last moment.
    if (!isLeft()) void this.#followEnd();
  }
}

// One crew at one pool: takes jobs for as many workers as are free.
//
// The way of a job here:
//
//   a worker is free   -> a pull from WAIT
//   a job of WAIT      -> its fate "run" is written into RUN; at the same time a pull from RUN (run-pulls.ts)
//   a job of RUN       -> it is run (runner.ts); its lease is renewed meanwhile
//
// What a dead crew had in RUN comes when its lease has ended: an idle crew looks for that each LOOK_MS.
//
// Invariant: running + pulls from RUN ≤ workers, and no more than what is left are pulled from WAIT, where
// looks do not count; of those that still come the surplus goes back. What comes from RUN late is run
// all the same, since to give it back would count as an attempt.

import { Ending } from "../server/ending.js";
import { decide } from "../server/fate.js";
import { Forgetting } from "../server/forget.js";
import { say } from "../server/hint.js";
import { CONSUMER, type Found } from "../server/layout.js";
import type { Ledger } from "../server/ledger.js";
import { numberIn } from "../server/names.js";
import { Phase } from "../server/phase.js";
import { type Pulled, Puller } from "../server/puller.js";
import { count } from "../server/tally.js";
import { unref } from "../platform.js";
import { Leases } from "./leases.js";
import { type Move, RunPulls } from "./run-pulls.js";
import { type Gang, Runner } from "./runner.js";
import { UnderWay } from "./under-way.js";

const LOOK_MS = 1000;

/** A crew at work on one pool. */
export class Station {
  readonly #ledger: Ledger;
  readonly #created: string;
  readonly #dedupe: number;
  readonly #size: number;
  readonly #onGone: () => void;
  readonly #phase: Phase;
  readonly #ending: Ending;
  readonly #forgetting: Forgetting;
  readonly #runner: Runner;
  readonly #wait: Puller;
  readonly #run: RunPulls;
  readonly #running: Leases;
  readonly #underWay: UnderWay;
  readonly #ticking: ReturnType<typeof setInterval>;
  #isEnding = false;
  #isStopped = false;

  /** Calls `onGone` when the pool was destroyed. */
  constructor(ledger: Ledger, { settings, created }: Found, gang: Gang, onGone: () => void) {
    const { lease, dedupe } = settings;
    this.#ledger = ledger;
    this.#created = created;
    this.#dedupe = dedupe;
    this.#size = gang.size;
    this.#onGone = onGone;
    this.#phase = new Phase(ledger, () => {
      this.#changed();
    });
    this.#underWay = new UnderWay(() => {
      this.#phase.setGone();
    });
    this.#ending = new Ending(ledger, this.#phase, dedupe);
    this.#forgetting = new Forgetting(ledger, dedupe);
    this.#running = new Leases(lease);
    this.#runner = new Runner(ledger, settings, this.#phase, gang);
    const { names, link } = ledger;
    const refused = (): void => {
      // Anything that asks the server about the pool finds out.
      this.#underWay.track(count(ledger));
    };
    this.#wait = new Puller(link, names.wait, CONSUMER, {
      pulled: (message) => {
        this.#move(message);
      },
      ended: () => {
        this.#fill();
      },
      refused,
    });
    this.#run = new RunPulls(link, names.run, {
      pulled: (message, isLeft) => {
        this.#start(message, isLeft);
      },
      ended: () => {
        this.#fill();
      },
      refused,
      mayLook: () => !this.#isIdle && this.#free > 0,
    });
    this.#ticking = setInterval(
      () => {
        this.#tick();
      },
      Math.min(LOOK_MS, lease / 2),
    );
    unref(this.#ticking);
  }

  /** Begins to take jobs. */
  async start(): Promise<void> {
    await this.#phase.start();
    this.#underWay.track(this.#runner.doubt());
    this.#tick();
  }

  /** The connection is back. */
  reconnected(): void {
    this.#underWay.track(this.#runner.doubt());
    this.#running.renew();
    this.#wait.reset();
    this.#run.reset();
    this.#underWay.track(this.#phase.refresh().then(() => this.#ending.follow()));
    this.#fill();
  }

  /** Takes no more jobs; those that are here are run, unless it `stops`: then only those that run. */
  async end(stops: boolean): Promise<void> {
    this.#isEnding = true;
    this.#isStopped ||= stops;
    this.#runner.end();
    // What has left the server still comes: from WAIT it goes back, from RUN it is run.
    await Promise.all([this.#wait.cancel(), this.#run.cancel()]);
    await this.#underWay.settled();
    clearInterval(this.#ticking);
    this.#running.end();
    this.#forgetting.end();
    this.#phase.end();
  }

  get #free(): number {
    return this.#size - this.#running.size - this.#run.owed;
  }

  /** Whether there is no point in asking for jobs. */
  get #isIdle(): boolean {
    return this.#isEnding || this.#phase.isGone || this.#ledger.link.isClosed;
  }

  /** Pulls for the workers that are free: once for all that happens in a turn. */
  #fill(): void {
    this.#ledger.link.atEnd(this.#fillNow);
  }

  readonly #fillNow = (): void => {
    if (this.#isIdle || this.#phase.isStopping) return;
    const missing = this.#free - this.#wait.outstanding;
    if (missing > 0) this.#wait.pull(missing);
  };

  #tick(): void {
    this.#wait.tick();
    this.#run.tick();
    this.#run.look();
    this.#fill();
  }

  #changed(): void {
    this.#runner.stir();
    if (this.#phase.isGone) this.#onGone();
    else this.#underWay.track(this.#ending.follow());
  }

  /** A job of WAIT: it is moved to RUN, or skipped. */
  #move(message: Pulled): void {
    const wish = this.#phase.isStopping ? "skip" : "run";
    const move = this.#isEnding || wish === "skip" ? undefined : this.#run.begin(this.#free > 0);
    if (this.#isEnding || (wish === "run" && move === undefined)) {
      message.nak();
      return;
    }
    this.#underWay.track(this.#decide(message, wish, move));
    this.#fill();
  }

  async #decide(message: Pulled, wish: "run" | "skip", move: Move | undefined): Promise<void> {
    try {
      const moved = await decide(this.#ledger, this.#dedupe, message, wish);
      // So many have left WAIT, at least: those that wait for room need not ask.
      say(this.#ledger, "room", moved > 0 ? `${moved} ${this.#created}` : "");
      if (moved === 0 && move !== undefined) this.#run.giveUp(move);
    } finally {
      if (move !== undefined) this.#run.end(move);
      this.#fill();
    }
  }

  /** A job of RUN; where one was left behind there may be more. */
  #start(message: Pulled, isLeft: boolean): void {
    const number = numberIn(message.subject);
    const isHere = this.#running.has(number);
    if (!isHere && (this.#isStopped || this.#phase.isGone)) {
      message.nak();
      return;
    }
    this.#running.hold(number, message);
    if (!isHere) this.#underWay.track(this.#do(number, message, isLeft));
    if (isLeft) this.#run.look();
    this.#fill();
  }

  async #do(number: number, message: Pulled, isLeft: boolean): Promise<void> {
    let isRun = true;
    try {
      isRun = await this.#runner.run(number, message, () => {
        this.#running.ack(number);
      });
    } finally {
      this.#running.release(number);
      // One that has ended came in the place of another one, for which the pull was.
      if (isLeft || !isRun) this.#run.look();
      this.#fill();
    }
  }
}

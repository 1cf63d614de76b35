// One crew at one pool: takes jobs for as many workers as are free.
//
// The way of a job here:
//
//   a worker is free   -> a pull from WAIT
//   a job of WAIT      -> its fate is written into RUN: "run", or "skip" after a stop
//   it is to be run    -> it is run (runner.ts); its lease is renewed meanwhile
//   it has ended       -> it is acknowledged
//
// What a dead crew had comes the same way when its lease has ended: then its fate stands in RUN already. So a crew goes on
// pulling after a stop, for what was in progress.
//
// Invariant: busy workers + pulls ≤ workers. A job that comes though no worker is free, since its pull was given up for
// lost, waits here for one: to give it back would count as a delivery.

import { Ending } from "../server/ending.js";
import { decide, type Wish } from "../server/fate.js";
import { Forgetting } from "../server/forget.js";
import { say } from "../server/hint.js";
import { CONSUMER, type Found } from "../server/layout.js";
import type { Ledger } from "../server/ledger.js";
import { Phase } from "../server/phase.js";
import { type Pulled, Puller } from "../server/puller.js";
import { unref } from "../platform.js";
import { Leases } from "./leases.js";
import { type Gang, Runner } from "./runner.js";
import { longestIn, roomIn } from "./tasks.js";
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
  readonly #puller: Puller;
  readonly #leases: Leases;
  readonly #underWay: UnderWay;
  readonly #ticking: ReturnType<typeof setInterval>;
  #busy = 0;
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
    this.#leases = new Leases(lease);
    this.#runner = new Runner(ledger, settings, this.#phase, gang);
    this.#puller = new Puller(ledger.link, ledger.names.wait, CONSUMER, {
      pulled: (message) => {
        this.#take(message);
      },
      ended: () => {
        this.#fill();
      },
      refused: () => {
        // It finds out whether the pool is there.
        this.#underWay.track(this.#phase.refresh());
      },
    });
    this.#ticking = setInterval(() => {
      this.#puller.tick();
    }, LOOK_MS);
    unref(this.#ticking);
  }

  /** Begins to take jobs. */
  async start(): Promise<void> {
    await this.#phase.start();
    this.#fill();
  }

  /** The connection is back. */
  reconnected(): void {
    this.#leases.renew();
    this.#puller.reset();
    this.#underWay.track(this.#phase.refresh().then(() => this.#ending.follow()));
    this.#fill();
  }

  /** Takes no more jobs; those that are here are run, unless it `stops`: then only those that have begun. */
  async end(stops: boolean): Promise<void> {
    this.#isEnding = true;
    this.#isStopped ||= stops;
    this.#runner.end();
    // What has left the server still comes.
    await this.#puller.cancel();
    await this.#underWay.settled();
    clearInterval(this.#ticking);
    this.#leases.end();
    this.#forgetting.end();
    this.#phase.end();
  }

  /** Pulls for the workers that are free: once for all that happens in a turn. */
  #fill(): void {
    this.#ledger.link.atEnd(this.#fillNow);
  }

  readonly #fillNow = (): void => {
    if (this.#isEnding || this.#phase.isGone || this.#ledger.link.isClosed) return;
    const missing = this.#size - this.#busy - this.#puller.outstanding;
    if (missing > 0) this.#puller.pull(missing);
  };

  #changed(): void {
    this.#runner.stir();
    if (this.#phase.isGone) this.#onGone();
    else this.#underWay.track(this.#ending.follow());
  }

  #take(message: Pulled): void {
    // By its number and its time: a killed server may give a number twice.
    const job = `${message.seq} ${message.at}`;
    if (this.#leases.has(job)) {
      this.#leases.hold(job, message);
      this.#fill();
    } else if (this.#phase.isGone || (this.#isStopped && message.deliveries === 1)) {
      // One that was delivered before may have begun: then this would count as a run of it.
      message.nak();
    } else {
      this.#leases.hold(job, message);
      this.#underWay.track(this.#do(job, message));
    }
  }

  async #do(job: string, message: Pulled): Promise<void> {
    const ack = (): void => {
      this.#leases.ack(job);
    };
    this.#busy++;
    try {
      const fated = await decide(this.#ledger, this.#dedupe, message, this.#wishOf(message));
      // So many do not wait any more, at least: callers that wait for room need not ask.
      if (fated !== undefined) say(this.#ledger, "room", `${fated.seq} ${this.#created}`);
      if (fated?.head.fate === "run") await this.#runner.run(fated, message.deliveries, ack);
      else ack();
    } finally {
      this.#busy--;
      this.#leases.release(job);
      this.#fill();
    }
  }

  #wishOf({ deliveries }: Pulled): Wish {
    if (this.#phase.isStopping) return { fate: "skip" };
    const longest = longestIn(roomIn(this.#ledger.link));
    return { fate: "run", by: this.#runner.id, first: deliveries, longest };
  }
}

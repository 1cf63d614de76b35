// One crew at one pool: takes jobs for as many workers as are free.
//
// The way of a job here:
//
//   a worker is free   -> a pull from WAIT
//   a job of WAIT      -> its fate "run" is written into RUN; at the same time a pull from RUN: as many as
//                         a crew moves there it takes from there, whichever they are. If it was there
//                         before, as after a kill of the server, the pull is spare
//   a job of RUN       -> it is run (runner.ts); its lease is renewed meanwhile
//
// What a dead crew had in RUN comes when its lease has ended: an idle crew looks for that each LOOK_MS.
//
// Invariant: running + pulls from RUN ≤ workers, and no more than what is left are pulled from WAIT, where
// spare pulls do not count; of those that still come the surplus goes back. What comes from RUN late is run
// all the same, since to give it back would count as an attempt.

import type { WorkerPool } from "@chankit/pool";

import { GoneError } from "../errors.js";
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
import { Runner } from "./runner.js";
import type { TaskRecord } from "./tasks.js";

/** A pull from RUN is for what was just moved there: it does not wait for long. */
const RUN_EXPIRES_MS = 500;
/** One that looks for what was left behind waits less still, but as long as a busy server may be late. */
const LOOK_EXPIRES_MS = 100;
const LOOK_MS = 1000;

/** What a crew brings along. */
export interface Gang {
  readonly tasks: TaskRecord;
  readonly workers: WorkerPool;
  readonly size: number;
}

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
  readonly #run: Puller;
  /** The messages of the jobs that are here, by their numbers. */
  readonly #running = new Map<number, Pulled>();
  /** All that is under way: the end waits for it. */
  readonly #busy = new Set<Promise<void>>();
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  /** Pulls from RUN that look for what was left behind, and whether each also stands for a moved job. */
  readonly #looks = new Map<string, { isOwed: boolean }>();
  /** The pulls from RUN for jobs that are being moved there. */
  readonly #moving = new Map<string, { pull: string }>();
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
    this.#ending = new Ending(ledger, this.#phase, dedupe);
    this.#forgetting = new Forgetting(ledger, dedupe);
    this.#runner = new Runner(ledger, settings, this.#phase, gang.tasks, gang.workers);
    const { names, link } = ledger;
    const refused = (): void => {
      // Anything that asks the server about the pool finds out.
      this.#track(count(ledger));
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
    this.#run = new Puller(link, names.run, CONSUMER, {
      pulled: (message, pull) => {
        const isLook = pull !== undefined && this.#looks.delete(pull);
        this.#start(message, isLook || message.deliveries > 1);
      },
      ended: (pull) => {
        this.#ranOut(pull);
        this.#fill();
      },
      refused,
    });
    const renew = setInterval(() => {
      this.#renew();
    }, lease / 3);
    const tick = setInterval(
      () => {
        this.#tick();
      },
      Math.min(LOOK_MS, lease / 2),
    );
    this.#timers = [renew, tick];
    this.#timers.forEach(unref);
  }

  /** Begins to take jobs. */
  async start(): Promise<void> {
    await this.#phase.start();
    this.#track(this.#runner.doubt());
    this.#tick();
  }

  /** The connection is back. */
  reconnected(): void {
    this.#track(this.#runner.doubt());
    this.#renew();
    this.#wait.reset();
    this.#run.reset();
    this.#looks.clear();
    this.#track(this.#phase.refresh().then(() => this.#ending.follow()));
    this.#fill();
  }

  /** Takes no more jobs; those that are here are run, unless it `stops`: then only those that run. */
  async end(stops: boolean): Promise<void> {
    this.#isEnding = true;
    this.#isStopped ||= stops;
    this.#runner.end();
    // What has left the server still comes: from WAIT it goes back, from RUN it is run.
    await Promise.all([this.#wait.cancel(), this.#run.cancel()]);
    while (this.#busy.size > 0) await Promise.all(this.#busy);
    for (const timer of this.#timers) clearInterval(timer);
    this.#forgetting.end();
    this.#phase.end();
  }

  get #free(): number {
    return this.#size - this.#running.size - this.#run.outstanding + this.#spare.length;
  }

  /** The looks that stand for no moved job. */
  get #spare(): readonly { isOwed: boolean }[] {
    return [...this.#looks.values()].filter(({ isOwed }) => !isOwed);
  }

  /** Whether there is no point in asking for jobs. */
  get #isIdle(): boolean {
    return this.#isEnding || this.#phase.isGone || this.#ledger.link.isClosed;
  }

  #fill(): void {
    if (this.#isIdle || this.#phase.isStopping) return;
    const missing = this.#free - this.#wait.outstanding;
    if (missing > 0) this.#wait.pull(missing);
  }

  #tick(): void {
    this.#wait.tick();
    this.#run.tick();
    this.#lookForLeft();
    this.#fill();
  }

  /** Looks for what dead crews have left, if a worker is free. */
  #lookForLeft(): void {
    if (this.#looks.size > 0 || this.#isIdle || this.#free <= 0) return;
    this.#looks.set(this.#run.pull(1, LOOK_EXPIRES_MS), { isOwed: false });
  }

  #renew(): void {
    for (const message of this.#running.values()) message.renew();
  }

  #changed(): void {
    this.#runner.stir();
    if (this.#phase.isGone) this.#onGone();
    else this.#track(this.#ending.follow());
  }

  /** A job of WAIT: it is moved to RUN, or skipped. */
  #move(message: Pulled): void {
    const wish = this.#phase.isStopping ? "skip" : "run";
    const pull = this.#isEnding || wish === "skip" ? undefined : this.#pullForMoved();
    if (this.#isEnding || (wish === "run" && pull === undefined)) {
      message.nak();
      return;
    }
    this.#track(this.#decide(message, wish, pull));
    this.#fill();
  }

  async #decide(message: Pulled, wish: "run" | "skip", pull = ""): Promise<void> {
    const place = { pull };
    this.#moving.set(pull, place);
    try {
      const moved = await decide(this.#ledger, this.#dedupe, message, wish);
      // So many have left WAIT, at least: those that wait for room need not ask.
      say(this.#ledger, "room", moved > 0 ? `${moved} ${this.#created}` : "");
      if (moved === 0) this.#spareOf(place.pull);
    } finally {
      this.#moving.delete(place.pull);
    }
  }

  /** A pull from RUN has ended without a job. */
  #ranOut(pull: string): void {
    const isSpare = this.#looks.get(pull)?.isOwed === false;
    this.#looks.delete(pull);
    if (isSpare) return;
    const place = this.#moving.get(pull);
    if (place === undefined) {
      // Its job went elsewhere; or it came there too late for this pull, and for any other.
      this.#lookForLeft();
      return;
    }
    this.#moving.delete(pull);
    place.pull = this.#run.pull(1, RUN_EXPIRES_MS);
    this.#moving.set(place.pull, place);
  }

  /** Pulls from RUN in exchange for a job that is moved there; `undefined` if no worker is free for it. */
  #pullForMoved(): string | undefined {
    // A pull that looks for what was left hardly ever finds any: it gets this one.
    for (const [pull, look] of this.#looks) {
      if (look.isOwed) continue;
      look.isOwed = true;
      return pull;
    }
    return this.#free > 0 ? this.#run.pull(1, RUN_EXPIRES_MS) : undefined;
  }

  /** The job for which this pull was made does not come: it has ended, or runs elsewhere, or was left behind. */
  #spareOf(pull: string): void {
    if (!this.#run.isWaiting(pull)) return;
    this.#looks.set(pull, { isOwed: false });
    this.#fill();
  }

  /** A job of RUN; where one was left behind there may be more. */
  #start(message: Pulled, isLeft: boolean): void {
    const number = numberIn(message.subject);
    const isHere = this.#running.has(number);
    if (!isHere && (this.#isStopped || this.#phase.isGone)) {
      message.nak();
      return;
    }
    // If it runs here already, the server that delivers it again was killed: now it is this message.
    this.#running.set(number, message);
    if (!isHere) this.#track(this.#do(number, message, isLeft));
    if (isLeft) this.#lookForLeft();
    this.#fill();
  }

  async #do(number: number, message: Pulled, isLeft: boolean): Promise<void> {
    let isRun = true;
    try {
      isRun = await this.#runner.run(number, message, () => this.#running.get(number)?.ack());
    } finally {
      this.#running.delete(number);
      // One that has ended came in the place of another one, for which the pull was.
      if (isLeft || !isRun) this.#lookForLeft();
      this.#fill();
    }
  }

  #track(promise: Promise<unknown>): void {
    const tracked = promise
      .then(
        () => undefined,
        (error: unknown) => {
          // If the server is gone for good, what is not written is run again by another crew.
          if (error instanceof GoneError) this.#phase.setGone();
        },
      )
      .finally(() => {
        this.#busy.delete(tracked);
      });
    this.#busy.add(tracked);
  }
}

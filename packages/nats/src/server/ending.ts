// What follows from a mark, done by every process that knows of it, pools and crews: the one that called
// `close` may be dead. All of it may be repeated, and done by several at a time.
//
//   any mark   WAIT is sealed: its server refuses all jobs, whichever process sends them
//   stop       what waits gets the fate "skip", until nothing waits

import { GoneError } from "../errors.js";
import { decide } from "./fate.js";
import { Hint, say } from "./hint.js";
import type { Ledger } from "./ledger.js";
import { seal } from "./layout.js";
import type { Phase } from "./phase.js";
import { pullNow } from "./pull-now.js";
import { type Counts, count, tallyOf } from "./tally.js";

/** How many jobs are skipped at a time. */
const SWEEPERS = 8;
/** A word that all has ended may be lost: look after so many ms. */
const LOOK_MS = 1000;

/** Ends one pool, as far as that is to be done by a process that knows of a mark. */
export class Ending {
  readonly #ledger: Ledger;
  readonly #phase: Phase;
  readonly #dedupe: number;
  #sealed: Promise<void> | undefined;
  #swept: Promise<void> | undefined;

  constructor(ledger: Ledger, phase: Phase, dedupe: number) {
    this.#ledger = ledger;
    this.#phase = phase;
    this.#dedupe = dedupe;
  }

  /** Seals the pool, unless that is done. What cannot be done now is tried again by the next call. */
  seal(): Promise<void> {
    this.#sealed ??= this.#once(
      () => this.#ledger.call((manager) => seal(manager, this.#ledger.names)),
      () => (this.#sealed = undefined),
    );
    return this.#sealed;
  }

  /** Does what is to be done now. */
  async follow(): Promise<void> {
    if (this.#phase.isOpen || this.#phase.isGone) return;
    await this.seal();
    if (!this.#phase.isStopping) return;
    this.#swept ??= this.#once(
      () => this.#sweep(),
      () => (this.#swept = undefined),
    );
    await this.#swept;
  }

  /**
   * Resolves when nothing waits, nothing is in progress, and that cannot change any more; or to
   * `undefined` when `isLeft` says so.
   *
   * @throws GoneError if the pool was destroyed.
   */
  async terminated(isLeft: () => boolean = () => false): Promise<Counts | undefined> {
    const hint = new Hint(this.#ledger, "end");
    try {
      for (;;) {
        if (isLeft()) return undefined;
        if (this.#phase.isGone) throw new GoneError();
        await this.follow();
        const counts = await count(this.#ledger);
        const { waiting, inProgress } = tallyOf(counts);
        if (waiting === 0 && inProgress <= 0) return counts;
        // Each word is of one job.
        await hint.next(LOOK_MS, waiting + inProgress);
      }
    } finally {
      hint.end();
    }
  }

  async #sweep(): Promise<void> {
    for (;;) {
      await Promise.all(Array.from({ length: SWEEPERS }, () => this.#skipWhatWaits()));
      const { waiting } = tallyOf(await count(this.#ledger));
      if (waiting === 0) {
        say(this.#ledger, "end");
        return;
      }
      // Others hold the rest: they skip it, too, or the server gives it back.
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS / 4));
    }
  }

  async #skipWhatWaits(): Promise<void> {
    for (;;) {
      const message = await pullNow(this.#ledger, this.#ledger.names.wait);
      if (message === undefined) return;
      await decide(this.#ledger, this.#dedupe, message, "skip");
    }
  }

  /** What has failed is forgotten, so that it is tried again. */
  async #once(fn: () => Promise<void>, forget: () => void): Promise<void> {
    try {
      await fn();
    } catch (error) {
      forget();
      throw error;
    }
  }
}

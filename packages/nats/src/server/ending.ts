// What follows from a mark, done by every process that knows of it, pools and crews: the one that called
// `close` may be dead. All of it may be repeated, and done by several at a time.
//
//   any mark   WAIT is sealed: its server refuses all jobs, whichever process sends them
//   stop       what waits gets the fate "skip", and leaves WAIT
//
// What waits is read, not pulled: to pull what a crew has had, and is in progress, would take it from that crew, or count
// as a run of it. So such jobs are left to crews (station.ts), which also skip what they pull and find without a fate.

import { GoneError } from "../errors.js";
import { hasEnded } from "./ended.js";
import { decide } from "./fate.js";
import { Hint, say } from "./hint.js";
import type { Ledger } from "./ledger.js";
import { seal } from "./layout.js";
import type { Phase } from "./phase.js";
import { type Counts, count, tallyOf } from "./tally.js";
import { waitingIn } from "./waiting.js";

/** How many jobs are skipped at a time; and how long the pieces of WAIT are that are gone through at a time. */
const SWEEPERS = 8;
const PIECE = 64;
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
      await this.#skipWhatWaits();
      const { waiting } = tallyOf(await count(this.#ledger));
      if (waiting === 0) {
        say(this.#ledger, "end");
        return;
      }
      // What has just ended is about to leave.
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS / 4));
    }
  }

  /** WAIT is sealed: what it holds now is all that there will ever be. */
  async #skipWhatWaits(): Promise<void> {
    const { names } = this.#ledger;
    const {
      messages,
      first_seq: first,
      last_seq: last,
    } = (await this.#ledger.info(names.wait)).state;
    if (messages === 0) return;
    const count = Math.ceil((last - first + 1) / PIECE);
    // Several processes do this at one time: each begins elsewhere, and finds what others have done.
    const start = Math.floor(Math.random() * count);
    let done = 0;
    const skipPieces = async (): Promise<void> => {
      while (done < count) {
        const from = first + ((start + done++) % count) * PIECE;
        await this.#skipFrom(from, Math.min(last, from + PIECE - 1));
      }
    };
    await Promise.all(Array.from({ length: SWEEPERS }, skipPieces));
  }

  async #skipFrom(from: number, to: number): Promise<void> {
    for await (const job of waitingIn(this.#ledger, from, to)) {
      const fated = await decide(this.#ledger, this.#dedupe, job, { fate: "skip" });
      const isOver = fated?.head.fate !== "run" || (await hasEnded(this.#ledger, fated.place));
      if (isOver) await this.#ledger.erase(this.#ledger.names.wait, job.seq);
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

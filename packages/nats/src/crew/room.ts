// The room for results: while more than `finishedSize` are unread, the workers of an open pool wait for readers.
//
// Invariant: the workers of a crew listen and look together, however many wait: to count costs the server more than a job
// does.

import type { Settings } from "../options.js";
import { Hint } from "../server/hint.js";
import type { Ledger } from "../server/ledger.js";
import type { Phase } from "../server/phase.js";
import { count, tallyOf } from "../server/tally.js";

/** A word that results were told may be lost: look after so many ms. */
const LOOK_MS = 1000;
/** Where one result is told others will be: if many workers wait, wait for that so many ms. */
const MORE_MS = 3;

/** The room for the results of one crew. */
export class Room {
  readonly #ledger: Ledger;
  readonly #size: number;
  readonly #phase: Phase;
  /** So many results were told at the last look. */
  #told = 0;
  #waiting = 0;
  #hint: Hint | undefined;
  #looking: Promise<void> | undefined;
  #hasEnded = false;

  constructor(ledger: Ledger, { finishedSize }: Settings, phase: Phase) {
    this.#ledger = ledger;
    this.#size = finishedSize;
    this.#phase = phase;
  }

  /** The state of the pool has changed: workers may not have to wait any more. */
  stir(): void {
    this.#hint?.stir();
  }

  /** No worker waits any more. */
  end(): void {
    this.#hasEnded = true;
    this.stir();
  }

  /**
   * Resolves when there is room for the nth result, or it need not wait for that.
   *
   * @throws GoneError if the pool was destroyed.
   */
  async wait(nth: number): Promise<void> {
    // What is told hardly ever becomes untold, so the server is asked only when it may be full.
    if (!this.#mustWait(nth)) return;
    this.#waiting++;
    try {
      while (this.#mustWait(nth)) await (this.#looking ??= this.#look());
    } finally {
      if (--this.#waiting === 0) {
        this.#hint?.end();
        this.#hint = undefined;
      }
    }
  }

  async #look(): Promise<void> {
    try {
      if (this.#hint === undefined) {
        // What was told before we listen was not told us.
        this.#hint = new Hint(this.#ledger, "told");
      } else if (await this.#hint.next(LOOK_MS)) {
        const more = Math.min(this.#waiting, Math.floor(this.#size / 4)) - 1;
        if (more > 0) await this.#hint.next(MORE_MS, more);
      }
      this.#told = tallyOf(await count(this.#ledger)).retrieved;
    } finally {
      this.#looking = undefined;
    }
  }

  #mustWait(nth: number): boolean {
    const isFull = nth - this.#told > this.#size;
    return isFull && this.#phase.isOpen && !this.#hasEnded;
  }
}

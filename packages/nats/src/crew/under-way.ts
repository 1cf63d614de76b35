// What a crew has begun and not ended: its end waits for it.

import { GoneError } from "../errors.js";

/** Promises that nothing else waits for. */
export class UnderWay {
  readonly #all = new Set<Promise<void>>();
  readonly #onGone: () => void;

  /** Calls `onGone` when one says that the pool was destroyed. */
  constructor(onGone: () => void) {
    this.#onGone = onGone;
  }

  /** Keeps a promise until it is settled. */
  track(promise: Promise<unknown>): void {
    const forget = (): void => void this.#all.delete(tracked);
    const tracked = promise.then(forget, (error: unknown) => {
      forget();
      // If the server is gone for good, what is not written is run again by another crew.
      if (error instanceof GoneError) this.#onGone();
    });
    this.#all.add(tracked);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#all.size > 0) await Promise.all(this.#all);
  }
}

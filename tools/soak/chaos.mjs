// Aborts in the middle of everything: what is given up must leave no trace.

import { setImmediate } from "node:timers/promises";

const GIVEN_UP = new Error("given up");

/** Aborts what is going on, now and then, until it is stopped. */
export class Chaos {
  #controller = new AbortController();
  #isOver = false;

  async run(random) {
    while (!this.#isOver) {
      for (let turns = random.between(1, 10); turns > 0; turns--) await setImmediate();
      this.#controller.abort(GIVEN_UP);
      this.#controller = new AbortController();
    }
  }

  stop() {
    this.#isOver = true;
  }

  /** The outcome of an operation, which is begun anew whenever it was aborted. */
  async untilDone(tally, operation) {
    for (;;) {
      try {
        return await operation(this.#controller.signal);
      } catch (error) {
        if (error !== GIVEN_UP) throw error;
        tally.aborts++;
      }
    }
  }
}

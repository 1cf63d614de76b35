import { isDeepStrictEqual } from "node:util";

import type { Event } from "./history.js";
import { isSame } from "./invoke.js";
import type { Letter } from "./letter.js";
import { type Call, open, type Outcome, type State, step } from "./model.js";
import type { Stage, Watcher } from "./play.js";
import type { RandomProgram } from "./random-program.js";
import { show, showOutcome } from "./show.js";

interface Due {
  readonly event: Event;
  readonly outcome: Outcome;
}

/** Compares what happens with what the model says, after every call and every pause. */
export class Conformance implements Watcher {
  #state: State;
  /** What has to settle, in order; but what an abort and a call in it settle is in any order. */
  #due: Due[][] = [];
  #settled = 0;

  readonly #inOrder: boolean;

  constructor({ channels }: RandomProgram, { inOrder }: { inOrder: boolean } = { inOrder: true }) {
    this.#state = open(...channels);
    this.#inOrder = inOrder;
  }

  /** How many have settled once all have that should. */
  get due(): number {
    return this.#settled + this.#due.flat().length;
  }

  called(stage: Stage, { call, inAbort }: Letter): void {
    const due = inAbort === undefined ? [] : this.#step(stage, { do: "abort", signal: inAbort });
    due.push(...this.#step(stage, call));
    if (inAbort === undefined) this.#due.push(...due.map((one) => [one]));
    else this.#due.push(due);

    const looks = stage.look();
    const shouldLook = this.#state.channels.map(({ cap, closed, buffer, receivers, senders }) => ({
      len: buffer.length,
      cap,
      closed,
      receivers: receivers.length,
      senders: senders.length,
    }));
    if (!isDeepStrictEqual(looks, shouldLook)) {
      const [actual, expected] = [looks, shouldLook].map((it) => JSON.stringify(it));
      throw new Error(`after ${show(call)} channels are ${actual}, not ${expected}`);
    }
  }

  ticked({ settled }: Stage): void {
    for (const group of this.#inOrder ? this.#due : [this.#due.flat()]) {
      const events = settled.slice(this.#settled, (this.#settled += group.length));
      for (const { event, outcome } of group) {
        if (events.includes(event) && isSame(event.outcome!, outcome)) continue;
        const instead = events.map((one) => `${show(one.call)} gave: ${showOutcome(one.outcome!)}`);
        throw new Error(
          `${show(event.call)} should have given: ${showOutcome(outcome)}; but ` +
            (instead.join(", ") || "nothing has settled"),
        );
      }
    }
    this.#due = [];
    const extra = settled[this.#settled];
    if (extra !== undefined) throw new Error(`${show(extra.call)} has settled, but should wait`);
  }

  /** What settles by `call`. */
  #step(stage: Stage, call: Call): Due[] {
    const { state, settled } = step(this.#state, call, (keys) => keys[0]!);
    this.#state = state;
    return settled.map(({ op, outcome }) => ({ event: stage.events[op]!, outcome }));
  }
}

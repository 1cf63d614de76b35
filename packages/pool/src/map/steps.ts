// The steps of a map: microtasks, each of which was prepared at the beginning of the one before it, and
// the first in the call of `map`. So what is done in a step has the async context (`AsyncLocalStorage`) of
// that call, and never happens in the middle of the pool's work. What a step does to its context
// (`enterWith`) ends with it.
//
// In a step either a slot takes its turn, or the map does what it has to do. Slots come first: then the
// source is asked for many values in one step, instead of one between any two slots.
//
// A step that has something to do lets the next one follow at once, which costs one promise. One that
// has not, rests: the next one waits until it is woken.
//
// Invariant: one step is on its way, or rests.

import { capture, capturedResolve, releaseCaptured, type Settle } from "../util/captured.js";

const NOW = Promise.resolve();

/** Takes steps, one after the other; `S` is what may have a turn in one. */
export class Steps<S> {
  readonly #work: () => void;
  readonly #start: (slot: S) => void;
  /** Whether there is something to do. */
  #isWanted = false;
  /** What is to have its turn. */
  #slot: S | undefined = undefined;
  /** Ends a rest. */
  #wake: Settle | undefined = undefined;
  readonly #take = (): void => {
    const slot = this.#slot;
    if (slot !== undefined) {
      this.#followUp();
      this.#slot = undefined;
      this.#start(slot);
    } else if (this.#isWanted) {
      this.#followUp();
      this.#isWanted = false;
      this.#work();
    } else {
      this.#rest();
    }
  };

  /** Each of both is called once a step, and must not throw. */
  constructor(work: () => void, start: (slot: S) => void) {
    this.#work = work;
    this.#start = start;
    this.#rest();
  }

  /** There is something to do: a step is taken soon, never during this call. */
  wake(): void {
    this.#isWanted = true;
    this.#endRest();
  }

  /** The same for the turn of a slot, of which there must be only one at a time. */
  giveTurn(slot: S): void {
    this.#slot = slot;
    this.#endRest();
  }

  #followUp(): void {
    void NOW.then(this.#take);
  }

  #rest(): void {
    void new Promise<undefined>(capture).then(this.#take);
    this.#wake = capturedResolve();
    releaseCaptured();
  }

  #endRest(): void {
    const wake = this.#wake;
    if (wake === undefined) return;
    this.#wake = undefined;
    wake(undefined);
  }
}

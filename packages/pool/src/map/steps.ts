// The steps of a map: reactions of promises, each of which was made in the one before it, and the first
// in the call of `map`. So what is done in a step has the async context (`AsyncLocalStorage`) of that
// call, and never happens in the middle of the pool's work. What a step does to its context (`enterWith`)
// ends with it.
//
// Invariant: between steps one is ready, or on its way.

import { capture, capturedResolve, releaseCaptured, type Settle } from "../util/captured.js";

/** Takes steps, one after the other. */
export class Steps {
  readonly #take: () => void;
  /** Lets the next step be taken; nothing if it is on its way. */
  #wake: Settle | undefined = undefined;
  readonly #react = (): void => {
    this.#prepare();
    this.#take();
  };

  /** `take` is called once a step, and must not throw. */
  constructor(take: () => void) {
    this.#take = take;
    this.#prepare();
  }

  /** There is something to do: a step is taken soon, never during this call. */
  wake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.(undefined);
  }

  #prepare(): void {
    void new Promise<undefined>(capture).then(this.#react);
    this.#wake = capturedResolve();
    releaseCaptured();
  }
}

// The caller of `submit`: its promise, its signal, and its async context.
//
// The context (`AsyncLocalStorage`) cannot be read without Node's help, but a reaction of a promise
// runs in the context in which it was made. So the call of `submit` makes a reaction that starts the
// function: at once if it is its turn, else one that waits until `wake` is called.

import { type AbortTarget, type AbortRegistration, onAbort } from "@chankit/channel";

import { isAborted, reasonOf } from "./abort.js";
import { abortContext, type Context } from "./context.js";

// Made once: a reaction of it runs in the next microtask, in the context of this call.
const NOW = Promise.resolve();

/** The caller of `submit`. */
export class Caller {
  /** What its function runs with, once it does. */
  context: Context | undefined = undefined;
  readonly #resolve: (value: never) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  #link: AbortRegistration | undefined = undefined;
  #wake: (() => void) | undefined = undefined;

  constructor(
    resolve: (value: never) => void,
    reject: (reason: unknown) => void,
    signal: AbortSignal | undefined,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
  }

  /** Whether the signal is aborted, its listeners may have yet to run. */
  get isAborted(): boolean {
    return isAborted(this.#signal);
  }

  /** Why it is. */
  get abortReason(): unknown {
    return reasonOf(this.#signal);
  }

  /** Tells `entry` when the signal is aborted, until {@link leave}. Throws if it is aborted already. */
  follow(entry: AbortTarget): void {
    if (this.#signal !== undefined) this.#link = onAbort(this.#signal, entry);
  }

  /** Aborts the signal that the function sees, if it runs. */
  abortRun(reason: unknown): void {
    if (this.context !== undefined) abortContext(this.context, reason);
  }

  /** It does not matter any more whether the signal is aborted. */
  leave(): void {
    this.#link?.remove();
  }

  /** The function has returned `value`, or a promise of it. */
  fulfil(value: unknown): void {
    this.leave();
    this.#resolve(value as never);
  }

  /** The function has failed, or will not be called. */
  reject(reason: unknown): void {
    this.leave();
    this.#reject(reason);
  }

  /** Takes `turn` in the next microtask, in the async context of this very call. */
  takeTurn(turn: () => void): void {
    void NOW.then(turn);
  }

  /** Takes `turn` when {@link wake} is called, in the async context of this very call. */
  awaitTurn(turn: () => void): void {
    void new Promise<void>((resolve) => {
      this.#wake = resolve;
    }).then(turn);
  }

  /** Ends the wait for a turn; false if there is none: the call of `submit` is still to begin it. */
  wake(): boolean {
    if (this.#wake === undefined) return false;
    this.#wake();
    this.#wake = undefined;
    return true;
  }
}

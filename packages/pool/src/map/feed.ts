// What asks the source of a map. While the source does not answer, the signal and the pool may: the
// signal is aborted, the pool takes no more. They are followed only then, so that a map that is dropped
// leaves nothing; at all other times slots tell, or the next call of `pull` looks.

import { type AbortTarget, type AbortRegistration, onAbort } from "@chankit/channel";

import { isAborted, reasonOf } from "../util/abort.js";
import { type Iterate, type Listener, Source } from "./source.js";

/** What ends a map besides its source and its functions. */
export interface FeedPool {
  /** Why the pool takes no more, if it does not. */
  refusal(): Error | undefined;
  /** Calls `listener` when the pool takes no more, until what this returns is called. */
  onClosed(listener: () => void): () => void;
}

/** Asks the source for one value after the other. */
export class Feed implements Listener<unknown>, AbortTarget {
  /** Whether the source was asked, and nothing has answered yet. */
  isPulling = false;
  readonly #source: Source<unknown>;
  readonly #pool: FeedPool;
  readonly #signal: AbortSignal | undefined;
  readonly #listener: Listener<unknown>;
  #registration: AbortRegistration | undefined = undefined;
  #unfollowPool: (() => void) | undefined = undefined;

  constructor(
    source: Iterate<unknown>,
    pool: FeedPool,
    signal: AbortSignal | undefined,
    listener: Listener<unknown>,
  ) {
    this.#source = new Source(source, this);
    this.#pool = pool;
    this.#signal = signal;
    this.#listener = listener;
  }

  /** Asks for the next value: the listener gets one answer, from whichever is first. */
  pull(): void {
    this.isPulling = true;
    if (this.#isRefused()) return;
    this.#source.pull();
    // It may have answered at once; or what it does, have aborted the signal or closed the pool.
    if (!this.#hasAnswer() && !this.#isRefused()) this.#follow();
  }

  /** Whatever answers now, it is not wanted any more. */
  ignore(): void {
    this.#answer();
  }

  /** Tells the source that no more is wanted. It is not waited for. */
  return(): void {
    this.#source.return();
  }

  arrived(value: unknown): void {
    if (this.#answer()) this.#listener.arrived(value);
  }

  ended(): void {
    if (this.#answer()) this.#listener.ended();
  }

  failed(reason: unknown): void {
    if (this.#answer()) this.#listener.failed(reason);
  }

  /** The signal is aborted. */
  cancel(reason: unknown): void {
    this.failed(reason);
  }

  #hasAnswer(): boolean {
    return !this.isPulling;
  }

  /** Whether the signal or the pool answers now: that it goes no further. */
  #isRefused(): boolean {
    if (isAborted(this.#signal)) {
      this.failed(reasonOf(this.#signal));
      return true;
    }
    const refusal = this.#pool.refusal();
    if (refusal === undefined) return false;
    this.failed(refusal);
    return true;
  }

  #follow(): void {
    this.#unfollowPool = this.#pool.onClosed(() => {
      this.#isRefused();
    });
    if (this.#signal === undefined) return;
    try {
      this.#registration = onAbort(this.#signal, this);
    } catch (reason) {
      this.failed(reason);
    }
  }

  /** Whether this is the first answer. */
  #answer(): boolean {
    if (!this.isPulling) return false;
    this.isPulling = false;
    this.#registration?.remove();
    this.#unfollowPool?.();
    this.#registration = this.#unfollowPool = undefined;
    return true;
  }
}

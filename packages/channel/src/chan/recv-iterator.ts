// The iterator of `for await`: each `next` is a plain receive, and leaving withdraws what waits.

import { disposable, followPolyfills } from "../util/dispose.js";
import type { Received, WaitOptions } from "../state/types.js";
import { inspectable } from "../util/inspect.js";
import { rejected, settled } from "../loop/outcomes.js";
import { recvFrom } from "../wait/recv-send.js";
import type { RecvPort } from "../state/port.js";
import { CLOSED } from "../state/received.js";
import { RingBuffer } from "../util/ring-buffer.js";
import type { PromiseWaiter } from "../wait/promise-waiter.js";
import { isAborted, reasonOf } from "../util/signals.js";

/** What `values` gives. A value that `next` has received is never dropped, however the loop ends. */
export class RecvIterator<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  readonly #port: RecvPort<T>;
  readonly #options: WaitOptions | undefined;
  /** What this iterator waits for, behind what it has waited for since the last `next`. */
  readonly #waiting = new RingBuffer<PromiseWaiter>();
  #hasLeft = false;

  static {
    disposable(this, "asyncDispose");
    inspectable(this, "RecvIterator", { left: (iterator) => iterator.#hasLeft });
  }

  constructor(port: RecvPort<T>, options?: WaitOptions) {
    this.#port = port;
    this.#options = options;
    followPolyfills();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Received<T>> {
    if (this.#hasLeft) return settled(CLOSED, 1);
    // First come, first served: those that no longer wait are in front.
    while (this.#waiting.peek()?.isWaiting() === false) {
      this.#waiting.shift();
    }
    return recvFrom(this.#port, this.#options, this.#waiting);
  }

  return(value?: PromiseLike<undefined>): Promise<Received<never>> {
    this.#leave();
    // A generator that delegates to this one hands on what it is told to return.
    return value === undefined ? settled(CLOSED, 1) : closedWith(value);
  }

  throw(error?: unknown): Promise<never> {
    this.#leave();
    return rejected(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Leaving the loop withdraws what still waits, so that no value goes where no code takes it. */
  #leave(): void {
    this.#hasLeft = true;
    while (this.#waiting.length > 0) {
      const waiter = this.#waiting.shift();
      const { signal } = waiter;
      // Its own abort listener has yet to run, if another one has led here: the signal wins.
      if (signal !== undefined && isAborted(signal)) waiter.fail(reasonOf(signal));
      else waiter.complete(CLOSED);
    }
  }
}

async function closedWith(value: PromiseLike<unknown>): Promise<Received<never>> {
  return { ...CLOSED, value: await value } as Received<never>;
}

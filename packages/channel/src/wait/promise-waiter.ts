// The waiter behind a promise: an operation that waits in one queue, and is no select.

import type { Received } from "../state/types.js";
import type { Queue, Waiter } from "../state/waiter.js";
import type { AbortLink } from "./abort.js";
import { tell, tellVoid } from "../loop/outcomes.js";

/** A waiting operation that is not a select: its outcome settles the promise of its caller. */
export class PromiseWaiter implements Waiter {
  next: Waiter | undefined = undefined;
  previous: Waiter | undefined = undefined;
  queue: Queue | undefined = undefined;
  readonly value: unknown;
  /** Set by whoever starts the wait, if the caller gave a signal. */
  link: AbortLink | undefined = undefined;
  // Those of the promise; set before anything else happens.
  resolve!: (outcome: unknown) => void;
  reject!: (reason: unknown) => void;

  constructor(value: unknown) {
    this.value = value;
  }

  get signal(): AbortSignal | undefined {
    return this.link?.signal;
  }

  detach(): void {
    const { queue } = this;
    if (queue?.remove(this) === true) queue.notifyLeft();
  }

  cancel(reason: unknown): void {
    const { queue } = this;
    const queueToTell = queue?.remove(this) === true ? queue : undefined;
    // It is told before the others, since its leaving may serve those behind it.
    this.fail(reason);
    queueToTell?.notifyLeft();
  }

  receive(outcome: Received<unknown>): void {
    tell(this.resolve, outcome);
    this.link?.remove();
  }

  proceed(outcome?: unknown): void {
    tellVoid(this.resolve, outcome);
    this.link?.remove();
  }

  fail(error: unknown): void {
    tell(this.reject, error);
    this.link?.remove();
  }
}

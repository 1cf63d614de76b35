// The waiter behind a promise: an operation that waits in one queue, and is no select.

import type { Queue, Waiter } from "../state/waiter.js";
import type { AbortRegistration } from "./abort.js";
import { endWait, type Operation } from "./operation.js";

/** A waiting operation that is not a select: its outcome settles the promise of its caller. */
export class PromiseWaiter implements Waiter, Operation {
  next: Waiter | undefined;
  previous: Waiter | undefined;
  queue: Queue | undefined;
  readonly value: unknown;
  registration: AbortRegistration | undefined;
  // Those of the promise; set before anything else happens. `reject` only if the wait can fail.
  resolve!: (outcome: unknown) => void;
  reject!: (reason: unknown) => void;

  constructor(value: unknown) {
    this.value = value;
  }

  get signal(): AbortSignal | undefined {
    return this.registration?.signal;
  }

  isWaiting(): boolean {
    return this.queue !== undefined;
  }

  leave(): Queue {
    const queue = this.queue as Queue;
    queue.remove(this);
    // Both refer to the promise, and an iterator may keep this waiter longer than the value (C10).
    this.resolve = this.reject = undefined as never;
    return queue;
  }

  complete(outcome?: unknown): void {
    if (this.isWaiting()) endWait(this, this.resolve, outcome);
  }

  fail(error: unknown): void {
    if (this.isWaiting()) endWait(this, this.reject, error);
  }

  cancel(reason: unknown): void {
    this.fail(reason);
  }
}

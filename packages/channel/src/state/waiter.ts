// One who waits in a queue (Go's sudog): a plain operation, or one case of a select.
//
// The life of a waiter: it is enqueued; then it is either *claimed* by whoever can serve it
// (`WaitQueue.claim`), who then calls one of `receive`, `proceed`, `fail`; or it is *cancelled* by
// its signal. Either way it has left its queues before it is told, so that only one of these can
// happen; and it is told before those behind it, whom its leaving may set free (C5). Its signal is
// let go last of all: the `removeEventListener` of an odd one may use the very channel.

import type { Received } from "./types.js";

/** The queue, as far as a waiter that leaves it needs to know. */
export interface Queue {
  /** See `WaitQueue`. */
  remove(waiter: Waiter): boolean;
  notifyLeft(): void;
}

/**
 * One who waits in a queue, and what happens to it when its time has come. Not a superclass: to
 * construct derived classes costs V8 so much more that a message which waits would take 8 % longer.
 */
export interface Waiter {
  // The links belong to the queue.
  next: Waiter | undefined;
  previous: Waiter | undefined;
  queue: Queue | undefined;

  /** What a sender sends; nothing for others. */
  readonly value: unknown;
  /** The signal that may cancel it. */
  readonly signal: AbortSignal | undefined;

  /** Leaves every queue. Then it must be told why. */
  detach(): void;
  /** Withdraws, and rejects with `reason`. */
  cancel(reason: unknown): void;

  // What whoever has claimed it says to it, exactly one of these, and once.

  /** Receives a value, or that there will be none any more. */
  receive(outcome: Received<unknown>): void;
  /** Has sent; or has waited for something else than a value, which is the `outcome`. */
  proceed(outcome?: unknown): void;
  /** Fails. */
  fail(error: unknown): void;
}

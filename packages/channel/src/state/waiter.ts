// What waits in a queue (Go's sudog): a plain operation, or one case of a select.
//
// A waiter is enqueued, and then its wait ends once: it is completed or failed, by the code that finds
// it first in the queue or by its signal. Both do the same in the same order (`endWait`): the waiter
// leaves every queue, it is told, its leaving is announced, and its signal is let go. So nothing
// happens twice, and a waiter is told before those behind it, which its leaving may set free (C5).

/** The queue, as far as a waiter that leaves it needs to know. */
export interface Queue {
  /** See `WaitQueue`. */
  remove(waiter: Waiter): void;
  announceLeft(): void;
}

/**
 * What waits in a queue. Not a superclass: to construct derived classes costs V8 so much more that a
 * message which waits would take 8 % longer.
 */
export interface Waiter {
  // The links belong to the queue. `queue` is there exactly while the waiter is in one.
  next: Waiter | undefined;
  previous: Waiter | undefined;
  queue: Queue | undefined;

  /** What it wants: the value of a sender, the number of permits. Nothing for others. */
  readonly value: unknown;
  /** The signal that may end the wait. */
  readonly signal: AbortSignal | undefined;
  /** The select of which it is a case, if it is one. */
  readonly selection?: object | undefined;

  /**
   * Leaves its queue at once, if it is of a kind that can, and says so by `true`: `complete` follows,
   * when others have been told that are served at the same instant.
   */
  reserve?(): boolean;
  /** Ends the wait with what it has waited for: a `Received` for a receiver, nothing for a sender. */
  complete(outcome?: unknown): void;
  /** Ends the wait with an error, or the reason of its signal. */
  fail(error: unknown): void;
}

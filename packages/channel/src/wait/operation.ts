// How a wait ends, and how a signal comes to end it: for plain operations and selects alike.

import { tell } from "../loop/outcomes.js";
import type { Queue } from "../state/waiter.js";
import { type AbortRegistration, type AbortTarget, onAbort } from "./abort.js";

/** An operation that waits: a plain one in one queue, a select in the queues of all its cases. */
export interface Operation extends AbortTarget {
  /** Whether its wait has not ended. */
  isWaiting(): boolean;
  /** Set by `endOnAbort`, if the caller gave a signal. */
  registration: AbortRegistration | undefined;
  /** Leaves every queue, and says where that has to be announced. */
  leave(): Pick<Queue, "announceLeft">;
}

/**
 * Ends the wait of `operation`, whose promise `settle` resolves or rejects. The one place where a wait
 * ends, in the one order that is right:
 *
 *   1. it leaves all its queues, so that it cannot be served again;
 *   2. it is told, before those behind it;
 *   3. its leaving is announced, which may serve those behind it (C5);
 *   4. its signal is let go: the `removeEventListener` of an odd one may use the very channel.
 */
export function endWait<T>(operation: Operation, settle: (outcome: T) => void, outcome: T): void {
  const left = operation.leave();
  tell(settle, outcome);
  left.announceLeft();
  operation.registration?.remove();
}

/**
 * Ends the wait of `operation` when `signal` is aborted. To be called once it is in its queues: an odd
 * signal may use the very channel when it is given a listener, even close it, and only what waits in
 * a queue is told of that.
 */
export function endOnAbort(operation: Operation, signal: AbortSignal): void {
  if (!operation.isWaiting()) return;
  try {
    operation.registration = onAbort(signal, operation);
    if (!operation.isWaiting()) operation.registration.remove();
  } catch (error) {
    operation.cancel(error);
  }
}

// The way of every operation that may have to wait: it is refused if its signal is aborted; it is
// tried; else it waits.

import { endOnAbort } from "./operation.js";
import { signalOf } from "./abort.js";
import type { WaitOptions } from "../state/types.js";
import { rejected } from "../loop/outcomes.js";
import type { RingBuffer } from "../util/ring-buffer.js";
import { sight } from "../util/sight.js";
import type { WaitQueue } from "../state/wait-queue.js";
import { PromiseWaiter } from "./promise-waiter.js";

/** What has a promise while it waits. */
interface Promised {
  resolve: (outcome: unknown) => void;
  reject: (reason: unknown) => void;
}

/** What an operation does to a thing of type `S`, given a value `V`. */
export interface Verb<S, V, Outcome, Result = Outcome> {
  /** Does it if that can be done at once; gives `undefined` if the operation has to wait. */
  attempt(subject: S, value: V): Outcome | undefined;
  /** Where it waits then. */
  queueOf(subject: S, value: V): WaitQueue;
  /** What an operation returns that did not have to wait. */
  settled(outcome: Outcome): Promise<Result>;
}

/**
 * Does `verb` to `subject`, at once or after a wait. Receives, sends and locks have it written out: V8
 * does not inline a call through a verb, and instructions are 12 % more for a message, 30 % for a lock.
 */
export function tryElseWait<S, V, Outcome, Result>(
  verb: Verb<S, V, Outcome, Result>,
  subject: S,
  value: V,
  options: WaitOptions | undefined,
): Promise<Result> {
  let signal: AbortSignal | undefined;
  try {
    signal = signalOf(options);
    const outcome = verb.attempt(subject, value);
    if (outcome !== undefined) return verb.settled(outcome);
  } catch (error) {
    return rejected(error);
  }
  return wait(subject, verb.queueOf(subject, value), value, signal);
}

/**
 * Waits in `queue` of `subject`, with `value` to send, until this waiter is served or `signal` is
 * aborted. It is added to `waiting`, if given.
 */
export function wait<R>(
  subject: unknown,
  queue: WaitQueue,
  value?: unknown,
  signal?: AbortSignal,
  waiting?: RingBuffer<PromiseWaiter>,
): Promise<R> {
  const waiter = new PromiseWaiter(value);
  const outcome: Promise<R> = promiseFor(waiter, signal === undefined && queue.isSure);
  waiting?.push(waiter);
  sight.wait?.(waiter, subject, queue);
  queue.enqueue(waiter);
  if (signal !== undefined) endOnAbort(waiter, signal);
  return outcome;
}

/** The promise of an operation that is to wait. If it `isSure` not to fail, it gets no `reject`: 56 bytes less. */
export function promiseFor<R>(operation: Promised, isSure: boolean): Promise<R> {
  return isSure ? promiseToResolve(operation) : promiseToSettle(operation);
}

// An executor that does no more than these saves 5 % of a message: it has one variable to capture.

function promiseToSettle<R>(operation: Promised): Promise<R> {
  return new Promise((resolve, reject) => {
    operation.resolve = resolve as (outcome: unknown) => void;
    operation.reject = reject;
  });
}

function promiseToResolve<R>(operation: Promised): Promise<R> {
  return new Promise((resolve) => {
    operation.resolve = resolve as (outcome: unknown) => void;
  });
}

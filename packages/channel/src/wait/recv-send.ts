// Receive and send as promises, over the port of a channel of whatever kind: try, else wait.

import { onAbort, signalOf } from "./abort.js";
import type { Received, WaitOptions } from "../state/types.js";
import { rejected, settledObject, settledVoid } from "../loop/outcomes.js";
import type { RecvPort, SendPort } from "../state/port.js";
import type { RingBuffer } from "../util/ring-buffer.js";
import type { WaitQueue } from "../state/wait-queue.js";
import { PromiseWaiter } from "./promise-waiter.js";

/** Receives from `port`. An operation that has to wait is added to `waiting`, if given. */
export function receive<T>(
  port: RecvPort<T>,
  options?: WaitOptions,
  waiting?: RingBuffer<PromiseWaiter>,
): Promise<Received<T>> {
  let signal: AbortSignal | undefined;
  try {
    signal = signalOf(options);
    const outcome = port.tryRecv();
    if (outcome !== undefined) return settledObject(outcome);
  } catch (error) {
    return rejected(error);
  }
  return wait(port.receivers, undefined, signal, waiting);
}

/** Sends `value` to `port`. */
export function send<T>(port: SendPort<T>, value: T, options?: WaitOptions): Promise<void> {
  let signal: AbortSignal | undefined;
  try {
    signal = signalOf(options);
    if (port.trySend(value)) return settledVoid();
  } catch (error) {
    return rejected(error);
  }
  return wait(port.senders, value, signal);
}

/** Waits in `queue`, with `value` to send, until this waiter is served or `signal` is aborted. */
export function wait<R>(
  queue: WaitQueue,
  value: unknown,
  signal: AbortSignal | undefined,
  waiting?: RingBuffer<PromiseWaiter>,
): Promise<R> {
  const operation = new PromiseWaiter(value);
  // An executor that does no more than this saves 5 % of a message: it has one variable to capture.
  const outcome = new Promise<R>((resolve, reject) => {
    operation.resolve = resolve as (outcome: unknown) => void;
    operation.reject = reject;
  });
  waiting?.push(operation);
  queue.enqueue(operation);
  if (signal !== undefined && operation.queue !== undefined) tie(operation, signal);
  return outcome;
}

/**
 * Ties what waits to `signal`. Only now: an odd signal may use the very channel when it is given a
 * listener, even close it, and only what waits in its queue is told of that.
 */
function tie(operation: PromiseWaiter, signal: AbortSignal): void {
  try {
    operation.link = onAbort(signal, operation);
    if (operation.queue === undefined) operation.link.remove();
  } catch (error) {
    if (operation.queue !== undefined) operation.cancel(error);
  }
}

// Receive and send as promises, over the port of a channel of whatever kind.

import type { Received, WaitOptions } from "../state/types.js";
import { rejected, settledObject, settledVoid } from "../loop/outcomes.js";
import type { RecvPort, SendPort } from "../state/port.js";
import { signalOf } from "./abort.js";
import type { RingBuffer } from "../util/ring-buffer.js";
import type { PromiseWaiter } from "./promise-waiter.js";
import { wait } from "./wait.js";

/**
 * Receives from `port`, as `tryElseWait` does (see there). An operation that has to wait is added to
 * `waiting`, if given.
 */
export function recvFrom<T>(
  port: RecvPort<T>,
  options?: WaitOptions,
  waiting?: RingBuffer<PromiseWaiter>,
): Promise<Received<T>> {
  let signal: AbortSignal | undefined;
  try {
    signal = signalOf(options);
    const outcome = port.tryRecv();
    if (outcome !== undefined) {
      // eslint-disable-next-line @typescript-eslint/no-meaningless-void-operator -- see `settledObject`
      void outcome.done;
      return settledObject(outcome, Promise.resolve(outcome));
    }
  } catch (error) {
    return rejected(error);
  }
  return wait(port, port.receivers, undefined, signal, waiting);
}

/** Sends `value` to `port`, in the same way. */
export function sendTo<T>(port: SendPort<T>, value: T, options?: WaitOptions): Promise<void> {
  let signal: AbortSignal | undefined;
  try {
    signal = signalOf(options);
    if (port.trySend(value)) return settledVoid();
  } catch (error) {
    return rejected(error);
  }
  return wait(port, port.senders, value, signal);
}

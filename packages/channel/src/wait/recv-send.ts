// Receive and send as promises, over the port of a channel of whatever kind.

import type { Received, WaitOptions } from "../state/types.js";
import { settledObject, settledVoid } from "../loop/outcomes.js";
import type { RecvPort, SendPort } from "../state/port.js";
import type { RingBuffer } from "../util/ring-buffer.js";
import type { PromiseWaiter } from "./promise-waiter.js";
import { tryElseWait, type Verb } from "./wait.js";

const RECV: Verb<RecvPort<unknown>, undefined, Received<unknown>> = {
  attempt(port) {
    const outcome = port.tryRecv();
    return outcome && settledObject(outcome);
  },
  queueOf: (port) => port.receivers,
};

const SEND: Verb<SendPort<unknown>, unknown, void> = {
  attempt: (port, value) => (port.trySend(value) ? settledVoid() : undefined),
  queueOf: (port) => port.senders,
};

/** Receives from `port`. An operation that has to wait is added to `waiting`, if given. */
export function recvFrom<T>(
  port: RecvPort<T>,
  options?: WaitOptions,
  waiting?: RingBuffer<PromiseWaiter>,
): Promise<Received<T>> {
  const verb = RECV as Verb<RecvPort<T>, undefined, Received<T>>;
  return tryElseWait(verb, port, undefined, options, waiting);
}

/** Sends `value` to `port`. */
export function sendTo<T>(port: SendPort<T>, value: T, options?: WaitOptions): Promise<void> {
  return tryElseWait(SEND as Verb<SendPort<T>, T, void>, port, value, options);
}

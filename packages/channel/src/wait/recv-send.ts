// Receive and send as promises, over the port of a channel of whatever kind.

import type { Received, WaitOptions } from "../state/types.js";
import { settledObject, settledVoid } from "../loop/outcomes.js";
import { received } from "../state/received.js";
import type { RecvPort, SendPort } from "../state/port.js";
import type { RingBuffer } from "../util/ring-buffer.js";
import type { PromiseWaiter } from "./promise-waiter.js";
import { tryElseWait, type Verb } from "./wait.js";

/** What a send gives in a select. A plain one gives nothing. */
export const SENT: Received<undefined> = received(undefined);

/** To receive. */
export const RECV: Verb<RecvPort<unknown>, unknown, Received<unknown>> = {
  attempt: (port) => port.tryRecv(),
  queueOf: (port) => port.receivers,
  settled: settledObject,
};

/** To send a value. */
export const SEND: Verb<SendPort<unknown>, unknown, Received<unknown>, void> = {
  attempt: (port, value) => (port.trySend(value) ? SENT : undefined),
  queueOf: (port) => port.senders,
  settled: settledVoid,
};

/** Receives from `port`. An operation that has to wait is added to `waiting`, if given. */
export function recvFrom<T>(
  port: RecvPort<T>,
  options?: WaitOptions,
  waiting?: RingBuffer<PromiseWaiter>,
): Promise<Received<T>> {
  return tryElseWait(RECV, port, undefined, options, waiting) as Promise<Received<T>>;
}

/** Sends `value` to `port`. */
export function sendTo<T>(port: SendPort<T>, value: T, options?: WaitOptions): Promise<void> {
  return tryElseWait(SEND as Verb<SendPort<T>, T, unknown, void>, port, value, options);
}

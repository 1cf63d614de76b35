// Receive and send as promises, over the port of a channel of whatever kind: try, else wait.

import { onAbort } from "./abort.js";
import type { Received, WaitOptions } from "./directions.js";
import { beginWait, done, rejected, settledObject } from "./outcomes.js";
import type { RecvPort, SendPort } from "./port.js";
import { CLOSED } from "./received.js";
import { RingBuffer } from "./ring-buffer.js";
import type { WaitQueue } from "./wait-queue.js";
import { Operation } from "./waiter.js";

/** Receives from `port`. An operation that has to wait is added to `waiting`, if given. */
export function receive<T>(
  port: RecvPort<T>,
  options?: WaitOptions,
  waiting?: RingBuffer<Operation>,
): Promise<Received<T>> {
  const signal = options?.signal;
  try {
    signal?.throwIfAborted();
    const outcome = port.tryRecv();
    if (outcome !== undefined) return settledObject(outcome);
  } catch (error) {
    return rejected(error);
  }
  return wait(port.receivers, undefined, signal, waiting);
}

/** Sends `value` to `port`. */
export function send<T>(port: SendPort<T>, value: T, options?: WaitOptions): Promise<void> {
  const signal = options?.signal;
  try {
    signal?.throwIfAborted();
    if (port.trySend(value)) return done();
  } catch (error) {
    return rejected(error);
  }
  return wait(port.senders, value, signal);
}

/** Waits in `queue`, with `value` to send, until somebody serves this waiter or `signal` is aborted. */
export function wait<R>(
  queue: WaitQueue,
  value: unknown,
  signal: AbortSignal | undefined,
  waiting?: RingBuffer<Operation>,
): Promise<R> {
  beginWait();
  return new Promise((resolve: (outcome: R) => void, reject) => {
    const operation = new Operation(value, resolve, reject);
    if (signal !== undefined) operation.link = onAbort(signal, operation);
    waiting?.push(operation);
    queue.enqueue(operation);
  });
}

/** The iterator of `for await`. Its `next` is a plain receive. */
export class RecvIterator<T> implements AsyncIterator<T, undefined> {
  readonly #port: RecvPort<T>;
  /** What this iterator waits for, behind what it has waited for since the last `next`. */
  readonly #waiting = new RingBuffer<Operation>();
  #left = false;

  constructor(port: RecvPort<T>) {
    this.#port = port;
  }

  next(): Promise<Received<T>> {
    if (this.#left) return settledObject(CLOSED);
    // First come, first served: those that no longer wait are in front.
    while (this.#waiting.length > 0 && this.#waiting.peek()?.queue === undefined) {
      this.#waiting.shift();
    }
    return receive(this.#port, undefined, this.#waiting);
  }

  /** Leaving the loop withdraws what still waits, so that no value goes to where nobody looks. */
  return(): Promise<Received<never>> {
    this.#left = true;
    while (this.#waiting.length > 0) {
      const operation = this.#waiting.shift();
      if (operation.queue === undefined) continue;
      operation.withdraw();
      operation.receive(CLOSED);
    }
    return settledObject(CLOSED);
  }
}

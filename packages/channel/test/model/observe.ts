// The window into the wait queues: which waiters a call has parked, in which order, and of which
// case of a select each of them is.

import type { RecvPort, SendPort } from "../../src/port.js";
import { type Key, SelectWaiter } from "../../src/selection.js";
import { WaitQueue } from "../../src/wait-queue.js";
import type { Waiter } from "../../src/waiter.js";

/** A waiter that a call has parked. */
export interface Parked {
  readonly waiter: Waiter;
  readonly queue: WaitQueue;
  readonly key: number;
}

/** A waiter with its case's name written on it. (A `WeakMap` would cost more than all the rest.) */
interface Named extends Waiter {
  testKey?: number;
}

let parked: Parked[] = [];

const from = SelectWaiter.from.bind(SelectWaiter);
SelectWaiter.from = (key: Key, port: RecvPort<unknown>) => named(key, from(key, port));

const to = SelectWaiter.to.bind(SelectWaiter);
SelectWaiter.to = (key: Key, port: SendPort<unknown>, value: unknown) =>
  named(key, to(key, port, value));

const enqueue = WaitQueue.prototype.enqueue;
WaitQueue.prototype.enqueue = function (waiter: Waiter): void {
  parked.push({ waiter, queue: this, key: (waiter as Named).testKey ?? 0 });
  enqueue.call(this, waiter);
};

function named(key: Key, waiter: SelectWaiter): SelectWaiter {
  (waiter as Named).testKey = Number(key);
  return waiter;
}

/** What has been parked since the last time. */
export function takeParked(): readonly Parked[] {
  const taken = parked;
  parked = [];
  return taken;
}

/** Whether exactly these wait in `queue`, in this order, and all its links say so. */
export function holds(queue: WaitQueue, expected: readonly (Parked | undefined)[]): boolean {
  return (
    queue.length === expected.length &&
    expected.every(
      (one, i) =>
        one !== undefined &&
        one.queue === queue &&
        one.waiter.queue === queue &&
        one.waiter.previous === expected[i - 1]?.waiter &&
        one.waiter.next === expected[i + 1]?.waiter,
    )
  );
}

// The window into the wait queues: which waiters a call has parked, in which order, and of which
// case of a select each of them is.

import { ActiveCase } from "../../src/select/active-case.js";
import { WaitQueue } from "../../src/state/wait-queue.js";
import type { Waiter } from "../../src/state/waiter.js";

/** A waiter that a call has parked. */
export interface Parked {
  readonly waiter: Waiter;
  readonly queue: WaitQueue;
  readonly key: number;
}

let parked: Parked[] = [];

const enqueue = WaitQueue.prototype.enqueue;
WaitQueue.prototype.enqueue = function (waiter: Waiter): void {
  const key = waiter instanceof ActiveCase ? Number(waiter.key) : 0;
  parked.push({ waiter, queue: this, key });
  enqueue.call(this, waiter);
};

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

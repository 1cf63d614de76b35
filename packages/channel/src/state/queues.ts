// A way for tests to see what waits: the classes keep their queues private, and show them here.

import { WaitQueue } from "./wait-queue.js";

/** Queues, by what waits there. */
export type WaitQueues = Readonly<Record<string, WaitQueue>>;

const lookups: ((thing: object) => object | undefined)[] = [];

/**
 * A class shows the queues of its instances: `lookup` gives an object that has them, or nothing for a
 * thing of another class.
 */
export function registerQueues(lookup: (thing: object) => object | undefined): void {
  lookups.push(lookup);
}

/** The queues of a thing that can be waited for; `undefined` for any other. */
export function queuesOf(thing: unknown): WaitQueues | undefined {
  if (typeof thing !== "object" || thing === null) return undefined;
  for (const lookup of lookups) {
    const holder = lookup(thing);
    if (holder === undefined) continue;
    const queues = Object.entries(holder).filter(([, queue]) => queue instanceof WaitQueue);
    return Object.fromEntries(queues);
  }
  return undefined;
}

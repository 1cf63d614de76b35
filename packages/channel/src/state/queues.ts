// A way for tests to see what waits: the classes keep their queues private, and show them here.

import type { WaitQueue } from "./wait-queue.js";

/** Queues, by what waits there. */
export type WaitQueues = Readonly<Record<string, WaitQueue>>;

const lookups: ((thing: object) => WaitQueues | undefined)[] = [];

/** A class shows the queues of its instances: `lookup` gives nothing for a thing of another class. */
export function registerQueues(lookup: (thing: object) => WaitQueues | undefined): void {
  lookups.push(lookup);
}

/** The queues of a thing that can be waited for; `undefined` for any other. */
export function queuesOf(thing: unknown): WaitQueues | undefined {
  if (typeof thing !== "object" || thing === null) return undefined;
  for (const lookup of lookups) {
    const queues = lookup(thing);
    if (queues !== undefined) return queues;
  }
  return undefined;
}

// The verbs of a pool: what each button does, and how the page says what came of it. One row a verb.

import { PoolClosedError } from "@chankit/pool";

import type { Shop } from "./shop.js";

/** A button. */
export interface Verb {
  readonly name: string;
  /** What it does, in a line. */
  readonly does: string;
  readonly group: "bring" | "take" | "end" | "steer";
  /** Does it, and gives what came of it; at once, or later. */
  readonly run: (shop: Shop, resize: (by: number) => number) => Promise<string> | string;
}

export const VERBS: readonly Verb[] = [
  {
    name: "queue",
    does: "brings a job, and waits while the queue is full",
    group: "bring",
    async run(shop) {
      const order = shop.order();
      await shop.pool.queue(order);
      return `job ${order.plan.id} is accepted`;
    },
  },
  {
    name: "tryQueue",
    does: "brings a job if there is room now",
    group: "bring",
    run(shop) {
      const order = shop.order();
      const isAccepted = shop.pool.tryQueue(order);
      return isAccepted ? `true: job ${order.plan.id} is accepted` : "false: the queue is full";
    },
  },
  {
    name: "submit",
    does: "runs a function; its outcome comes to the caller, not to the results",
    group: "bring",
    async run(shop) {
      const order = shop.order();
      return `gave ${await shop.pool.submit((context) => order.run(context))}`;
    },
  },
  {
    name: "trySubmit",
    does: "runs a function if there is room now",
    group: "bring",
    async run(shop) {
      const order = shop.order();
      const outcome = shop.pool.trySubmit((context) => order.run(context));
      return outcome === undefined ? "undefined: the queue is full" : `gave ${await outcome}`;
    },
  },
  {
    name: "map",
    does: "runs a function with five values; their results come in order",
    group: "bring",
    async run(shop) {
      const orders = Array.from({ length: 5 }, () => shop.order());
      const results: number[] = [];
      for await (const id of shop.pool.map(orders, (order, context) => order.run(context))) {
        results.push(id);
      }
      return `gave ${results.join(", ")}`;
    },
  },
  {
    name: "retrieve",
    does: "takes a result, and waits until there is one",
    group: "take",
    async run(shop) {
      const finished = await shop.pool.retrieve();
      return finished === undefined
        ? "undefined: there is none left, and never will be"
        : `job ${finished.job.plan.id} was ${finished.status}`;
    },
  },
  {
    name: "tryRetrieve",
    does: "takes a result if there is one now",
    group: "take",
    run(shop) {
      const { finished, done } = shop.pool.tryRetrieve();
      if (finished !== undefined) return `job ${finished.job.plan.id} was ${finished.status}`;
      return done ? "done: there will never be another" : "nothing now";
    },
  },
  {
    name: "idle",
    does: "waits until nothing is left to do",
    group: "take",
    async run(shop) {
      await shop.pool.idle();
      return "nothing waits, nothing is in progress";
    },
  },
  {
    name: "pause",
    does: "starts no job until resume",
    group: "steer",
    run(shop) {
      shop.pool.pause();
      return shop.pool.paused ? "no job starts" : `nothing: the pool is ${shop.pool.state}`;
    },
  },
  {
    name: "resume",
    does: "starts jobs again",
    group: "steer",
    run(shop) {
      shop.pool.resume();
      return "jobs start";
    },
  },
  {
    name: "resize +1",
    does: "one worker more, at once",
    group: "steer",
    run: (_, resize) => `the size is ${resize(1)}`,
  },
  {
    name: "resize −1",
    does: "one worker less; what it runs goes on to its end",
    group: "steer",
    run: (_, resize) => `the size is ${resize(-1)}`,
  },
  {
    name: "close",
    does: "takes no more; what is accepted is run to the end",
    group: "end",
    async run({ pool }) {
      await pool.close();
      return "the pool has terminated";
    },
  },
  {
    name: "stop",
    does: "starts no more; what runs goes on to its end",
    group: "end",
    run: async ({ pool }) => `${count(await pool.stop(), "job")} skipped`,
  },
  {
    name: "shutdown",
    does: "stop, and reading ends now: what is unread comes back",
    group: "end",
    async run({ pool }) {
      const { skipped, unread } = await pool.shutdown();
      return `${count(skipped, "job")} skipped, ${count(unread, "result")} unread`;
    },
  },
  {
    name: "abort",
    does: "stop, and what runs is told to give up",
    group: "end",
    run: async ({ pool }) =>
      `${count(await pool.abort(new Error("abort was pressed")), "job")} skipped`,
  },
];

/** Does `verb`, and says what came of it, later too: it never rejects. */
export async function perform(
  verb: Verb,
  shop: Shop,
  resize: (by: number) => number,
): Promise<string> {
  try {
    return await verb.run(shop, resize);
  } catch (reason) {
    const { name, message } = reason as Error;
    return reason instanceof PoolClosedError
      ? `${name}: the pool takes no more`
      : `${name}: ${message}`;
  } finally {
    shop.law.check(shop.pool.stats);
  }
}

function count(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? "" : "s"}`;
}

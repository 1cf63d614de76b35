// What the live page runs, in virtual time and without a page.

import { after } from "@chankit/channel";
import { bubble } from "@chankit/channel/testing";
import { describe, expect, it } from "@jest/globals";

import { FINISHED_SIZE, ORDERS, type Settings, Shop } from "../../src/live/shop.js";

const SECOND = 1000;

/** A shop whose orders take `jobMs` each: half of the time and half of 1. */
const SETTINGS: Settings = {
  rate: 10,
  workers: 2,
  queueSize: 3,
  jobMs: 100,
  failures: 0,
  reads: true,
};

/** Runs a shop in a bubble, and ends it: nothing may be left behind. */
function inShop(
  settings: Partial<Settings>,
  act: (shop: Shop, bubble: { now: () => number; settle: () => Promise<void> }) => Promise<void>,
  random: () => number = () => 0.5,
): Promise<void> {
  return bubble(async (bubble) => {
    const shop = new Shop({ ...SETTINGS, ...settings }, random);
    await act(shop, bubble);
    await shop.end();
    await bubble.settle();
    expect(shop.law.violations).toBe(0);
    expect(shop.law.checks).toBeGreaterThan(0);
  });
}

const pass = (ms: number): Promise<unknown> => after(ms).recv();

describe("the shop of the live page", () => {
  it("makes orders at the rate, runs them, and reads their results", async () => {
    await inShop({}, async (shop) => {
      await pass(SECOND + 150);
      expect(shop.stats).toMatchObject({ accepted: 11, retrieved: 10, finished: 0, failed: 0 });
      expect(shop.spans.all.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });
  });

  it("stops making orders at a rate of 0, and goes on at another", async () => {
    await inShop({}, async (shop) => {
      shop.change({ rate: 0 });
      await pass(10 * SECOND);
      expect(shop.stats.accepted).toBe(0);
      shop.change({ rate: 1 });
      await pass(3 * SECOND + 1);
      expect(shop.stats.accepted).toBe(3);
    });
  });

  it("makes no more than there is room for: queue, caller, channel, maker", async () => {
    await inShop({ jobMs: 1_000_000 }, async (shop) => {
      await pass(10 * SECOND);
      expect(shop.stats).toMatchObject({ waiting: 3, inProgress: 2, blocked: 1 });
      expect(shop.orders.len).toBe(ORDERS);
      const last = shop.order().plan.id;
      await pass(10 * SECOND);
      expect(shop.order().plan.id).toBe(last + 1);
    });
  });

  it("lets workers wait for a reader while results are not read", async () => {
    await inShop({ rate: 40, jobMs: 20, reads: false }, async (shop) => {
      await pass(10 * SECOND);
      // The two workers hold one each, beyond the bound.
      expect(shop.stats).toMatchObject({
        finished: FINISHED_SIZE + 2,
        inProgress: 0,
        retrieved: 0,
      });
      shop.change({ reads: true });
      await pass(SECOND);
      expect(shop.stats.finished).toBe(0);
      expect(shop.stats.retrieved).toBeGreaterThan(FINISHED_SIZE);
    });
  });

  it("fails as many as the slider says", async () => {
    let turn = 0;
    const random = (): number => (turn++ % 4) / 4; // how long, whether: 0 and 0.25, 0.5 and 0.75
    await inShop(
      { failures: 50 },
      async (shop) => {
        await pass(2 * SECOND + 150);
        const { failed, retrieved } = shop.stats;
        expect([failed, retrieved]).toEqual([10, 20]);
        expect(shop.spans.all.filter(({ outcome }) => outcome === "failed")).toHaveLength(10);
      },
      random,
    );
  });

  it("resizes its pool, until that has terminated", async () => {
    await inShop({ rate: 40, jobMs: 1000 }, async (shop) => {
      shop.change({ workers: 5 });
      await pass(SECOND);
      expect(shop.stats.inProgress).toBe(5);
      await shop.pool.abort();
      shop.change({ workers: 3 });
      expect(shop.pool.state).toBe("terminated");
    });
  });

  it("closes its channel of orders when the pool takes no more", async () => {
    await inShop({}, async (shop) => {
      await pass(SECOND);
      expect(shop.isClosed).toBe(false);
      await shop.pool.close();
      await pass(SECOND);
      expect(shop.isClosed).toBe(true);
      const made = shop.order().plan.id;
      await pass(SECOND);
      expect(shop.order().plan.id).toBe(made + 1);
    });
  });

  it("tells of each run when it began, when it is due, and how it ended", async () => {
    await inShop({ rate: 1, jobMs: 500 }, async (shop) => {
      await pass(SECOND + 100);
      expect(shop.spans.all).toMatchObject([
        { id: 1, worker: 0, start: 1000, due: 1500, end: undefined, outcome: "running" },
      ]);
      shop.pool.workers[0]?.abort(new Error("pressed"));
      await pass(100);
      expect(shop.spans.all).toMatchObject([{ end: 1100, outcome: "failed" }]);
    });
  });
});

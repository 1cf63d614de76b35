// C11 and C5, to the single outcome, where many are to be told at one go: which of them are told at
// once, for how many microtasks the others wait, and what queues up behind them. The figures follow from
// the constants in `outcomes.ts` and `pace.ts`, and change with them.

import { beforeEach, describe, expect, it } from "@jest/globals";

import { type Channels, type FakeLoop, loadedLoop } from "../support/loop.js";
import { settle } from "../support/settle.js";

describe("outcomes of a burst", () => {
  let loop: FakeLoop;
  let channels: Channels;
  /** What has continued, in order. */
  let order: string[];
  beforeEach(async () => {
    ({ loop, channels } = await loadedLoop());
    order = [];
  });

  /** Many outcomes have continued, and the clock has just been read: it is at each 15th from the 17th on. */
  async function midstream(): Promise<void> {
    await loop.pause();
    const idle = new channels.WaitGroup();
    const task = async (): Promise<void> => {
      for (let i = 0; i < 17 + 6 * 15; i++) await idle.wait();
    };
    void task();
    await settle();
  }

  /** Lets `count` receivers wait, and do `next` when they continue; gives what wakes them at one go. */
  function sleepers(count: number, name: string, next?: (i: number) => void) {
    const ch = new channels.Chan<number>();
    for (let i = 0; i < count; i++) {
      void ch.recv().then(() => {
        order.push(name);
        next?.(i);
      });
    }
    return (): void => {
      ch.close();
    };
  }

  /** Receives that need not wait. */
  function receive(count: number, name: string): void {
    const ended = new channels.Chan();
    ended.close();
    for (let i = 0; i < count; i++) void ended.recv().then(() => order.push(name));
  }

  /** Sends that need not wait. */
  function send(count: number, name: string): void {
    const ch = new channels.Chan<number>(Infinity);
    for (let i = 0; i < count; i++) void ch.send(i).then(() => order.push(name));
  }

  /** After how many microtasks how many have continued; `meanwhile` is called after each. */
  async function steps(meanwhile?: (microtask: number) => void): Promise<[number, number][]> {
    const told: [number, number][] = [];
    for (let microtask = 1; microtask <= 60; microtask++) {
      const { length } = order;
      await Promise.resolve();
      if (order.length > length) told.push([microtask, order.length - length]);
      meanwhile?.(microtask);
    }
    return told;
  }

  it.each(["after load", "after a pause"])(
    "C11: %s 2 waiters are told at once, the others when those have continued",
    async (when) => {
      if (when === "after a pause") {
        await midstream();
        await loop.pause();
      }
      const wake = sleepers(20, "woken");

      wake();

      expect(await steps()).toEqual([
        [1, 2],
        [9, 2],
        [17, 4],
        [25, 8],
        [33, 4],
      ]);
    },
  );

  it("C11: in mid-stream 9 waiters are told at once, again and again if they have continued", async () => {
    await midstream();
    const wakes = [9, 9, 12].map((count) => sleepers(count, "woken"));

    const told = [];
    for (const wake of wakes) {
      wake();
      told.push(...(await steps()));
    }

    expect(told).toEqual([
      [1, 9],
      [1, 9],
      [1, 9],
      [9, 3],
    ]);
  });

  it.each([
    { when: "after a pause", count: 2, by: 0 },
    { when: "in mid-stream", count: 9, by: 7 },
  ])("C11: what a waiter wakes when it continues is told at once $when", async ({ count, by }) => {
    if (count > 2) await midstream();
    const one = sleepers(1, "another");
    const wake = sleepers(count, "woken", (i) => {
      if (i === by) one();
    });

    wake();

    expect(await steps()).toEqual([
      [1, count],
      [2, 1],
    ]);
  });

  it("C11: in mid-stream calls do not wait for waiters", async () => {
    await midstream();
    const wake = sleepers(12, "woken");

    receive(15, "received");
    wake();
    send(10, "sent");

    expect(await steps()).toEqual([
      [1, 15 + 9 + 10],
      [9, 3],
    ]);
    expect(order.indexOf("sent")).toBe(15 + 9);
  });

  it("C5, C11: waiters that are woken one by one meanwhile queue up, and hold none up", async () => {
    await midstream();
    const wakes = Array.from({ length: 8 }, () => sleepers(1, "later"));

    sleepers(12, "woken")();

    expect(await steps((microtask) => wakes[microtask - 1]?.())).toEqual([
      [1, 9],
      [9, 3 + 8],
    ]);
    expect(order.indexOf("later")).toBe(12);
  });

  it("C11: of calls at one go 29 are told at once, then 16 after 8 microtasks, the last 32 together", async () => {
    const byCount: Record<number, unknown> = {};
    for (const count of [29, 30, 77, 78]) {
      await midstream();
      receive(count, "received");
      byCount[count] = await steps();
    }

    const [first, second] = [
      [1, 29],
      [9, 16],
    ];
    expect(byCount).toEqual({
      29: [first],
      30: [first, [9, 1]],
      77: [first, second, [17, 32]],
      78: [first, second, [17, 16], [25, 17]],
    });
  });

  it("C5, C11: whatever comes while calls wait queues up behind them", async () => {
    await midstream();
    const wakes = Array.from({ length: 20 }, (_, i) => sleepers(1, `waiter ${i}`));
    const add = (i: number): void => {
      wakes[i]?.();
      if (i < 20) receive(1, `received ${i}`);
      if (i < 20) send(1, `sent ${i}`);
    };

    receive(70, "received");
    add(0);
    await steps(add);

    const one = (_: unknown, i: number) => [`waiter ${i}`, `received ${i}`, `sent ${i}`];
    expect(order.filter((name) => name !== "received")).toEqual(wakes.flatMap(one));
    expect(order.lastIndexOf("received")).toBe(69);
  });

  it("C11: when the last 32 continue, 15 calls at one go are told at once", async () => {
    await midstream();
    const wake = sleepers(9 + 32, "woken", (i) => {
      if (i === 40) receive(40, "received");
    });

    wake();

    expect(await steps()).toEqual([
      [1, 9],
      [9, 32],
      [10, 15],
      [18, 25],
    ]);
  });
});

import { beforeEach, describe, expect, it } from "@jest/globals";

import { type Channels, type FakeLoop, loadedLoop } from "../support/loop.js";
import { got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";

describe("gosched", () => {
  let loop: FakeLoop;
  let channels: Channels;
  beforeEach(async () => {
    ({ loop, channels } = await loadedLoop());
  });

  it("C11: gives a promise when a turn is due, and undefined in between", async () => {
    expect(channels.gosched()).toBeUndefined();
    expect(channels.gosched()).toBeUndefined();
    loop.time += 10;

    const turn = channels.gosched();

    expect(turn).toBeInstanceOf(Promise);
    expect(await pending(turn!)).toBe(true);
    await loop.drain();
    expect(await turn).toBeUndefined();
    expect(channels.gosched()).toBeUndefined();
  });

  it("C11: is no burst however often it is called without a pause: nothing waits for it", async () => {
    const ch = new channels.Chan<number>(1);
    for (let i = 0; i < 300; i++) expect(channels.gosched()).toBeUndefined();

    const sent = ch.send(1);

    expect(await pending(sent)).toBe(false);
  });

  it("C11: ends a burst's slice, too, when it has taken too long", async () => {
    const ch = new channels.Chan<number>();
    const received = Array.from({ length: 20 }, () => ch.recv());
    for (let i = 0; i < 20; i++) ch.trySend(i);
    expect(channels.gosched()).toBeUndefined();
    loop.time += 10;

    expect(channels.gosched()).toBeInstanceOf(Promise);

    expect(await pending(received[19]!)).toBe(true);
    await loop.drain();
    expect(await received[19]!).toEqual(got(19));
  });

  describe("the clock", () => {
    /** A loop that computes, `cost` ms a round: how long its longest slice was, and its reads. */
    async function compute(
      cost: number,
      rounds: number,
    ): Promise<{ longest: number; reads: number }> {
      let [longest, start] = [0, loop.time];
      const before = loop.reads;
      for (let i = 0; i < rounds; i++) {
        loop.time += cost;
        if (channels.gosched() === undefined) continue;
        longest = Math.max(longest, loop.time - start);
        loop.turnOnly();
        await Promise.resolve();
        start = loop.time;
      }
      return { longest, reads: loop.reads - before };
    }

    it("C11: is read at every sixth call at most when calls follow each other fast", async () => {
      await compute(0.0002, 10_000);

      const { longest, reads } = await compute(0.0002, 100_000);

      expect(reads).toBeLessThan(100_000 / 5);
      expect(longest).toBeGreaterThanOrEqual(0.5);
      expect(longest).toBeLessThan(0.6);
    });

    it("C11: is read often enough when they are slow", async () => {
      const { longest } = await compute(0.2, 1000);

      expect(longest).toBeLessThan(0.5 + 2 * 0.2);
    });

    it("C11: is read in time when they turn slow, and rarely again when they are fast", async () => {
      await compute(0.0002, 10_000);

      const sudden = await compute(0.2, 70);
      const slow = await compute(0.2, 1000);
      await compute(0.0002, 1000);
      const fast = await compute(0.0002, 10_000);

      expect(sudden.longest).toBeLessThan(0.5 + 6 * 0.2);
      expect(slow.longest).toBeLessThan(0.5 + 2 * 0.2);
      expect(fast.reads).toBeLessThan(10_000 / 5);
    });

    it("C11: may stand still, or be coarse", async () => {
      const ch = new channels.Chan<number>(1);

      for (let i = 0; i < 10_000; i++) {
        await ch.send(i);
        if (i % 1000 === 0) loop.time += 1;
        if (loop.isTurnDue) loop.turnOnly();
        await ch.recv();
      }

      expect(loop.reads).toBeLessThan(20_000);
    });
  });
});

import { beforeEach, describe, expect, it } from "@jest/globals";

import { FakeLoop } from "./support/loop.js";

describe("event loop", () => {
  let loop: FakeLoop;
  let channels: Awaited<ReturnType<FakeLoop["load"]>>;
  beforeEach(async () => {
    loop = new FakeLoop();
    channels = await loop.load();
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

    it("C11: is read rarely when operations are fast", async () => {
      await compute(0.0002, 10_000);

      const { longest, reads } = await compute(0.0002, 100_000);

      expect(reads).toBeLessThan(100_000 / 40);
      expect(longest).toBeGreaterThanOrEqual(0.5);
      expect(longest).toBeLessThan(0.6);
    });

    it("C11: is read often enough when they are slow", async () => {
      const { longest } = await compute(0.2, 1000);

      expect(longest).toBeLessThan(0.5 + 2 * 0.2);
    });

    it("C11: is read in time when fast ones become slow, and rarely again when they are fast", async () => {
      await compute(0.0002, 10_000);

      const sudden = await compute(0.2, 70);
      const slow = await compute(0.2, 1000);
      await compute(0.0002, 1000);
      const fast = await compute(0.0002, 10_000);

      expect(sudden.longest).toBeLessThan(65 * 0.2);
      expect(slow.longest).toBeLessThan(0.5 + 2 * 0.2);
      expect(fast.reads).toBeLessThan(10_000 / 40);
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

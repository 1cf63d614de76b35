import { describe, expect, it, jest } from "@jest/globals";

import "../support/at-once.js";

import { Limiter, type LimiterOptions } from "../../src/sync/limiter.js";
import { fakeTime } from "../support/faked-time.js";
import { pending } from "../support/settle.js";
import { expectNobodyWaits } from "../support/waiting.js";

const notPositive = [
  [0, "0"],
  [-0, "-0"],
  [-1, "-1"],
  [NaN, "NaN"],
  [Infinity, "Infinity"],
  [-Infinity, "-Infinity"],
  [null, "null"],
  ["3", '"3"'],
  [3n, "3n"],
] as const;
const notWhole = [
  ...notPositive,
  [0.5, "0.5"],
  [1.5, "1.5"],
  [2 ** 53, "9007199254740992"],
] as const;

describe("Limiter", () => {
  fakeTime();

  describe("is made with", () => {
    it.each([...notPositive, [undefined, "undefined"] as const])(
      "W4: a limit that is finite and positive: RangeError for %p",
      (limit, shown) => {
        const make = (): Limiter => new Limiter({ limit: limit as number });
        expect(make).toThrow(new RangeError(`limit must be finite and positive, not ${shown}`));
        expect(make).toThrow(RangeError);
      },
    );

    it.each(notPositive)(
      "W4: an interval that is finite and positive: RangeError for %p",
      (interval, shown) => {
        const make = (): Limiter => new Limiter({ limit: 1, interval: interval as number });
        expect(make).toThrow(new RangeError(`interval must be finite and positive, not ${shown}`));
        expect(make).toThrow(RangeError);
      },
    );

    it.each(notWhole)(
      "W4: a burst that is a positive integer: RangeError for %p",
      (burst, shown) => {
        const make = (): Limiter => new Limiter({ limit: 1, burst: burst as number });
        expect(make).toThrow(new RangeError(`burst must be a positive integer, not ${shown}`));
        expect(make).toThrow(RangeError);
      },
    );

    it.each([undefined, null, 3, "3"])("W4: options: RangeError for %p", (options) => {
      const make = (): Limiter => new Limiter(options as unknown as LimiterOptions);
      expect(make).toThrow(new RangeError("limit must be finite and positive, not undefined"));
    });

    it.each([
      [10, 10],
      [2.9, 2],
      [1, 1],
      [0.1, 1],
      [Number.MIN_VALUE, 1],
      [1e300, 1e300],
    ])(
      "W4: a bucket that is full: burst is max(1, floor(limit)) by default: %p",
      (limit, burst) => {
        expect(new Limiter({ limit }).available).toBe(burst);
        expect(new Limiter({ limit, burst: undefined, interval: undefined }).available).toBe(burst);
        expect(new Limiter({ limit, burst: 7 }).available).toBe(7);
      },
    );
  });

  describe("gains tokens", () => {
    it("W4: limit of them every second by default, evenly, up to burst", () => {
      const limiter = new Limiter({ limit: 4, burst: 3 });
      expect(limiter.allow(3)).toBe(true);
      const seen: number[] = [];

      for (let ms = 0; ms <= 1250; ms += 125) {
        seen.push(limiter.available);
        jest.advanceTimersByTime(125);
      }

      expect(seen).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 3, 3, 3]);
    });

    it("W4: one too many is not to be had a millisecond before its time", () => {
      const limiter = new Limiter({ limit: 3, interval: 100 });
      limiter.allow(3);
      const at: number[] = [];

      for (let ms = 1; ms <= 300; ms++) {
        jest.advanceTimersByTime(1);
        if (limiter.allow()) at.push(ms);
      }

      expect(at).toEqual([34, 67, 100, 134, 167, 200, 234, 267, 300]);
    });

    it.each([
      { limit: 60, interval: 1000, burst: 2 },
      { limit: 1, interval: 1000 / 60, burst: 2 },
      { limit: 7, interval: 0.1, burst: 5 },
      { limit: 0.003, interval: 1, burst: 2 },
    ])("W4: errors do not add up: %p", (options) => {
      const limiter = new Limiter(options);
      limiter.allow(options.burst);
      const [ms, step] = [100_000, 10];
      let taken = 0;

      for (let passed = 0; passed < ms; passed += step) {
        jest.advanceTimersByTime(step);
        while (limiter.allow()) taken++;
      }

      const gained = Math.floor((ms * options.limit) / options.interval + 1e-6);
      // What does not fit into the bucket in one step is lost.
      const most = Math.round((ms / step) * options.burst);
      expect(taken).toBe(Math.min(gained, most));
    });

    it("W4: a full bucket gains no more: the next token comes a whole time later", () => {
      const limiter = new Limiter({ limit: 1, interval: 100, burst: 2 });
      jest.advanceTimersByTime(10_050);

      expect([limiter.allow(2), limiter.available]).toEqual([true, 0]);
      jest.advanceTimersByTime(99);
      expect(limiter.allow()).toBe(false);
      jest.advanceTimersByTime(1);

      expect(limiter.allow()).toBe(true);
    });

    it("W4: how many there are is never a fraction, nor less than 0", () => {
      const limiter = new Limiter({ limit: 1e9, burst: 1 });
      expect(limiter.allow()).toBe(true);
      expect(limiter.available).toBe(0);
      jest.advanceTimersByTime(1);
      expect(limiter.available).toBe(1);

      const fast = new Limiter({ limit: 1e308, interval: 1, burst: 5 });
      expect(fast.allow(5)).toBe(true);
      expect(fast.available).toBe(0);
      jest.advanceTimersByTime(1);
      expect(fast.available).toBe(5);
      const slow = new Limiter({ limit: 1e-300 });
      expect([slow.allow(), slow.available]).toEqual([true, 0]);
    });
  });

  describe("allow", () => {
    it("W4: takes n tokens at once, one by default, or gives false and takes none", () => {
      const limiter = new Limiter({ limit: 5 });

      expect([limiter.allow(), limiter.available]).toEqual([true, 4]);
      expect([limiter.allow(3), limiter.available]).toEqual([true, 1]);
      expect([limiter.allow(2), limiter.available]).toEqual([false, 1]);
      expect([limiter.allow(1), limiter.available]).toEqual([true, 0]);
    });

    it("W4: gives false for more than burst, however fast tokens come", () => {
      expect(new Limiter({ limit: 5 }).allow(6)).toBe(false);
      const fast = new Limiter({ limit: 1e308, interval: 1, burst: 5 });
      jest.advanceTimersByTime(1000);
      expect(fast.allow(6)).toBe(false);
    });

    it("W4: gives false while others wait, though there are tokens: those are theirs", async () => {
      const limiter = new Limiter({ limit: 10, burst: 3 });
      limiter.allow();
      const waited = limiter.wait(3);

      expect([limiter.allow(1), limiter.available]).toEqual([false, 0]);
      jest.advanceTimersByTime(99);
      expect([limiter.allow(1), limiter.available]).toEqual([false, 0]);
      jest.advanceTimersByTime(1);

      await waited;
      expect([limiter.allow(1), limiter.available]).toEqual([false, 0]);
      jest.advanceTimersByTime(100);
      expect(limiter.allow(1)).toBe(true);
    });

    it.each(notWhole)("W4: takes a positive integer: RangeError for %p", (n, shown) => {
      const limiter = new Limiter({ limit: 5 });
      const allow = (): boolean => limiter.allow(n as number);
      expect(allow).toThrow(new RangeError(`n must be a positive integer, not ${shown}`));
      expect(allow).toThrow(RangeError);
      expect(limiter.available).toBe(5);
    });
  });

  describe("wait", () => {
    it("W4, C3: takes tokens that are there during the call", async () => {
      const limiter = new Limiter({ limit: 5 });

      const waited = [limiter.wait(), limiter.wait(3, {})];

      expect(limiter.available).toBe(1);
      expect(await Promise.all(waited)).toEqual([undefined, undefined]);
    });

    it("W4: waits, first come, first served, at the full rate", async () => {
      const limiter = new Limiter({ limit: 2, interval: 100 });
      const start = Date.now();
      const served: string[] = [];
      const waits = [1, 1, 1, 2, 1, 1].map(async (n, i) => {
        await limiter.wait(n);
        served.push(`${String(i)} at ${String(Date.now() - start)}`);
      });

      await jest.advanceTimersByTimeAsync(1000);
      await Promise.all(waits);

      expect(served).toEqual(["0 at 0", "1 at 0", "2 at 50", "3 at 150", "4 at 200", "5 at 250"]);
    });

    it("W4: a small request does not overtake a large one", async () => {
      const limiter = new Limiter({ limit: 4, interval: 100 });
      limiter.allow(2);
      const much = limiter.wait(4);
      const little = limiter.wait(1);

      jest.advanceTimersByTime(49);
      expect([await pending(much), await pending(little)]).toEqual([true, true]);
      jest.advanceTimersByTime(1);
      expect([await pending(much), await pending(little)]).toEqual([false, true]);
      jest.advanceTimersByTime(25);

      expect(await pending(little)).toBe(false);
    });

    it("W4: a request that comes when tokens are due, before the timer, finds those in line served", async () => {
      const limiter = new Limiter({ limit: 1, interval: 100, burst: 2 });
      limiter.allow(2);
      const first = limiter.wait();
      // Time passes and no timer fires, as in a loop that is busy.
      jest.setSystemTime(Date.now() + 250);

      expect([limiter.available, await pending(first), limiter.allow()]).toEqual([1, false, true]);
      expect(jest.getTimerCount()).toBe(0);
    });

    it("W4: tokens gained while others wait are theirs, beyond burst too", async () => {
      const limiter = new Limiter({ limit: 10, interval: 1, burst: 1 });
      const waits = Array.from({ length: 40 }, () => limiter.wait());
      let served = 0;
      for (const waited of waits) void waited.then(() => served++);

      await jest.advanceTimersByTimeAsync(1);
      expect(served).toBe(11);
      jest.setSystemTime(Date.now() + 2);
      await jest.advanceTimersByTimeAsync(1);
      expect(served).toBe(40);

      // What the last one left does not fit.
      expect(limiter.available).toBe(1);
      await Promise.all(waits);
    });

    it.each(notWhole)("W4: rejects with RangeError for %p", async (n, shown) => {
      const limiter = new Limiter({ limit: 5 });
      const error = new RangeError(`n must be a positive integer, not ${shown}`);
      await expect(limiter.wait(n as number)).rejects.toThrow(error);
      await expect(limiter.wait(n as number)).rejects.toThrow(RangeError);
      expect(limiter.available).toBe(5);
    });

    it("W4: rejects with RangeError for more than burst, also while others wait", async () => {
      const limiter = new Limiter({ limit: 5 });
      const error = new RangeError("n must be at most burst, which is 5, not 6");
      await expect(limiter.wait(6)).rejects.toThrow(error);
      expect(limiter.available).toBe(5);
      limiter.allow(5);
      const waited = limiter.wait(5);

      await expect(limiter.wait(6)).rejects.toThrow(RangeError);

      jest.advanceTimersByTime(1000);
      await waited;
      expectNobodyWaits(limiter);
    });

    it("W4: never ends if tokens never come, and needs no timer for that", async () => {
      const limiter = new Limiter({ limit: Number.MIN_VALUE });
      limiter.allow();
      const abort = new AbortController();
      const waited = limiter.wait(1, abort);

      expect(jest.getTimerCount()).toBe(0);
      abort.abort("enough");

      await expect(waited).rejects.toBe("enough");
    });
  });

  it("B11: a subclass may use any name, and override what it likes", async () => {
    class Own extends Limiter {
      override allow(): boolean {
        throw new Error("not for us");
      }
    }
    const limiter = new Own({ limit: 1, interval: 10 });

    await limiter.wait();
    const waited = limiter.wait();
    jest.advanceTimersByTime(10);

    await waited;
  });
});

// Time by the platform's own clock, whatever is done to the wall clock.

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import * as channels from "../../src/index.js";
import { got } from "../support/outcomes.js";
import { Platform } from "../support/platform.js";
import { pending } from "../support/settle.js";

const HOUR = 3_600_000;

let { after, Chan, Limiter, select, Ticker } = channels;

describe("time by the platform's own clock", () => {
  let platform: Platform;
  let start: number;

  beforeEach(async () => {
    platform = new Platform();
    ({ after, Chan, Limiter, select, Ticker } = await platform.load());
    start = platform.date;
  });

  afterEach(() => {
    platform.restore();
    expect(platform.timers).toBe(0);
    expect(platform.cleared).not.toContain(undefined);
    expect(platform.delays.filter((delay) => !(delay >= 0))).toEqual([]);
  });

  describe.each([
    ["forward", HOUR],
    ["back", -HOUR],
  ])("when the wall clock is set %s", (_, by) => {
    it("T4: after is due neither earlier nor later, to a try and to a waiter", async () => {
      const [tried, waited] = [after(60_000), after(60_000)];
      const received = waited.recv();
      platform.stall(100);
      platform.date += by;

      expect(tried.tryRecv()).toBeUndefined();
      platform.advance(59_899);
      expect(tried.tryRecv()).toBeUndefined();
      expect(await pending(received)).toBe(true);
      platform.advance(1);

      expect(tried.tryRecv()).toEqual(got(start + 60_000));
      expect(await received).toEqual(got(start + 60_000));
    });

    it("T4, B4: a Ticker stays on its grid, in a loop that is busy with other cases", async () => {
      const [ticker, data] = [new Ticker(1000), new Chan<number>()];
      const at: number[] = [];
      for (let step = 1; step <= 140; step++) {
        const chosen = select({ data, ticker });
        if (step % 9 === 0) platform.date += by;
        platform.stall(70);
        data.trySend(step);
        await chosen;
        const tick = ticker.tryRecv();
        if (tick !== undefined) at.push(step * 70);
      }

      const firstStepsAfterTicks = [1050, 2030, 3010, 4060, 5040, 6020, 7000, 8050, 9030];
      expect(at).toEqual(firstStepsAfterTicks);
    });

    it("T4: a Limiter gains tokens neither faster nor slower", async () => {
      const limiter = new Limiter({ limit: 2, interval: 100 });
      limiter.allow(2);
      platform.date += by;
      expect(limiter.available).toBe(0);
      const waited = limiter.wait();

      platform.advance(49);
      platform.date += by;
      expect(await pending(waited)).toBe(true);
      platform.advance(1);

      await waited;
      platform.stall(50);
      expect(limiter.available).toBe(1);
    });
  });

  describe("when a timer", () => {
    it("T1: is early by a fraction, it is not asked again, and ticks stay on their grid", async () => {
      const ticker = new Ticker(1000);
      const first = ticker.recv();
      platform.stall(999.4);
      platform.fire();

      expect(await first).toEqual(got(start + 1000));
      const second = ticker.recv();
      platform.advance(1000.59);
      expect(await pending(second)).toBe(true);
      platform.advance(0.41);

      expect(await second).toEqual(got(start + 2000));
    });

    it("T1: is early by a fraction, a try gets what is due", () => {
      const limiter = new Limiter({ limit: 1, interval: 100 });
      limiter.allow();
      void limiter.wait();
      platform.stall(99.5);
      platform.fire();

      expect(limiter.available).toBe(0);
      platform.stall(99.9);
      expect(limiter.available).toBe(0);
      platform.stall(0.7);
      expect(limiter.available).toBe(1);
    });

    it("T1: fires while the clock stands still, it is believed", async () => {
      const ticker = new Ticker(1000);
      for (let tick = 1; tick <= 3; tick++) {
        const received = ticker.recv();
        platform.fire();
        expect(await received).toEqual(got(start + tick * 1000));
      }
    });

    it("T1: fires after a part of a delay longer than setTimeout can count, the rest is waited for", async () => {
      const ms = 2 ** 31 + 5;
      const received = after(ms).recv();

      platform.fire();
      expect(await pending(received)).toBe(true);
      expect(platform.delays).toEqual([2 ** 31 - 1, 6]);
      platform.fire();

      expect(await received).toEqual(got(start + ms));
    });

    it("T1: fires though it was cleared, it calls nothing", async () => {
      platform.clears = false;
      const ticker = new Ticker(1000);
      const received = ticker.recv();
      ticker.reset(5000);
      platform.stall(1000);
      platform.fire();

      expect(await pending(received)).toBe(true);
      platform.advance(4000);

      expect(await received).toEqual(got(start + 5000));
      ticker.stop();
      platform.clears = true;
    });

    it("T1: fires though it was cleared, it is not believed", async () => {
      platform.clears = false;
      const ticker = new Ticker(1000);
      const received = ticker.recv();
      platform.stall(500);
      ticker.reset(1000);
      platform.fire();
      platform.advance(999);

      expect(await pending(received)).toBe(true);
      platform.advance(1);

      expect(await received).toEqual(got(start + 1500));
      ticker.stop();
      platform.clears = true;
    });

    it("T1: fires while the clock stands still, no more has passed than what was waited for", async () => {
      const ticker = new Ticker(0.4);
      const received = ticker.recv();
      platform.fire();

      expect(await received).toEqual(got(start + 0.4));
      platform.stall(0.9);
      expect(ticker.tryRecv()).toEqual(got(start + 0.8));
    });

    it("T1: is early by the whole of a millisecond that rounding takes, ticks stay on their grid", async () => {
      const ticker = new Ticker(1024);
      const first = ticker.recv();
      // A span of time is a little less than it says, by 2 ** -48 of it.
      platform.stall(1023 - 2 ** -38);
      platform.fire();
      expect(await first).toEqual(got(start + 1024));

      platform.stall(1024);
      expect(ticker.tryRecv()).toBeUndefined();
      platform.stall(1);

      expect(ticker.tryRecv()).toEqual(got(start + 2048));
    });

    it("T2: cannot be cleared, what waits is told at the new time all the same", async () => {
      Object.assign(globalThis, { clearTimeout: undefined });
      const ticker = new Ticker(1000);
      const received = ticker.recv();

      ticker.reset(2000);
      platform.advance(1999);
      expect(await pending(received)).toBe(true);
      platform.advance(1);

      expect(await received).toEqual(got(start + 2000));
    });
  });

  it("B14: what becomes due between the look and the timer is waited for with a delay of 0", async () => {
    const timer = after(1);
    platform.tick = 0.6;

    const received = timer.recv();

    expect(platform.delays).toEqual([0]);
    platform.fire();
    expect(await received).toEqual(got(start + 1));
  });

  it("T2: a timer is cleared by the function that belongs to the one that started it", () => {
    const ticker = new Ticker(1000);
    void ticker.recv();
    const other = new Platform();

    ticker.reset(2000);

    expect(platform.cleared).toEqual([1]);
    expect(other.cleared).toEqual([]);
    expect([platform.timers, other.timers]).toEqual([0, 1]);
    ticker.stop();
    expect([platform.cleared, other.cleared]).toEqual([[1], [1]]);
    other.restore();
  });

  it("T4: another clock counts from where it stands: nothing is due earlier", async () => {
    const [tried, waited] = [after(1000), after(1000)];
    const first = waited.recv();
    platform.stall(400);
    expect(tried.tryRecv()).toBeUndefined();
    const other = new Platform();
    other.now = 1e9;

    expect(tried.tryRecv()).toBeUndefined();
    other.stall(599);
    expect(tried.tryRecv()).toBeUndefined();
    other.stall(1);
    expect(tried.tryRecv()).toEqual(got(start + 1000));
    other.restore();
    platform.advance(600);

    expect(await first).toEqual(got(start + 1000));
  });

  it("T4: a line of a Limiter goes on by the timers that are there when it is looked at", async () => {
    const limiter = new Limiter({ limit: 1, interval: 1000 });
    limiter.allow();
    const waited = limiter.wait();
    platform.stall(300);
    expect(limiter.available).toBe(0);
    const other = new Platform();

    expect(limiter.allow()).toBe(false);
    expect([platform.timers, other.timers]).toEqual([0, 1]);
    other.advance(700);

    await waited;
    other.restore();
  });

  it("C11: an alarm that is set again for the same time keeps its timer", () => {
    const limiter = new Limiter({ limit: 1, interval: 1000 });
    limiter.allow();
    void limiter.wait();

    for (let i = 0; i < 10; i++) expect(limiter.allow()).toBe(false);

    expect(platform.delays).toEqual([1000]);
    platform.advance(1000);
  });

  describe("where there is no performance", () => {
    it("T4: the wall clock counts, and set back makes nothing due earlier", async () => {
      platform.withoutPerformance();
      const [tried, waited] = [after(1000), after(1000)];
      const received = waited.recv();

      platform.stall(400);
      expect(tried.tryRecv()).toBeUndefined();
      platform.date -= HOUR;
      platform.stall(100);
      expect(tried.tryRecv()).toBeUndefined();
      platform.advance(500);

      expect(await received).toEqual(got(start + 1000));
      expect(tried.tryRecv()).toBeUndefined();
      platform.stall(HOUR);
      expect(tried.tryRecv()).toEqual(got(start + 1000));
    });
  });
});

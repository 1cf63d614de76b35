// time/tick_test.go and time/sleep_test.go, as of Go 1.23. The clock is the test's.

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { after, type RecvChan, select, Ticker } from "../../src/index.js";
import { isGarbage } from "../support/memory.js";
import { got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { expectNobodyWaits } from "../support/waiting.js";
import { numbers } from "./support.js";

const START = 1_000_000;

/** Lets time pass. */
function late(ms: number): void {
  jest.advanceTimersByTime(ms);
}

describe("time", () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: START });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it("TestTicker: ten ticks come at their times", async () => {
    const ticker = new Ticker(100);
    const times: unknown[] = [];

    for (let i = 0; i < 10; i++) {
      const tick = ticker.recv();
      late(99);
      expect(ticker.tryRecv()).toBeUndefined();
      late(1);
      times.push((await tick).value);
    }

    expect(times).toEqual(numbers(10).map((i) => START + 100 * (i + 1)));
  });

  it("TestTickTimes: a tick is the time when it was due, not that when it was read", async () => {
    const ticker = new Ticker(100);

    late(150);
    expect(ticker.tryRecv()).toEqual(got(START + 100));
    const next = ticker.recv();
    late(50);

    expect(await next).toEqual(got(START + 200));
  });

  it("TestTicker: ticks that nobody receives are dropped, but one", () => {
    const ticker = new Ticker(100);

    late(1050);

    expect(ticker.tryRecv()).toMatchObject({ ok: true });
    expect(ticker.tryRecv()).toBeUndefined();
    late(50);
    expect(ticker.tryRecv()).toEqual(got(START + 1100));
  });

  it("TestTickerStop: a stopped ticker gives nothing, and is not closed", async () => {
    const ticker = new Ticker(100);
    const tick = ticker.recv();

    ticker.stop();
    late(1000);

    expect(await pending(tick)).toBe(true);
    expect([ticker.closed, ticker.tryRecv()]).toEqual([false, undefined]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each<[string, (ticker: Ticker) => void]>([
    ["stop", (ticker) => ticker.stop()],
    ["reset", (ticker) => ticker.reset(1000)],
  ])("TestChan: after %s there is no stale tick, though one was due", (_, change) => {
    const ticker = new Ticker(100);
    late(150);

    change(ticker);

    expect(ticker.tryRecv()).toBeUndefined();
    late(999);
    expect(ticker.tryRecv()).toBeUndefined();
  });

  it.each<[string, () => RecvChan<number>]>([
    ["a Ticker", () => new Ticker(100)],
    ["after", () => after(100)],
  ])("TestChan: %s has neither length nor capacity, whether due or not", (_, make) => {
    const ch = make();
    const seen = [[ch.len, ch.cap]];

    late(150);
    seen.push([ch.len, ch.cap]);

    expect(seen).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(ch.tryRecv()).toEqual(got(START + 100));
  });

  it("TestChan: a ticker that was stopped ticks again when it is reset", async () => {
    const ticker = new Ticker(100);
    ticker.stop();
    late(500);
    const tick = ticker.recv();

    ticker.reset(200);
    late(199);
    expect(ticker.tryRecv()).toBeUndefined();
    late(1);

    expect(await tick).toEqual(got(START + 700));
  });

  it("TestChan: two selects on one timer share one value", async () => {
    const timer = after(100);
    const [first, second] = [select({ timer }), select({ timer, other: after(300) })];

    late(100);
    expect(await first).toEqual({ key: "timer", ...got(START + 100) });
    expect(await pending(second)).toBe(true);
    late(200);

    expect(await second).toEqual({ key: "other", ...got(START + 300) });
    expectNobodyWaits(timer);
  });

  it.each([0, -1, NaN, Infinity])("TestNewTickerLtZeroDuration: a period of %d is none", (ms) => {
    expect(() => new Ticker(ms)).toThrow(RangeError);
  });

  it.each([0, -1, NaN])("TestTickerResetLtZeroDuration: nor is it in reset: %d", (ms) => {
    const ticker = new Ticker(100);

    expect(() => ticker.reset(ms)).toThrow(RangeError);

    late(100);
    expect(ticker.tryRecv()).toEqual(got(START + 100));
  });

  it("TestAfter: gives one value, when its time has come", async () => {
    const timer = after(100);
    const received = timer.recv();

    late(99);
    expect(await pending(received)).toBe(true);
    late(1);

    expect(await received).toEqual(got(START + 100));
    late(1000);
    expect(timer.tryRecv()).toBeUndefined();
  });

  it("TestAfterTimes: the value is when it was due, however late it is read", () => {
    const timer = after(10);

    late(50);

    expect(timer.tryRecv()).toEqual(got(START + 10));
  });

  it("TestAfterQueuing: timers go off in the order of their times", async () => {
    const delays = [5, 3, 6, 6, 6, 1, 1, 2, 7, 9, 4, 8, 0].map((units) => units * 100);
    const order: (number | undefined)[] = [];
    const all = delays.map(async (delay) => order.push((await after(delay).recv()).value));

    for (let i = 0; i < 10; i++) {
      late(100);
      await Promise.resolve();
    }
    await Promise.all(all);

    const times = delays.map((delay) => START + delay).sort((a, b) => a - b);
    expect(order).toEqual(times);
  });

  it("TestSleepZeroDeadlock: a wait of nothing, or less, is over at once", () => {
    expect([0, -5].map((ms) => after(ms).tryRecv())).toEqual([got(START), got(START)]);
  });

  it("TestTeardown: tickers that are made and stopped leave no timer", async () => {
    for (let i = 0; i < 3; i++) {
      const ticker = new Ticker(100);
      const tick = ticker.recv();
      expect(jest.getTimerCount()).toBe(1);
      late(100);
      await tick;
      ticker.stop();
    }

    expect(jest.getTimerCount()).toBe(0);
  });

  it("TestLongAdjustTimers: a short timer goes off among many long ones", async () => {
    const long = numbers(1000).map((i) => select({ long: after(3_600_000 + i) }));
    const short = select({ short: after(1), never: after(Infinity) });

    late(1);

    expect(await short).toMatchObject({ key: "short" });
    expect(await pending(Promise.race(long))).toBe(true);
  });

  it("TestTimerGC: timers and tickers that are dropped are garbage, unstopped", async () => {
    const drop = (): WeakRef<object>[] =>
      [new Ticker(1000), after(1000)].map((t) => new WeakRef(t));

    expect(await isGarbage(...drop())).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});

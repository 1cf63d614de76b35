import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import * as channels from "../../src/index.js";
import { got } from "../support/outcomes.js";

type Channels = typeof channels;

/** What carries messages. */
const CARRIERS = ["queueMicrotask", "nextTick", "setImmediate"] as const;

// Bound before anything is faked.
const realNow = performance.now.bind(performance);

const loaded = (): Promise<Channels> => Promise.resolve(channels);

/** As with `enableGlobally`: time is faked before the package is loaded. */
async function fresh(): Promise<Channels> {
  let copy: Channels | undefined;
  await jest.isolateModulesAsync(async () => {
    copy = await import("../../src/index.js");
  });
  return copy as Channels;
}

describe.each([
  ["that Jest has by default", { doNotFake: [] }, loaded],
  ["that Jest has by default, and before the package is loaded", { doNotFake: [] }, fresh],
  ["that leave alone what carries messages", {}, loaded],
  ["that leave performance alone", { doNotFake: [...CARRIERS, "performance"] }, loaded],
  [
    "that leave performance alone, and before the package is loaded",
    { doNotFake: [...CARRIERS, "performance"] },
    fresh,
  ],
] as const)("under fake timers %s", (_, { ...config }, load) => {
  let start: number;

  beforeEach(() => {
    jest.useFakeTimers(config as Parameters<typeof jest.useFakeTimers>[0]);
    start = Date.now();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it("T3: after gives its value to a waiter, when time is advanced that far", async () => {
    const { after } = await load();
    const received = jest.fn();
    void after(60_000).recv().then(received);

    await jest.advanceTimersByTimeAsync(59_999);
    expect(received).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);

    expect(received).toHaveBeenCalledWith(got(start + 60_000));
  });

  it("T3: after gives its value to a try", async () => {
    const { after } = await load();
    const timer = after(2 ** 32);

    jest.advanceTimersByTime(2 ** 32 - 1);
    expect(timer.tryRecv()).toBeUndefined();
    jest.advanceTimersByTime(1);

    expect(timer.tryRecv()).toEqual(got(start + 2 ** 32));
  });

  it("T3: a Ticker ticks", async () => {
    const { Ticker } = await load();
    const ticker = new Ticker(1000);
    const values: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const value of ticker) if (values.push(value) === 100) return;
    };
    const left = loop();

    await jest.advanceTimersByTimeAsync(100_000);
    await left;

    expect(values).toEqual(Array.from({ length: 100 }, (_, i) => start + (i + 1) * 1000));
  });

  it("T3: a select times out, and one that does not leaves no timer", async () => {
    const { after, Chan, select } = await load();
    const answer = new Chan<string>();
    const before = jest.getTimerCount();
    const chosen = [
      select({ answer, timeout: after(1000) }),
      select({ answer, timeout: after(1000) }),
    ] as const;
    expect(jest.getTimerCount()).toBe(before + 2);

    answer.trySend("42");
    jest.runAllTimers();

    expect((await chosen[0]).key).toBe("answer");
    expect((await chosen[1]).key).toBe("timeout");
    expect(jest.getTimerCount()).toBe(before);
  });
});

describe("under fake timers that are not there all the time", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it("T3: a Ticker made before time is faked ticks", async () => {
    const ticker = new channels.Ticker(60_000);
    jest.useFakeTimers({ now: 0 });

    const received = ticker.recv();
    jest.advanceTimersByTime(60_000);

    expect(await received).toMatchObject({ ok: true });
    expect(jest.getTimerCount()).toBe(0);
  });

  it("T3: a Ticker made while time is faked waits for real time afterwards", () => {
    jest.useFakeTimers();
    const ticker = new channels.Ticker(60_000);
    jest.useRealTimers();

    expect(ticker.tryRecv()).toBeUndefined();
  });

  it("T3: after and Ticker work where only the timers are faked, and not the clock", async () => {
    jest.useFakeTimers({ doNotFake: ["Date", "performance", "setImmediate", "nextTick"] });
    const ticker = new channels.Ticker(60_000);
    const received = [channels.after(120_000).recv(), ticker.recv(), ticker.recv()];

    jest.advanceTimersByTime(120_000);

    expect((await Promise.all(received)).map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe("under fake timers, the faked clock counts", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Another test has kept the loop busy for so long. */
  function realTimePasses(): void {
    const end = realNow() + 5;
    while (realNow() < end);
  }

  it.each([
    ["Date", ["performance"]],
    ["performance", ["Date"]],
  ] as const)("T4: it is %s if %p is not faked", (_, doNotFake) => {
    jest.useFakeTimers({ doNotFake: [...CARRIERS, ...doNotFake] });
    const [timer, ticker] = [channels.after(100), new channels.Ticker(100)];
    const limiter = new channels.Limiter({ limit: 1, interval: 100 });
    limiter.allow();

    jest.advanceTimersByTime(99);
    realTimePasses();
    const early = [timer.tryRecv(), ticker.tryRecv(), limiter.allow()];
    jest.advanceTimersByTime(1);
    const due = [timer.tryRecv()?.ok, ticker.tryRecv()?.ok, limiter.allow()];

    expect(early).toEqual([undefined, undefined, false]);
    expect(due).toEqual([true, true, true]);
  });

  it("T4: setting the faked clock counts, as the passing of time", () => {
    jest.useFakeTimers();
    const timer = channels.after(60_000);

    jest.setSystemTime(Date.now() + 59_999);
    expect(timer.tryRecv()).toBeUndefined();
    jest.setSystemTime(Date.now() + 1);

    expect(timer.tryRecv()?.ok).toBe(true);
  });

  it("T4: a clock that is mocked beside real timers does not count", () => {
    const now = jest.spyOn(Date, "now").mockReturnValue(0);
    const timer = channels.after(60_000);

    now.mockReturnValue(3_600_000);
    const early = timer.tryRecv();
    now.mockRestore();

    expect(early).toBeUndefined();
  });

  it("T4: while setTimeout is replaced, the clock that is replaced beside it counts", () => {
    const { setTimeout: realTimeout } = globalThis;
    let now = Date.now();
    globalThis.setTimeout = (() => 0) as never;
    const timer = channels.after(60_000);
    const real = Date.now;
    Date.now = () => now;
    const replaced = channels.after(60_000);

    now += 60_000;
    const seen = [timer.tryRecv(), replaced.tryRecv()?.ok];
    Date.now = real;
    globalThis.setTimeout = realTimeout;

    expect(seen).toEqual([undefined, true]);
    expect(timer.tryRecv()).toBeUndefined();
  });

  it("T4: so it does where there was no setTimeout to replace", async () => {
    const { setTimeout: realTimeout } = globalThis;
    Reflect.deleteProperty(globalThis, "setTimeout");
    const { after } = await fresh();
    let now = Date.now();
    const real = Date.now;
    globalThis.setTimeout = (() => 0) as never;
    Date.now = () => now;
    const timer = after(60_000);

    now += 60_000;
    const seen = timer.tryRecv()?.ok;
    Date.now = real;
    globalThis.setTimeout = realTimeout;

    expect(seen).toBe(true);
  });

  it("T4: timers that are spied upon are those of the platform, or another test's", async () => {
    const real = jest.spyOn(globalThis, "setTimeout");
    const received = channels.after(1).recv();
    expect(real).toHaveBeenCalledTimes(1);
    expect(await received).toMatchObject({ ok: true });
    real.mockRestore();

    jest.useFakeTimers();
    const spy = jest.spyOn(globalThis, "setTimeout");
    const timer = channels.after(1000);
    const waited = timer.recv();
    jest.advanceTimersByTime(1000);
    expect(await waited).toMatchObject({ ok: true });
    expect(spy).toHaveBeenCalledTimes(1);
    spy.mockRestore();
  });

  it("B4, T1: no tick of a timer that was started before time was faked comes after reset", async () => {
    const ticker = new channels.Ticker(1);
    const received = ticker.recv();
    let isReceived = false;
    void received.then(() => (isReceived = true));
    jest.useFakeTimers();

    ticker.reset(1000);
    realTimePasses();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isReceived).toBe(false);
    jest.advanceTimersByTime(1000);

    expect(await received).toMatchObject({ ok: true });
    expect(jest.getTimerCount()).toBe(0);
  });
});

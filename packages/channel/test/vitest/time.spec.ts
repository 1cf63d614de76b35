// Run by Vitest itself, which `testing/vitest.test.ts` calls.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { after, Chan, Limiter, select, Ticker } from "../../src/index.js";

describe("under the fake timers of Vitest", () => {
  let start: number;

  beforeEach(() => {
    vi.useFakeTimers();
    start = Date.now();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("T3: after gives its value to a waiter, when time is advanced that far", async () => {
    const received = vi.fn();
    void after(60_000).recv().then(received);

    await vi.advanceTimersByTimeAsync(59_999);
    expect(received).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);

    expect(received).toHaveBeenCalledWith({ ok: true, value: start + 60_000, done: false });
  });

  it("T3: after gives its value to a try", () => {
    const timer = after(2 ** 32);

    vi.advanceTimersByTime(2 ** 32 - 1);
    expect(timer.tryRecv()).toBeUndefined();
    vi.advanceTimersByTime(1);

    expect(timer.tryRecv()?.value).toBe(start + 2 ** 32);
  });

  it("T3: a Ticker ticks", async () => {
    const ticker = new Ticker(1000);
    const values: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const value of ticker) if (values.push(value) === 3) return;
    };
    const left = loop();

    await vi.advanceTimersByTimeAsync(3000);
    await left;

    expect(values).toEqual([start + 1000, start + 2000, start + 3000]);
  });

  it("T3: a select times out, and one that does not leaves no timer", async () => {
    const answer = new Chan<string>();
    const chosen = [
      select({ answer, timeout: after(1000) }),
      select({ answer, timeout: after(1000) }),
    ] as const;
    expect(vi.getTimerCount()).toBe(2);

    answer.trySend("42");
    expect(vi.getTimerCount()).toBe(1);
    vi.runAllTimers();

    expect((await chosen[0]).key).toBe("answer");
    expect((await chosen[1]).key).toBe("timeout");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("under the fake timers of Vitest 1 and 2, which leave performance alone", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("T4: the faked clock counts", async () => {
    const [timer, ticker] = [after(100), new Ticker(100)];
    const limiter = new Limiter({ limit: 1, interval: 100 });
    const waits = Promise.all([limiter.wait(), limiter.wait()]);

    vi.advanceTimersByTime(99);
    for (const end = performance.now() + 5; performance.now() < end;);
    expect([timer.tryRecv(), ticker.tryRecv()]).toEqual([undefined, undefined]);
    vi.advanceTimersByTime(1);

    expect([timer.tryRecv()?.ok, ticker.tryRecv()?.ok]).toEqual([true, true]);
    await waits;
    expect(vi.getTimerCount()).toBe(0);
  });
});

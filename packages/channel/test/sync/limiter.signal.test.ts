import { describe, expect, it, jest } from "@jest/globals";

import { Limiter } from "../../src/sync/limiter.js";
import { fakeTime } from "../support/faked-time.js";
import { collect } from "../support/process.js";
import { pending } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { expectNobodyWaits } from "../support/waiting.js";
import { isFull } from "../../../../tools/testing/depth.js";

describe("Limiter.wait, with a signal", () => {
  fakeTime();

  it("C7: an aborted signal wins, over tokens that are there and over a wrong n", async () => {
    const limiter = new Limiter({ limit: 2 });

    for (const n of [1, 3, 0]) {
      await expect(limiter.wait(n, { signal: aborted() })).rejects.toBe(reason);
    }

    expect(limiter.available).toBe(2);
  });

  it("C7: an aborted wait takes nothing, and leaves neither timer nor listener", async () => {
    const limiter = new Limiter({ limit: 2, interval: 100 });
    limiter.allow(2);
    const abort = new AbortController();
    const waited = limiter.wait(2, abort);
    expect([jest.getTimerCount(), listeners(abort.signal)]).toEqual([1, 1]);

    abort.abort(reason);

    expect([jest.getTimerCount(), listeners(abort.signal)]).toEqual([0, 0]);
    await expect(waited).rejects.toBe(reason);
    expectNobodyWaits(limiter);
    jest.advanceTimersByTime(100);
    expect(limiter.available).toBe(2);
  });

  it("C7: a wait that needs not wait has no listener, and one that is served leaves none", async () => {
    const limiter = new Limiter({ limit: 1, interval: 100 });
    const abort = new AbortController();
    await limiter.wait(1, abort);
    expect(listeners(abort.signal)).toBe(0);
    const waited = [limiter.wait(1, abort), limiter.wait(1, abort)];
    expect(listeners(abort.signal)).toBe(1);

    jest.advanceTimersByTime(200);

    expect(listeners(abort.signal)).toBe(0);
    abort.abort(reason);
    await Promise.all(waited);
  });

  it("W4: those behind an aborted head move up: they are served at once if they now can", async () => {
    const limiter = new Limiter({ limit: 4, interval: 100 });
    limiter.allow(2);
    const abort = new AbortController();
    const head = limiter.wait(4, abort);
    const behind = [limiter.wait(1), limiter.wait(1), limiter.wait(1)] as const;
    void Promise.allSettled([head]);

    abort.abort(reason);

    await expect(head).rejects.toBe(reason);
    expect(await Promise.all(behind.map(pending))).toEqual([false, false, true]);
    jest.advanceTimersByTime(24);
    expect(await pending(behind[2])).toBe(true);
    jest.advanceTimersByTime(1);
    await behind[2];
  });

  it("W4: those behind one aborted in the middle move up", async () => {
    const limiter = new Limiter({ limit: 4, interval: 100 });
    limiter.allow(4);
    const abort = new AbortController();
    const waits = [limiter.wait(1), limiter.wait(4, abort), limiter.wait(1)] as const;
    void Promise.allSettled(waits);

    abort.abort(reason);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(50);

    expect(await Promise.all(waits.map(pending))).toEqual([false, false, false]);
    await expect(waits[1]).rejects.toBe(reason);
  });

  it("C7: from the abort on it takes nothing, even if another listener acts first", async () => {
    const limiter = new Limiter({ limit: 2, interval: 100 });
    limiter.allow();
    const abort = new AbortController();
    const seen: unknown[] = [];
    abort.signal.addEventListener("abort", () => {
      jest.setSystemTime(Date.now() + 50);
      seen.push(limiter.available, limiter.allow(2));
    });
    const waited = limiter.wait(2, abort);
    void Promise.allSettled([waited]);

    abort.abort(reason);

    expect(seen).toEqual([2, true]);
    await expect(waited).rejects.toBe(reason);
  });

  it("C10: very many may wait, and leave from anywhere", async () => {
    const limiter = new Limiter({ limit: 1, interval: 1 });
    limiter.allow();
    const abort = new AbortController();
    const all = Array.from({ length: isFull ? 20_000 : 4000 }, (_, i) =>
      limiter.wait(1, i % 2 ? abort : {}),
    );
    const outcomes = Promise.allSettled(all);
    expect(jest.getTimerCount()).toBe(1);

    abort.abort(reason);
    jest.advanceTimersByTime(10_000);

    const statuses = (await outcomes).map(({ status }) => status);
    expect(statuses).toEqual(all.map((_, i) => (i % 2 ? "rejected" : "fulfilled")));
  });

  it("C12: rejects no promise that its caller does not hold", async () => {
    const unhandled = await collect("unhandledRejection", async () => {
      const limiter = new Limiter({ limit: 1 });
      limiter.allow();
      const abort = new AbortController();
      const waited = limiter.wait(1, abort);
      abort.abort(reason);
      await waited.catch(() => undefined);
    });

    expect(unhandled).toEqual([]);
  });
});

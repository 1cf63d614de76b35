import { describe, expect, it } from "@jest/globals";

import { Semaphore } from "../../src/sync/semaphore.js";
import { countCalls, listeners, reason } from "../support/signals.js";

describe("abort listeners of a Semaphore", () => {
  it("C7: there is none while nobody waits", async () => {
    const semaphore = new Semaphore(1);
    const { signal } = new AbortController();
    const calls = countCalls(signal);

    (await semaphore.acquire(1, { signal })).release();

    expect(calls).toEqual({ added: 0, removed: 0 });
  });

  it("C7: there is one, however many wait, and none when all were granted", async () => {
    const semaphore = new Semaphore(3);
    const held = semaphore.tryAcquire(3);
    const { signal } = new AbortController();
    const calls = countCalls(signal);
    const permits = [1, 1, 1].map((n) => semaphore.acquire(n, { signal }));
    expect(listeners(signal)).toBe(1);

    held?.release();

    expect(listeners(signal)).toBe(0);
    expect(calls).toEqual({ added: 1, removed: 1 });
    await Promise.all(permits);
  });

  it("C7: there is none when the signal is aborted", async () => {
    const semaphore = new Semaphore(1);
    semaphore.tryAcquire();
    const abort = new AbortController();
    const permits = Promise.allSettled([1, 2].map((n) => semaphore.acquire(n, abort)));

    abort.abort(reason);

    expect(listeners(abort.signal)).toBe(0);
    await permits;
  });
});

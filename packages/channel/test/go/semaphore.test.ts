// golang.org/x/sync/semaphore, and sync.Mutex.

import { describe, expect, it } from "@jest/globals";

import { Mutex, type Permit, Semaphore } from "../../src/index.js";
import { pending, settle } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { allEnd, blocks, go, goMany, neverBlocks } from "./support.js";

describe("semaphore", () => {
  it("TestWeighted: tasks that take 1 to 5 of 5 permits never have more than 5", async () => {
    const semaphore = new Semaphore(5);
    let [held, most] = [0, 0];

    await goMany(20, async (task) => {
      const n = 1 + (task % 5);
      for (let i = 0; i < 50; i++) {
        const permit = await semaphore.acquire(n);
        most = Math.max(most, (held += n));
        for (let turn = 0; turn < (i + task) % 3; turn++) await Promise.resolve();
        held -= n;
        permit.release();
      }
    });

    expect([held, semaphore.available]).toEqual([0, 5]);
    expect(most).toBeLessThanOrEqual(5);
  });

  it("TestWeightedPanic: to release more than is held fails", async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    permit.release();

    expect(() => permit.release()).toThrow("permit released twice");

    expect(semaphore.available).toBe(1);
  });

  it("TestWeightedTryAcquire: succeeds as long as there are permits, and changes nothing if not", () => {
    const semaphore = new Semaphore(2);

    const tries = [1, 1, 1].map((n) => semaphore.tryAcquire(n));
    tries[1]?.release();
    const again = [semaphore.tryAcquire(2), semaphore.tryAcquire(1)];

    expect(tries.map(Boolean)).toEqual([true, true, false]);
    expect(again.map(Boolean)).toEqual([false, true]);
    expect(semaphore.available).toBe(0);
  });

  it("TestWeightedTryAcquire: does not overtake those who wait", async () => {
    const semaphore = new Semaphore(2);
    const permit = await semaphore.acquire(1);
    const large = semaphore.acquire(2);

    expect(semaphore.tryAcquire(1)).toBeUndefined();
    expect(semaphore.available).toBe(1);

    permit.release();
    (await large).release();
  });

  it("TestWeightedAcquire: waits when there are too few permits, and for no longer", async () => {
    const semaphore = new Semaphore(2);
    const permits = [await semaphore.acquire(1), await semaphore.acquire(1)];
    const third = semaphore.acquire(1);
    expect(await pending(third)).toBe(true);

    permits[0]?.release();

    await neverBlocks(() => third);
    await blocks(() => semaphore.acquire(2));
  });

  it("TestWeightedDoesntBlockIfTooBig: to want more than there ever is holds up nobody", async () => {
    const semaphore = new Semaphore(2);
    const abort = new AbortController();
    const tooBig = semaphore.acquire(3, abort);
    expect(await pending(tooBig)).toBe(true);

    await goMany(10, async () => {
      for (let i = 0; i < 10; i++) (await semaphore.acquire(1 + (i % 2))).release();
    });
    abort.abort(reason);

    await expect(tooBig).rejects.toBe(reason);
    expect([semaphore.available, listeners(abort.signal)]).toEqual([2, 0]);
  });

  it("TestLargeAcquireDoesntStarve: who wants all is served among those who want one", async () => {
    const semaphore = new Semaphore(10);
    let stopped = false;
    const first: Permit[] = [];
    for (let i = 0; i < 10; i++) first.push(await semaphore.acquire(1));
    const small = first.map((permit) =>
      go(async () => {
        let held = permit;
        for (let i = 0; i < 100 && !stopped; i++) {
          await settle();
          held.release();
          held = await semaphore.acquire(1);
        }
        held.release();
      }),
    );

    const all = await semaphore.acquire(10);
    stopped = true;
    expect(semaphore.available).toBe(0);
    all.release();

    await allEnd(...small);
  });

  it("TestAllocCancelDoesntStarve: when the first one gives up, those behind it are served", async () => {
    const semaphore = new Semaphore(10);
    const held = await semaphore.acquire(1);
    const abort = new AbortController();
    const large = semaphore.acquire(10, abort);
    const small = semaphore.acquire(1);
    expect(await pending(small)).toBe(true);

    abort.abort(reason);

    await expect(large).rejects.toBe(reason);
    (await small).release();
    held.release();
    expect(semaphore.available).toBe(10);
  });

  it("TestWeightedAcquireCanceled: an aborted signal wins over permits that are free", async () => {
    const semaphore = new Semaphore(2);

    await expect(semaphore.acquire(1, { signal: aborted() })).rejects.toBe(reason);

    expect(semaphore.available).toBe(2);
  });

  it.each<[string, boolean]>([
    ["abort, then release: it has given up", true],
    ["release, then abort: it has got it", false],
  ])(
    "TestWeightedAcquireCanceled: no permit is lost in one instant of %s",
    async (_, abortFirst) => {
      const semaphore = new Semaphore(1);
      const held = await semaphore.acquire();
      const abort = new AbortController();
      const outcome = semaphore.acquire(1, abort).then(
        (permit) => permit.release(),
        (error: unknown) => error,
      );

      if (abortFirst) abort.abort(reason);
      held.release();
      abort.abort(reason);

      expect(await outcome).toBe(abortFirst ? reason : undefined);
      expect(semaphore.available).toBe(1);
    },
  );
});

describe("sync", () => {
  it("TestMutex: tasks that hammer a mutex are inside one at a time", async () => {
    const mutex = new Mutex();
    let [inside, most, count] = [0, 0, 0];

    await goMany(10, async () => {
      for (let i = 0; i < 100; i++) {
        const permit = (i % 3 === 0 ? mutex.tryLock() : undefined) ?? (await mutex.lock());
        most = Math.max(most, ++inside);
        await Promise.resolve();
        inside--;
        count++;
        permit.release();
      }
    });

    expect([most, count, mutex.locked]).toEqual([1, 1000, false]);
  });

  it("TestMutexMisuse: a mutex that is not locked cannot be unlocked", async () => {
    const mutex = new Mutex();
    const permit = await mutex.lock();
    permit.release();

    expect(() => permit.release()).toThrow(Error);
    const other = await mutex.lock();
    expect(() => permit.release()).toThrow(Error);

    expect(mutex.locked).toBe(true);
    other.release();
  });

  it("TestMutexFairness: one who locks again and again keeps nobody out", async () => {
    const mutex = new Mutex();
    let [stopped, hogged] = [false, 0];
    const hog = go(async () => {
      while (!stopped && hogged < 1000) {
        const permit = await mutex.lock();
        hogged++;
        permit.release();
      }
    });

    for (let i = 0; i < 10; i++) (await mutex.lock()).release();
    stopped = true;
    await allEnd(hog);

    expect(hogged).toBeLessThanOrEqual(12);
  });
});

import { describe, expect, it } from "@jest/globals";

import { Mutex } from "../../src/sync/semaphore.js";
import { Continuations, pending, settle } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";

describe("Mutex", () => {
  it("W3: locked tells whether it is held, at every instant", async () => {
    const mutex = new Mutex();
    const seen = [mutex.locked];

    const first = mutex.lock();
    seen.push(mutex.locked);
    const second = mutex.lock();
    (await first).release();
    seen.push(mutex.locked);
    (await second).release();
    seen.push(mutex.locked);
    const third = mutex.tryLock();
    seen.push(mutex.locked);
    third?.release();
    seen.push(mutex.locked);

    expect(seen).toEqual([false, true, true, false, true, false]);
  });

  it("W3: is held by one at a time: a section that waits in the middle is not interrupted", async () => {
    const mutex = new Mutex();
    const trace: string[] = [];
    const section = async (name: string): Promise<void> => {
      const permit = await mutex.lock();
      trace.push(`${name} in`);
      await settle();
      trace.push(`${name} out`);
      permit.release();
    };

    await Promise.all(["a", "b", "c"].map(section));

    expect(trace).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
    expect(mutex.locked).toBe(false);
  });

  it("W3: is first come, first served: one that comes when it is released does not overtake", async () => {
    const mutex = new Mutex();
    const continuations = new Continuations();
    const held = mutex.tryLock();
    const waiting = mutex.lock();

    held?.release();
    const late = mutex.lock();
    expect(mutex.tryLock()).toBeUndefined();
    continuations.note("late", late);
    continuations.note("waiting", waiting);
    await settle();

    expect(continuations.order).toEqual(["waiting"]);
    (await waiting).release();
    await late;
  });

  it("W3: is not for locking twice: the second waits", async () => {
    const mutex = new Mutex();
    const permit = await mutex.lock();

    const second = mutex.lock();

    expect(await pending(second)).toBe(true);
    permit.release();
    await second;
  });

  it("W3: tryLock locks it if it is free, and else changes nothing", () => {
    const mutex = new Mutex();
    const permit = mutex.tryLock();

    expect(permit).toBeDefined();
    expect(mutex.tryLock()).toBeUndefined();
    permit?.release();

    expect(mutex.locked).toBe(false);
  });

  it("W3, G118: throws if it is unlocked twice, and its holder keeps it", async () => {
    const mutex = new Mutex();
    const first = await mutex.lock();
    first.release();
    const second = mutex.tryLock();

    expect(() => {
      first.release();
    }).toThrow("permit released twice");

    expect(mutex.locked).toBe(true);
    second?.release();
  });

  it("C7: an aborted signal wins over a free mutex", async () => {
    const mutex = new Mutex();

    await expect(mutex.lock({ signal: aborted() })).rejects.toBe(reason);

    expect(mutex.locked).toBe(false);
  });

  it("C7: aborting withdraws a waiter, without a trace", async () => {
    const mutex = new Mutex();
    const held = mutex.tryLock();
    const abort = new AbortController();
    const [withdrawn, next] = [mutex.lock(abort), mutex.lock()];

    abort.abort(reason);
    held?.release();

    await expect(withdrawn).rejects.toBe(reason);
    (await next).release();
    expect(mutex.locked).toBe(false);
    expect(listeners(abort.signal)).toBe(0);
  });

  it("C7: aborting in the tick in which it was locked changes nothing", async () => {
    const mutex = new Mutex();
    const held = mutex.tryLock();
    const abort = new AbortController();
    const locked = mutex.lock(abort);

    held?.release();
    abort.abort(reason);

    (await locked).release();
    expect(mutex.locked).toBe(false);
  });
});

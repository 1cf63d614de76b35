// runtime/race/testdata: channels that are used as locks, as semaphores, and to wait for others.

import { describe, expect, it } from "@jest/globals";

import { Chan, select, send, WaitGroup } from "../../src/index.js";
import { pending, settle } from "../support/settle.js";
import { waiting } from "../support/waiting.js";
import { allEnd, go, goMany } from "./support.js";

describe("race", () => {
  it.each<[string, (lock: Chan<null>) => Promise<unknown>]>([
    ["NoRaceChanMutex", (lock) => lock.send(null)],
    ["NoRaceSelectMutex", (lock) => select([send(lock, null), new Chan<never>()])],
  ])("%s: a channel with a buffer of one is a lock", async (_, take) => {
    const lock = new Chan<null>(1);
    let [inside, most, count] = [0, 0, 0];

    await goMany(10, async () => {
      for (let i = 0; i < 10; i++) {
        await take(lock);
        most = Math.max(most, ++inside);
        const before = count;
        await Promise.resolve();
        count = before + 1;
        inside--;
        await lock.recv();
      }
    });

    expect([most, count]).toEqual([1, 100]);
    expect(lock.len).toBe(0);
  });

  it.each([1, 2, 5])("RaceChanSem: one with a buffer of %d lets so many in", async (cap) => {
    const [slots, gate] = [new Chan<null>(cap), new Chan<never>()];
    let [inside, most] = [0, 0];

    const tasks = goMany(20, async () => {
      await slots.send(null);
      most = Math.max(most, ++inside);
      await gate.recv();
      inside--;
      await slots.recv();
    });
    await settle();
    expect(inside).toBe(cap);
    gate.close();
    await tasks;

    expect([inside, most]).toEqual([0, cap]);
  });

  it("NoRaceSelect1: what was done before either of two sends is seen after both", async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const done = { a: false, b: false };
    const senders = [
      go(async () => ((done.a = true), a.send(1))),
      go(async () => ((done.b = true), b.send(1))),
    ];

    const first = await select({ a, b });
    expect(done[first.key]).toBe(true);
    await select(first.key === "a" ? { b } : { a });

    expect(done).toEqual({ a: true, b: true });
    await allEnd(...senders);
  });

  it("NoRaceChanWaitGroup: waiting for all is waiting for what they have sent", async () => {
    const ch = new Chan<number>(20);
    const group = new WaitGroup();
    for (let i = 0; i < 20; i++) group.go(() => ch.send(i));

    await group.wait();

    expect([ch.len, waiting(ch).senders]).toEqual([20, 0]);
    expect(await pending(ch.send(20))).toBe(true);
  });
});

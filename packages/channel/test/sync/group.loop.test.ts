import { describe, expect, it } from "@jest/globals";

import { Group } from "../../src/sync/group.js";
import { Mutex } from "../../src/sync/semaphore.js";
import { Functions } from "../support/functions.js";
import { loadedLoop } from "../support/loop.js";
import { reason } from "../support/signals.js";
import { settle } from "../support/settle.js";

const VERY_MANY = 1_000_000;

/** Whether timers have had their turn; if they never do, tasks that ask give up after very many times. */
function timersTurn(): () => boolean {
  let [hadTurn, asked] = [false, 0];
  setTimeout(() => {
    hadTurn = true;
  }, 0);
  return () => {
    if (++asked > VERY_MANY) throw new Error("timers are starved");
    return hadTurn;
  };
}

describe("event loop", () => {
  it("C11: functions of a Group that wait for their turn, and for nothing else, leave it alive", async () => {
    const group = new Group({ limit: 2 });
    const hadTurn = timersTurn();
    const again = (): void => {
      if (!hadTurn()) void group.go(again);
    };

    for (let i = 0; i < 4; i++) void group.go(again);

    await group.wait();
  });

  it("C11: tasks that pass a Mutex to each other leave it alive", async () => {
    const mutex = new Mutex();
    const hadTurn = timersTurn();
    const task = async (): Promise<void> => {
      while (!hadTurn()) (await mutex.lock()).release();
    };

    await Promise.all([task(), task(), task()]);
  });
});

describe("Group, in a task that has run too long", () => {
  it("C11, W2: starts what waits for its turn in a later turn of the event loop", async () => {
    const { loop, channels } = await loadedLoop();
    const group = new channels.Group({ limit: 1 });
    const functions = new Functions();
    const started = ["a", "b"].map((name) => group.go(functions.named(name)));

    functions.end("a");
    loop.overrun(channels);
    await settle();
    expect(functions.started).toEqual(["a"]);
    expect(group.tryGo(functions.named("c"))).toBe(false);
    await loop.drain();

    expect(functions.started).toEqual(["a", "b"]);
    functions.end("b");
    await loop.drain();
    expect(await Promise.all(started)).toEqual([true, true]);
  });

  it("C11, W2: does not start it if the group has failed by then", async () => {
    const { loop, channels } = await loadedLoop();
    const group = new channels.Group({ limit: 2 });
    const functions = new Functions();
    const started = ["a", "b", "c"].map((name) => group.go(functions.named(name)));

    functions.end("a");
    loop.overrun(channels);
    await settle();
    functions.fail("b", reason);
    await settle();
    await loop.drain();

    expect(functions.started).toEqual(["a", "b"]);
    expect(await Promise.all(started)).toEqual([true, true, false]);
    const outcome = group.wait();
    void loop.drain();
    await expect(outcome).rejects.toBe(reason);
  });

  it("C11, W2: gives a place free at once where nothing waits for it", async () => {
    const { loop, channels } = await loadedLoop();
    const group = new channels.Group({ limit: 1 });
    const functions = new Functions();
    void group.go(functions.named("a"));

    functions.end("a");
    loop.overrun(channels);
    await settle();
    expect(group.tryGo(functions.named("b"))).toBe(true);

    functions.end("b");
    await loop.drain();
  });

  it("C11: does not look at the clock for functions that nothing waits for", async () => {
    const { loop, channels } = await loadedLoop();
    const group = new channels.Group();
    const functions = new Functions();
    const names = Array.from({ length: 100 }, (_, i) => String(i));
    for (const name of names) group.tryGo(functions.named(name));
    const { reads } = loop;

    functions.end(...names);
    await settle();

    expect(loop.reads).toBe(reads);
  });
});

describe("Group, whose functions turn slow", () => {
  it.each([1, 2, 4, 16])(
    "C11, W2: the loop has its turn after as many as run at a time, and two more: limit %p",
    async (limit) => {
      const { loop, channels } = await loadedLoop();
      for (const swift of [0, 60, 200, 1000, 1003]) {
        for (const cost of [0.001, 0.01]) {
          await loop.pause();
          const group = new channels.Group({ limit });
          let runs = 0;
          const fn = (): void => {
            loop.time += ++runs > swift ? 1 : cost;
          };

          for (let i = 0; i < swift + 40; i++) void group.go(fn);
          await loop.runUntil(group.wait());

          expect(runs).toBe(swift + 40);
          expect(loop.longest).toBeLessThan(limit + 3);
        }
      }
    },
  );
});

// sync/waitgroup_test.go, and what runtime/race/testdata says of WaitGroup.

import { describe, expect, it } from "@jest/globals";

import { Chan, WaitGroup } from "../../src/index.js";
import { Continuations, pending, settle } from "../support/settle.js";
import { allEnd, go, goMany, numbers } from "./support.js";

describe("sync", () => {
  it("TestWaitGroup: a barrier of 16 holds until the last is there, eight times over", async () => {
    const [here, gone] = [new WaitGroup(), new WaitGroup()];

    for (let round = 0; round < 8; round++) {
      const exited = new Chan<boolean>(16);
      here.add(16);
      gone.add(16);
      const tasks = goMany(16, async () => {
        here.done();
        await gone.wait();
        await exited.send(true);
      });

      await here.wait();
      for (let i = 0; i < 16; i++) {
        expect([gone.count, exited.len]).toEqual([16 - i, 0]);
        gone.done();
      }
      await tasks;
      expect(exited.len).toBe(16);
    }
  });

  it("TestWaitGroupMisuse: one done too many fails, and is not counted", () => {
    const group = new WaitGroup();
    group.add();
    group.done();

    expect(() => group.done()).toThrow("negative WaitGroup counter");
    expect(() => group.add(-1)).toThrow(RangeError);

    expect(group.count).toBe(0);
  });

  it("TestWaitGroupRace: whoever has waited finds all done, 1000 times", async () => {
    const group = new WaitGroup();
    let wrong = 0;

    for (let i = 0; i < 1000; i++) {
      let n = 0;
      for (let task = 0; task < 2; task++) {
        group.add();
        go(async () => {
          if ((i + task) % 3 === 0) await Promise.resolve();
          n++;
          group.done();
        });
      }
      await group.wait();
      if (n !== 2) wrong++;
    }

    expect(wrong).toBe(0);
  });

  it("TestWaitGroupGo: go adds one for a function, and takes it away at its end", async () => {
    const group = new WaitGroup();
    const ended: number[] = [];

    for (const i of numbers(10)) {
      group.go(async () => {
        for (let turn = 0; turn < i; turn++) await Promise.resolve();
        ended.push(i);
      });
      expect(group.count).toBe(i + 1);
    }
    await group.wait();

    expect(ended).toHaveLength(10);
    expect(group.count).toBe(0);
  });

  it("TestWaitGroup: a fresh group waits for nobody", async () => {
    await new WaitGroup().wait();
  });
});

describe("race", () => {
  it("NoRaceWaitGroup: what was done before done is seen after wait", async () => {
    const group = new WaitGroup();
    let data = 0;
    group.add();
    const waiter = go(async () => {
      await group.wait();
      expect(data).toBe(1);
    });

    await settle();
    data = 1;
    group.done();

    await allEnd(waiter);
  });

  it("NoRaceWaitGroupMultipleWait: all who wait are released by one done", async () => {
    const group = new WaitGroup();
    group.add(2);
    const waits = numbers(5).map(() => group.wait());

    group.done();
    expect(await pending(Promise.race(waits))).toBe(true);
    group.done();

    await Promise.all(waits);
  });

  it("NoRaceWaitGroupMultipleWait3: those who add, are done, and wait may all be others", async () => {
    const group = new WaitGroup();
    const continuations = new Continuations();
    const gate = new Chan<never>();
    group.add(3);
    const tasks = goMany(3, async () => {
      await gate.recv();
      group.done();
    });
    for (const name of ["a", "b"]) continuations.note(name, group.wait());

    await settle();
    expect(continuations.order).toEqual([]);
    gate.close();
    await tasks;
    await settle();

    expect(continuations.order).toEqual(["a", "b"]);
  });

  it("NoRaceWaitGroupConcurrentAdd: while it is not 0 anybody may add, also with waiters", async () => {
    const group = new WaitGroup();
    group.add();
    const waited = group.wait();

    group.add(2);
    group.done();
    group.done();
    expect(await pending(waited)).toBe(true);
    group.done();

    await waited;
  });

  it.each([
    ["NoRaceWaitGroupReuse", true],
    ["NoRaceWaitGroupReuse2", false],
  ])("%s: a group is used again once it was waited for", async (_, awaited) => {
    const group = new WaitGroup();

    for (let round = 0; round < 3; round++) {
      group.add(2);
      const waited = group.wait();
      group.done();
      group.done();
      // Go would call it misuse to go on before the waiter has: here the release stands.
      if (awaited) await waited;
      expect(group.count).toBe(0);
    }

    await group.wait();
  });
});

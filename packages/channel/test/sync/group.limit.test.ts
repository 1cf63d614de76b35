import { describe, expect, it, jest } from "@jest/globals";

import "../support/at-once.js";

import { Group } from "../../src/sync/group.js";
import { show } from "../../src/util/inspect.js";
import { Functions } from "../support/functions.js";
import { Gate } from "../support/gate.js";
import { pending, settle } from "../support/settle.js";
import { isFull } from "../../../../tools/testing/depth.js";

const VERY_MANY = isFull ? 50_000 : 10_000;

describe("Group, with a limit", () => {
  it.each([0, -0, -1, 0.5, 1.5, NaN, -Infinity, null, "1", 1n])(
    "W2: throws RangeError for %p",
    (limit) => {
      const message = `limit must be a positive integer or Infinity, not ${show(limit)}`;
      const make = (): Group => new Group({ limit: limit as number });
      expect(make).toThrow(new RangeError(message));
      expect(make).toThrow(RangeError);
    },
  );

  it.each([Infinity, undefined])("W2: runs all at once without one: %p", async (limit) => {
    const group = new Group({ limit });
    const functions = new Functions();
    const names = Array.from({ length: 1000 }, (_, i) => String(i));

    for (const name of names) void group.go(functions.named(name));

    expect(functions.started).toEqual(names);
    expect(group.tryGo(() => 1)).toBe(true);
    functions.end(...names);
    await group.wait();
  });

  it.each([1, 2, 10])("W2, G103: never more run than it allows: %p", async (limit) => {
    const group = new Group({ limit });
    let [active, most, ended] = [0, 0, 0];
    const fn = async (i: number): Promise<void> => {
      most = Math.max(most, ++active);
      for (let tick = 0; tick <= i % 7; tick++) await Promise.resolve();
      active--;
      ended++;
    };

    for (let i = 0; i < 1025; i++) void group.go(() => fn(i));
    await group.wait();

    expect(most).toBe(limit);
    expect(ended).toBe(1025);
  });

  describe("go", () => {
    it("W2: waits while as many run, and gives true when fn has started", async () => {
      const group = new Group({ limit: 1 });
      const functions = new Functions();
      void group.go(functions.named("a"));
      const started = group.go(functions.named("b"));

      expect(await pending(started)).toBe(true);
      expect(functions.started).toEqual(["a"]);
      functions.end("a");

      expect(await started).toBe(true);
      expect(functions.started).toEqual(["a", "b"]);
      functions.end("b");
      await group.wait();
    });

    it("W2: is first come, first served", async () => {
      const group = new Group({ limit: 2 });
      const functions = new Functions();
      for (const name of ["a", "b", "c", "d", "e"]) void group.go(functions.named(name));

      functions.end("b");
      await settle();
      expect(functions.started).toEqual(["a", "b", "c"]);
      functions.end("a", "c");
      await settle();

      expect(functions.started).toEqual(["a", "b", "c", "d", "e"]);
      functions.end("d", "e");
      await group.wait();
    });

    it("W2: one that comes in the tick in which turns become free overtakes none", async () => {
      for (let ticks = 0; ticks < 8; ticks++) {
        const group = new Group({ limit: 2 });
        const functions = new Functions();
        for (const name of ["a", "b", "c"]) void group.go(functions.named(name));

        functions.end("a", "b");
        for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
        void group.go(functions.named("d"));
        await settle();

        expect(functions.started).toEqual(["a", "b", "c", "d"]);
        functions.end("c", "d");
        await group.wait();
      }
    });

    it("W2: wait waits for those that wait for their turn", async () => {
      const group = new Group({ limit: 1 });
      const functions = new Functions();
      for (const name of ["a", "b", "c"]) void group.go(functions.named(name));
      const outcome = group.wait();

      for (const name of ["a", "b"]) {
        functions.end(name);
        expect(await pending(outcome)).toBe(true);
      }
      functions.end("c");

      await outcome;
      expect(functions.started).toEqual(["a", "b", "c"]);
    });

    it("C10: has no limit to those that wait, one after the other", async () => {
      const group = new Group({ limit: 1 });
      let runs = 0;

      for (let i = 0; i < VERY_MANY; i++) void group.go(() => runs++);
      await group.wait();

      expect(runs).toBe(VERY_MANY);
    });
  });

  describe("tryGo", () => {
    it("W2, G104: starts fn during the call if fewer run, and says whether it did", async () => {
      const group = new Group({ limit: 42 });
      const gate = new Gate();
      const fn = jest.fn(() => gate.promise);

      for (let i = 0; i < 42; i++) expect(group.tryGo(fn)).toBe(true);

      expect(group.tryGo(fn)).toBe(false);
      expect(fn).toHaveBeenCalledTimes(42);
      gate.open(1);
      await group.wait();
    });

    it("W2, G104: there is room again after wait", async () => {
      const group = new Group({ limit: 2 });
      for (let round = 0; round < 3; round++) {
        const started = [1, 2, 3].map(() => group.tryGo(() => settle()));
        expect(started).toEqual([true, true, false]);
        await group.wait();
      }
    });

    it("W2: does not overtake those that wait for their turn", async () => {
      const group = new Group({ limit: 1 });
      const functions = new Functions();
      void group.go(functions.named("a"));
      void group.go(functions.named("b"));

      functions.end("a");
      await settle();

      expect(group.tryGo(functions.named("c"))).toBe(false);
      expect(functions.started).toEqual(["a", "b"]);
      functions.end("b");
      await group.wait();
      expect(group.tryGo(functions.named("d"))).toBe(true);
      functions.end("d");
      await group.wait();
    });

    it("W2: what a function that has just got its turn tries, counts that function", async () => {
      const group = new Group({ limit: 2 });
      const functions = new Functions();
      const tried: boolean[] = [];
      void group.go(functions.named("a"));
      void group.go(functions.named("b"));
      void group.go(() => tried.push(group.tryGo(functions.named("c"))));

      functions.end("a");
      await settle();

      expect(tried).toEqual([false]);
      functions.end("b");
      await group.wait();
    });

    it("W2: there is room again when the function has ended, to those that learn of it later", async () => {
      const group = new Group({ limit: 1 });
      const gate = new Gate();
      expect(group.tryGo(() => gate.promise)).toBe(true);
      const next = gate.promise.then(() => group.tryGo(() => 1));

      gate.open(1);

      expect(await next).toBe(true);
      await group.wait();
    });
  });
});

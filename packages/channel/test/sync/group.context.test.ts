import { AsyncLocalStorage } from "node:async_hooks";

import { describe, expect, it } from "@jest/globals";

import { Group } from "../../src/sync/group.js";
import { Gate } from "../support/gate.js";
import { pending, settle } from "../support/settle.js";

describe("Group.go, and the async context", () => {
  it("W5: fn runs in the context of the caller, also when it had to wait for its turn", async () => {
    const context = new AsyncLocalStorage<string>();
    const group = new Group({ limit: 2 });
    const seen: string[] = [];
    const fn = (name: string) => async (): Promise<void> => {
      seen.push(`${name} in ${String(context.getStore())}`);
      await Promise.resolve();
      seen.push(`${name} still in ${String(context.getStore())}`);
    };

    for (const name of ["a", "b", "c", "d", "e"]) {
      context.run(name.toUpperCase(), () => void group.go(fn(name)));
    }
    void group.go(fn("f"));
    await group.wait();

    const expected = ["a", "b", "c", "d", "e"].flatMap((name) => [
      `${name} in ${name.toUpperCase()}`,
      `${name} still in ${name.toUpperCase()}`,
    ]);
    expected.push("f in undefined", "f still in undefined");
    expect(seen.sort()).toEqual(expected.sort());
  });

  it("W5: the caller goes on in its own context", async () => {
    const context = new AsyncLocalStorage<string>();
    const group = new Group({ limit: 1 });
    const gate = new Gate();
    void context.run("A", () => group.go(() => gate.promise));
    const seen = context.run("B", async () => [await group.go(() => 1), context.getStore()]);

    gate.open(1);

    expect(await seen).toEqual([true, "B"]);
    await group.wait();
  });

  it("W5, W2: goes on waiting until fn has been called, and then gives true", async () => {
    const group = new Group({ limit: 1 });
    const gates = [new Gate(), new Gate()] as const;
    let called = false;
    void group.go(() => gates[0].promise);
    const started = group.go(() => {
      called = true;
      return gates[1].promise;
    });

    expect(await pending(started)).toBe(true);
    gates[0].open(1);

    expect([await started, called]).toEqual([true, true]);
    gates[1].open(1);
    await group.wait();
  });

  it("W2: tryGo takes no place while one whose turn has come is yet to be called", async () => {
    for (let ticks = 0; ticks < 8; ticks++) {
      const group = new Group({ limit: 2 });
      const gates = [new Gate(), new Gate()] as const;
      const started: string[] = [];
      for (const gate of gates) void group.go(() => gate.promise);
      void group.go(() => started.push("c"));

      for (const gate of gates) gate.open(1);
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      const isStarted = group.tryGo(() => started.push("d"));
      await settle();

      expect(started).toEqual(isStarted ? ["c", "d"] : ["c"]);
      await group.wait();
    }
  });
});

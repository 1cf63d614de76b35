import { describe, expect, it, jest } from "@jest/globals";
import { setImmediate } from "node:timers/promises";

import { Group } from "../../src/sync/group.js";
import { busyGroup } from "../support/busy-group.js";
import { Gate } from "../support/gate.js";
import { isGarbage } from "../support/memory.js";
import { collect } from "../support/process.js";
import { settle } from "../support/settle.js";
import { aborted, countCalls, listeners, reason } from "../support/signals.js";

const failure = new Error("failure");

describe("abort listeners of a Group", () => {
  it("C7: there is one, however many groups and functions there are, and none after wait", async () => {
    const { signal } = new AbortController();
    const calls = countCalls(signal);
    const groups = Array.from({ length: 1000 }, () => new Group({ limit: 1, signal }));
    for (const group of groups) for (let i = 0; i < 3; i++) void group.go(() => i);
    expect(listeners(signal)).toBe(1);

    await Promise.all(groups.map((group) => group.wait()));

    expect(listeners(signal)).toBe(0);
    expect(calls).toEqual({ added: 1, removed: 1 });
  });

  it("C7: there is none after a wait that rejects", async () => {
    const { signal } = new AbortController();
    const group = new Group({ signal });

    void group.go(() => Promise.reject(failure));
    await expect(group.wait()).rejects.toBe(failure);

    expect(listeners(signal)).toBe(0);
  });

  it("C7: there is none once the group has failed, though nothing waits for it", async () => {
    const { signal } = new AbortController();
    const group = new Group({ signal });

    await group.go(() => Promise.reject(failure));
    await settle();

    expect(listeners(signal)).toBe(0);
    await expect(group.wait()).rejects.toBe(failure);
  });

  it("C7: there is none once the signal is aborted", async () => {
    const { outer, group, running } = busyGroup();

    outer.abort(reason);

    expect(listeners(outer.signal)).toBe(0);
    running.open(1);
    await expect(group.wait()).rejects.toBe(reason);
  });

  it("C7: there is none on the group's own signal while functions wait for their turn", async () => {
    const { group, running } = busyGroup();

    expect(listeners(group.signal)).toBe(0);

    running.open(1);
    await group.wait();
  });

  it("C7: there is none if the signal is aborted already", () => {
    const signal = aborted();
    const calls = countCalls(signal);

    new Group({ signal });

    expect(calls).toEqual({ added: 0, removed: 0 });
  });

  it("B12: there is none before anything runs, then one, and none after wait", async () => {
    const { signal } = new AbortController();
    const calls = countCalls(signal);
    const group = new Group({ limit: 1, signal });
    expect(listeners(signal)).toBe(0);
    const gates = [new Gate(), new Gate()] as const;

    const started = gates.map((gate) => group.go(() => gate.promise));
    expect(listeners(signal)).toBe(1);
    gates[0].open(1);
    await Promise.all(started);
    gates[1].open(1);
    await settle();
    await group.go(() => 1);
    expect(listeners(signal)).toBe(1);
    await group.wait();

    expect(listeners(signal)).toBe(0);
    expect(calls).toEqual({ added: 1, removed: 1 });
  });

  it("W2: a signal that a function was given is aborted with the outer one, while nothing runs", async () => {
    const outer = new AbortController();
    const group = new Group(outer);
    const given: AbortSignal[] = [];
    void group.tryGo((signal) => given.push(signal));
    await settle();

    outer.abort(reason);

    expect(given.map((signal): unknown[] => [signal.aborted, signal.reason])).toEqual([
      [true, reason],
    ]);
    expect(listeners(outer.signal)).toBe(0);
    await expect(group.wait()).rejects.toBe(reason);
  });

  it("B12: one that is never waited for is garbage, though its outer signal is not", async () => {
    const { signal } = new AbortController();
    const left = async (): Promise<WeakRef<object>> => {
      const group = new Group({ limit: 1, signal });
      await Promise.all([group.go(() => 1), group.go(() => 2)]);
      await settle();
      return new WeakRef(group);
    };

    const refs = await Promise.all([left(), left()]);

    expect(await isGarbage(...refs)).toBe(true);
    expect(signal.aborted).toBe(false);
  });

  it("B12: a group that is garbage has no listener", async () => {
    const { signal } = new AbortController();
    const left = async (): Promise<WeakRef<object>> => {
      const group = new Group({ signal });
      expect(group.signal.aborted).toBe(false);
      await group.go(() => 1);
      await settle();
      return new WeakRef(group);
    };
    const refs = await Promise.all(Array.from({ length: 100 }, left));
    expect(listeners(signal)).toBe(1);

    expect(await isGarbage(...refs)).toBe(true);
    // What is garbage is told in one of the next turns.
    for (let turn = 0; turn < 10 && listeners(signal) > 0; turn++) await setImmediate();

    expect(listeners(signal)).toBe(0);
  });

  it("B12, W2: the holder of the signal is told of the abort, though the group is dropped", async () => {
    const get: ((group: Group) => Promise<AbortSignal>)[] = [
      (group) => Promise.resolve(group.signal),
      (group) =>
        new Promise((resolve) => {
          void group.go(resolve);
        }),
    ];
    for (const how of get) {
      const outer = new AbortController();
      const signal = await how(new Group(outer));
      await settle();
      expect(await isGarbage(new WeakRef({}))).toBe(true);
      await setImmediate();

      outer.abort(reason);

      expect([signal.aborted, signal.reason]).toEqual([true, reason]);
    }
  });

  it("B12, W2: what runs is told of the abort, though all is dropped but the outer signal", async () => {
    const outer = new AbortController();
    const told: unknown[] = [];
    const leave = (): void => {
      const group = new Group(outer);
      for (const runs of [false, true]) {
        void group.go(async (signal) => {
          if (!runs) return;
          await new Promise((resolve) => {
            signal.addEventListener("abort", resolve);
          });
          told.push(signal.reason);
        });
      }
    };
    leave();
    await settle();
    expect(await isGarbage(new WeakRef({}))).toBe(true);

    outer.abort(reason);
    await settle();

    expect(told).toEqual([reason]);
  });

  it("B12: one that hangs is garbage when its outer signal is, as others are that are not", async () => {
    const { signal } = new AbortController();
    const leave = (): WeakRef<object> => {
      const outer = new AbortController();
      const group = new Group(outer);
      void group.go(() => new Promise(() => undefined));
      return new WeakRef(group);
    };

    expect(await isGarbage(leave(), leave())).toBe(true);
    expect(signal.aborted).toBe(false);
  });

  it("B12: one that has failed is garbage though its signal is in use", async () => {
    const { signal } = new AbortController();
    const left = async (): Promise<[WeakRef<object>, AbortSignal]> => {
      const group = new Group({ signal });
      await group.go(() => Promise.reject(failure));
      await settle();
      return [new WeakRef(group), group.signal];
    };

    const [ref, own] = await left();

    expect(await isGarbage(ref)).toBe(true);
    expect([own.reason, signal.aborted]).toEqual([failure, false]);
  });

  it.each(["WeakRef", "FinalizationRegistry"] as const)(
    "B12, W2: where there is no %s, the holder of the signal is told all the same",
    async (name) => {
      const there = globalThis[name];
      Object.assign(globalThis, { [name]: undefined });
      try {
        await jest.isolateModulesAsync(async () => {
          const old = await import("../../src/sync/group.js");
          const outer = new AbortController();
          const group = new old.Group(outer);
          const { signal } = group;
          await group.go(() => 1);
          await settle();

          outer.abort(reason);

          expect([signal.aborted, signal.reason]).toEqual([true, reason]);
          await expect(group.wait()).rejects.toBe(reason);
        });
      } finally {
        Object.assign(globalThis, { [name]: there });
      }
    },
  );

  it("B12, W2: one whose signal was asked for is told of the abort, also while nothing runs", async () => {
    const outer = new AbortController();
    const group = new Group(outer);
    const { signal } = group;
    await group.go(() => 1);
    await settle();
    expect(listeners(outer.signal)).toBe(1);

    outer.abort(reason);

    expect([signal.aborted, signal.reason]).toEqual([true, reason]);
    expect(listeners(outer.signal)).toBe(0);
    await expect(group.wait()).rejects.toBe(reason);
  });

  it("B12, W2: aborted while nothing runs, its signal, go and tryGo know", async () => {
    for (const look of [
      async (group: Group) => group.signal.aborted && !(await group.go(() => 1)),
      async (group: Group) => !(await group.go(() => 1)) && group.signal.aborted,
      async (group: Group) => !group.tryGo(() => 1) && Promise.resolve(group.signal.aborted),
    ]) {
      const outer = new AbortController();
      const group = new Group(outer);
      await group.go(() => 1);
      await settle();

      outer.abort(reason);

      expect(await look(group)).toBe(true);
      expect(group.signal.reason).toBe(reason);
      await expect(group.wait()).rejects.toBe(reason);
    }
  });

  it("C7: asking for the signal ties it once, and after wait not at all", async () => {
    const { signal } = new AbortController();
    const calls = countCalls(signal);
    const group = new Group({ signal });

    expect(group.signal).toBe(group.signal);
    await group.go(() => 1);
    expect(calls).toEqual({ added: 1, removed: 0 });
    await group.wait();
    expect(group.signal.aborted).toBe(true);

    expect(calls).toEqual({ added: 1, removed: 1 });
  });

  it("B10: null is no signal, and what is none is refused when the group is made", () => {
    expect(new Group({ signal: null as never }).signal.aborted).toBe(false);
    expect(() => new Group({ signal: "abort" as never })).toThrow(
      new TypeError('signal must be an AbortSignal, not "abort"'),
    );
  });

  it("B12: an abort harms nothing when the group is garbage and its listener is still there", async () => {
    const outer = new AbortController();
    const leave = (): WeakRef<object> => {
      const group = new Group(outer);
      expect(group.signal.aborted).toBe(false);
      return new WeakRef(group);
    };

    const uncaught = await collect("uncaughtException", async () => {
      expect(await isGarbage(leave())).toBe(true);
      expect(listeners(outer.signal)).toBe(1);
      outer.abort(reason);
      await setImmediate();
    });

    expect(uncaught).toEqual([]);
  });

  it("B12: a group and its outer signal may be garbage together", async () => {
    const leave = (): WeakRef<object> => {
      const group = new Group(new AbortController());
      expect(group.signal.aborted).toBe(false);
      return new WeakRef(group);
    };

    const uncaught = await collect("uncaughtException", async () => {
      expect(await isGarbage(leave())).toBe(true);
      await setImmediate();
    });

    expect(uncaught).toEqual([]);
  });
});

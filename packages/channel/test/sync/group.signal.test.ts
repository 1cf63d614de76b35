import { describe, expect, it, jest } from "@jest/globals";

import "../support/at-once.js";

import { Group } from "../../src/sync/group.js";
import { busyGroup } from "../support/busy-group.js";
import { pending, settle } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";

const failure = new Error("failure");

describe("Group, with a signal from outside", () => {
  describe("aborted before the group is made", () => {
    it("W2: starts nothing, and wait rejects with the reason", async () => {
      const group = new Group({ signal: aborted() });
      const fn = jest.fn();

      expect(group.signal.aborted).toBe(true);
      expect(group.signal.reason).toBe(reason);
      expect(await group.go(fn)).toBe(false);
      expect(group.tryGo(fn)).toBe(false);

      expect(fn).not.toHaveBeenCalled();
      await expect(group.wait()).rejects.toBe(reason);
      await expect(group.wait()).rejects.toBe(reason);
    });
  });

  describe("aborted while functions run", () => {
    it("W2: aborts the group's signal at once, with the reason", async () => {
      const { outer, group, running } = busyGroup();

      outer.abort(reason);

      expect(group.signal.aborted).toBe(true);
      expect(group.signal.reason).toBe(reason);
      running.open(1);
      await expect(group.wait()).rejects.toBe(reason);
    });

    it("W2: starts nothing that waits for its turn, and waits for what runs", async () => {
      const { outer, group, running, started, waiting } = busyGroup();
      const outcome = group.wait();

      outer.abort(reason);

      expect(await Promise.all(started)).toEqual([true, false]);
      expect(await pending(outcome)).toBe(true);
      running.open(1);
      await expect(outcome).rejects.toBe(reason);
      expect(waiting).not.toHaveBeenCalled();
    });

    it("W2: functions that fail because of it do not change the reason", async () => {
      const { outer, group, running } = busyGroup();

      outer.abort(reason);
      running.fail(failure);

      await expect(group.wait()).rejects.toBe(reason);
      expect(group.signal.reason).toBe(reason);
    });

    it.each([null, 0, "text"])(
      "W2: wait rejects with whatever the reason is: %p",
      async (value) => {
        const outer = new AbortController();
        const group = new Group(outer);

        outer.abort(value);

        await expect(group.wait()).rejects.toBe(value);
        expect(group.signal.reason).toBe(value);
      },
    );
  });

  describe("and a function that fails in the same tick", () => {
    it("W2: the abort comes first: wait rejects with the reason", async () => {
      const outer = new AbortController();
      const group = new Group(outer);
      const fn = jest.fn(() => {
        throw failure;
      });

      outer.abort(reason);
      const started = group.go(fn);

      expect(await started).toBe(false);
      expect(fn).not.toHaveBeenCalled();
      await expect(group.wait()).rejects.toBe(reason);
    });

    it("W2: the failure comes first: wait rejects with it, and the signal keeps it", async () => {
      const outer = new AbortController();
      const group = new Group(outer);

      void group.go(() => {
        throw failure;
      });
      outer.abort(reason);

      await expect(group.wait()).rejects.toBe(failure);
      expect(group.signal.reason).toBe(failure);
    });

    it("W2: the failure comes first although others run on", async () => {
      const { outer, group, running } = busyGroup();

      running.fail(failure);
      await settle();
      outer.abort(reason);

      await expect(group.wait()).rejects.toBe(failure);
      expect(group.signal.reason).toBe(failure);
    });
  });

  describe("and a turn that becomes free in the same tick", () => {
    it("W2: the abort comes first: nothing is started", async () => {
      const { outer, group, running, started, waiting } = busyGroup();

      outer.abort(reason);
      running.open(1);

      expect(await Promise.all(started)).toEqual([true, false]);
      await expect(group.wait()).rejects.toBe(reason);
      expect(waiting).not.toHaveBeenCalled();
    });

    it("W2: the turn comes first: the function has started", async () => {
      const { outer, group, running, started, waiting } = busyGroup();

      running.open(1);
      expect(await started[1]).toBe(true);
      outer.abort(reason);

      expect(await started[0]).toBe(true);
      expect(waiting).toHaveBeenCalledTimes(1);
      await expect(group.wait()).rejects.toBe(reason);
    });
  });

  it("W2, C7: an abort at any moment: what was not called before it is not called after it", async () => {
    for (let ticks = 0; ticks < 12; ticks++) {
      const { outer, group, running, started, waiting } = busyGroup();

      running.open(1);
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      outer.abort(reason);
      const calls = waiting.mock.calls.length;

      expect(await Promise.all(started)).toEqual([true, calls === 1]);
      expect(waiting).toHaveBeenCalledTimes(calls);
      await expect(group.wait()).rejects.toBe(reason);
    }
  });

  it("C7: starts nothing from the abort on, even if another abort listener asks first", async () => {
    const outer = new AbortController();
    const fn = jest.fn();
    const started: unknown[] = [];
    let seen: unknown;
    outer.signal.addEventListener("abort", () => {
      started.push(group.tryGo(fn), group.go(fn));
      seen = group.signal.reason;
    });
    const group = new Group(outer);

    outer.abort(reason);

    expect(await Promise.all(started)).toEqual([false, false]);
    expect(fn).not.toHaveBeenCalled();
    expect(seen).toBe(reason);
    await expect(group.wait()).rejects.toBe(reason);
  });

  it("W2: what is derived is aborted with what it derives from, synchronously, and its sibling is not", () => {
    const outer = new AbortController();
    const child = new Group(outer);
    const grandchild = new Group({ signal: child.signal });
    const sibling = new Group();

    outer.abort(reason);

    expect([child.signal.reason, grandchild.signal.reason]).toEqual([reason, reason]);
    expect(sibling.signal.aborted).toBe(false);
  });

  it("W2, C7: a tree of a hundred may be aborted from all its nodes, and keeps no listener", () => {
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    const aborts = [new AbortController()];
    const groups = [new Group(aborts[0])];
    for (let i = 1; i < 100; i++) {
      const abort = new AbortController();
      groups[(i - 1) >> 1]!.signal.addEventListener("abort", () => abort.abort(i));
      aborts.push(abort);
      groups.push(new Group(abort));
    }

    for (const i of numbers) aborts[(i * 37) % 100]!.abort(i);

    expect(groups.every(({ signal }) => signal.aborted)).toBe(true);
    expect(aborts.map(({ signal }) => listeners(signal))).toEqual(numbers.map(() => 0));
  });

  it("W2: aborted when all has ended, but before wait: wait rejects with the reason", async () => {
    const outer = new AbortController();
    const group = new Group(outer);
    await group.go(() => 1);
    await settle();

    outer.abort(reason);

    await expect(group.wait()).rejects.toBe(reason);
  });

  it("W2: aborted after wait, it changes nothing", async () => {
    const outer = new AbortController();
    const group = new Group(outer);
    await group.go(() => 1);
    await group.wait();
    const before: unknown = group.signal.reason;

    outer.abort(reason);

    await group.wait();
    expect(group.signal.reason).toBe(before);
    expect(await group.go(() => 1)).toBe(true);
    await group.wait();
  });

  it("W2: is not aborted by what happens in the group", async () => {
    const outer = new AbortController();
    const group = new Group(outer);

    void group.go(() => Promise.reject(failure));

    await expect(group.wait()).rejects.toBe(failure);
    expect(outer.signal.aborted).toBe(false);
  });
});

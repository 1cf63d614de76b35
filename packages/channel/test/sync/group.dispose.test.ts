import { describe, expect, it, jest } from "@jest/globals";

import { Group } from "../../src/sync/group.js";
import { busyGroup } from "../support/busy-group.js";
import { failing } from "../support/failing.js";
import { Gate } from "../support/gate.js";
import { pending, settle } from "../support/settle.js";
import { listeners, reason } from "../support/signals.js";

describe("Group, disposed of", () => {
  it("W5: aborts what runs, starts nothing that waits, and waits for its end", async () => {
    const { outer, group, running, started, waiting } = busyGroup();

    const disposed = group[Symbol.asyncDispose]();

    expect(group.signal.aborted).toBe(true);
    expect(group.signal.reason).toMatchObject({ name: "AbortError", message: "group disposed" });
    expect(await Promise.all(started)).toEqual([true, false]);
    expect(await pending(disposed)).toBe(true);
    running.open(1);
    await disposed;
    expect(waiting).not.toHaveBeenCalled();
    expect(outer.signal.aborted).toBe(false);
    expect(listeners(outer.signal)).toBe(0);
  });

  it("W5: never rejects, whatever the functions do, and wait tells of the abort", async () => {
    const group = new Group();
    const gate = new Gate();
    void group.go(() => gate.promise);
    // Expected from now on: it may be told a turn before or after the end of the disposal.
    const outcome = expect(group.wait()).rejects.toThrow("group disposed");

    const disposed = group[Symbol.asyncDispose]();
    gate.fail(reason);

    await disposed;
    await outcome;
    await expect(group.wait()).rejects.toThrow("group disposed");
  });

  it("W5: does not reject if the group has failed, and wait still tells the failure", async () => {
    const group = new Group();
    void group.go(failing(reason));
    await settle();

    await group[Symbol.asyncDispose]();

    await expect(group.wait()).rejects.toBe(reason);
  });

  it("W5: nothing is started any more", async () => {
    const group = new Group();
    const fn = jest.fn();

    await group[Symbol.asyncDispose]();

    expect([await group.go(fn), group.tryGo(fn)]).toEqual([false, false]);
    expect(fn).not.toHaveBeenCalled();
    expect(group.signal.aborted).toBe(true);
  });

  it("W5: after wait it changes nothing, and wait gives the same again", async () => {
    const group = new Group();
    void group.go(() => 1);
    await group.wait();
    const before: unknown = group.signal.reason;

    await group[Symbol.asyncDispose]();
    await group[Symbol.asyncDispose]();

    await group.wait();
    expect(group.signal.reason).toBe(before);
  });

  it("W5: a block that uses it leaves nothing behind when it throws", async () => {
    let ended = false;
    const block = async (): Promise<void> => {
      await using group = new Group();
      void group.go(async (signal) => {
        await new Promise((resolve) => {
          signal.addEventListener("abort", resolve);
        });
        ended = true;
      });
      throw reason;
    };

    await expect(block()).rejects.toBe(reason);

    expect(ended).toBe(true);
  });

  it("W5: the outer signal that was aborted while nothing ran is still the reason", async () => {
    const outer = new AbortController();
    const group = new Group(outer);
    outer.abort(reason);

    await group[Symbol.asyncDispose]();

    await expect(group.wait()).rejects.toBe(reason);
  });
});

import { describe, expect, it } from "@jest/globals";

import "../support/at-once.js";

import { Group } from "../../src/sync/group.js";
import { Functions } from "../support/functions.js";
import { pending } from "../support/settle.js";
import { reason } from "../support/signals.js";
import { isFull } from "../../../../tools/testing/depth.js";

describe("Group, with a limit, that has failed", () => {
  it("W2: nothing that still waits for its turn is started: go gives false", async () => {
    const group = new Group({ limit: 2 });
    const functions = new Functions();
    const started = ["a", "b", "c", "d"].map((name) => group.go(functions.named(name)));

    functions.fail("b", reason);

    expect(await Promise.all(started)).toEqual([true, true, false, false]);
    functions.end("a");
    await expect(group.wait()).rejects.toBe(reason);
    expect(functions.started).toEqual(["a", "b"]);
  });

  it("W2: nothing is started although a turn becomes free in the same tick, if the failure is first", async () => {
    const group = new Group({ limit: 2 });
    const functions = new Functions();
    const started = ["a", "b", "c"].map((name) => group.go(functions.named(name)));

    functions.fail("a", reason);
    functions.end("b");

    expect(await Promise.all(started)).toEqual([true, true, false]);
    await expect(group.wait()).rejects.toBe(reason);
    expect(functions.started).toEqual(["a", "b"]);
  });

  it("W2: one whose turn has come, but that was not called before the failure, is not started", async () => {
    const group = new Group({ limit: 2 });
    const functions = new Functions();
    const started = ["a", "b", "c", "d"].map((name) => group.go(functions.named(name)));

    functions.end("b");
    functions.fail("a", reason);

    expect(await Promise.all(started)).toEqual([true, true, false, false]);
    await expect(group.wait()).rejects.toBe(reason);
    expect(functions.started).toEqual(["a", "b"]);
  });

  it("W2: what got its turn before the failure runs, and is waited for", async () => {
    const group = new Group({ limit: 2 });
    const functions = new Functions();
    const started = ["a", "b", "c", "d"].map((name) => group.go(functions.named(name)));

    functions.end("b");
    expect(await started[2]).toBe(true);
    functions.fail("a", reason);
    const outcome = group.wait();

    expect(await Promise.all(started)).toEqual([true, true, true, false]);
    expect(await pending(outcome)).toBe(true);
    functions.end("c");
    await expect(outcome).rejects.toBe(reason);
    expect(functions.started).toEqual(["a", "b", "c"]);
  });

  it("W2: a synchronous throw of one that got its turn stops those behind it", async () => {
    const group = new Group({ limit: 1 });
    const functions = new Functions();
    const throwing = (): never => {
      throw reason;
    };
    const started = [functions.named("a"), throwing, functions.named("b")].map((fn) =>
      group.go(fn),
    );

    functions.end("a");

    expect(await Promise.all(started)).toEqual([true, true, false]);
    await expect(group.wait()).rejects.toBe(reason);
    expect(functions.started).toEqual(["a"]);
  });

  it("C10: very many that wait for their turn are told so", async () => {
    const group = new Group({ limit: 1 });
    const functions = new Functions();
    void group.go(functions.named("a"));
    const started = Array.from({ length: isFull ? 50_000 : 10_000 }, () => group.go(() => 1));

    functions.fail("a", reason);

    expect(new Set(await Promise.all(started))).toEqual(new Set([false]));
    await expect(group.wait()).rejects.toBe(reason);
  });
});

// Where memory cannot be shared, as in a page that is not isolated.

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { Crew, endCrews, turns, watch } from "./support/manual.js";

const { SharedArrayBuffer } = globalThis;

beforeEach(() => {
  globalThis.SharedArrayBuffer = undefined as never;
});

afterEach(async () => {
  globalThis.SharedArrayBuffer = SharedArrayBuffer;
  await endCrews();
});

describe("Threads without shared memory", () => {
  it("X7: a thread has at most one call before it that it has not begun", async () => {
    const crew = new Crew({ size: 2 });
    const calls = [1, 2, 3, 4, 5].map((n) => watch(crew.run("t", n)));
    await turns();
    // Not before it says that it has loaded its tasks: what it was sent counts as begun.
    expect(crew.all.map(({ inputs }) => inputs)).toEqual([[], []]);
    for (const thread of crew.all) thread.ready();
    await turns();
    expect(crew.all.map(({ inputs }) => inputs)).toEqual([[1], [2]]);
    expect(crew.at(0).hello.isShared).toBe(false);
    for (let round = 0; round < 3; round++) {
      for (const thread of crew.all) thread.runAll();
      await turns();
    }
    expect(calls.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5]);
  });

  it("X1, X7: a call that waits for a thread that starts does not start another", async () => {
    const crew = new Crew({ size: 4 });
    const calls = [1, 2].map(async (n) => {
      if (n === 2) await turns();
      return crew.run("t", n);
    });
    await turns(12);
    expect(crew.all).toHaveLength(2);
    for (const thread of crew.all) thread.ready();
    await turns();
    for (const thread of crew.all) thread.runAll();
    await expect(Promise.all(calls)).resolves.toEqual([1, 2]);
  });

  it("X7: a task that waits lets the next one come", async () => {
    const crew = new Crew({ size: 1 });
    for (const n of [1, 2]) void crew.run("t", n);
    await turns();
    const thread = crew.at(0);
    thread.ready();
    await turns();
    thread.begin();
    thread.tell();
    await turns();
    expect(thread.inputs).toEqual([1, 2]);
    expect(crew.threads.stats).toMatchObject({ running: 2, waiting: 0 });
  });

  it("X4: an abort is told by a message; what waits here never runs", async () => {
    const crew = new Crew({ size: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [1, 2].map((n) => watch(crew.run("t", n, { signal })));
    const last = watch(crew.run("t", 3));
    await turns();
    const thread = crew.at(0);
    thread.ready();
    await turns();
    controller.abort("enough");
    await turns();
    expect(calls.map(({ reason }) => reason)).toEqual(["enough", "enough"]);
    expect(thread.aborts).toEqual([[0, { kind: "value", value: "enough" }]]);
    thread.runAll();
    await turns();
    expect(thread.inputs).toEqual([1, 3]);
    thread.runAll();
    await turns();
    expect(last.value).toBe(3);
  });

  it("X3: what a thread was sent fails when it ends, and what waits moves", async () => {
    const crew = new Crew({ size: 1 });
    const calls = [1, 2].map((n) => watch(crew.run("t", n)));
    const bound = watch(crew.run("t", 3, { worker: 0 }));
    await turns();
    crew.at(0).ready();
    await turns();
    expect(crew.at(0).inputs).toEqual([3]);
    crew.at(0).exit(1);
    await turns();
    expect(bound.reason).toMatchObject({ name: "ThreadExitError" });
    crew.at(1).ready();
    await turns();
    crew.at(1).runAll();
    await turns();
    crew.at(1).runAll();
    await turns();
    expect(calls.map(({ value }) => value)).toEqual([1, 2]);
  });
});

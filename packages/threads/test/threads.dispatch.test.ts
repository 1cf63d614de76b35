// Which thread gets which call, and when.

import { afterEach, describe, expect, it } from "@jest/globals";

import { Crew, endCrews, turns, watch } from "./support/manual.js";

afterEach(endCrews);

describe("Threads", () => {
  it("X1, X8: threads start when needed; calls of one turn travel together", async () => {
    const crew = new Crew({ size: 2 });
    await turns();
    expect(crew.all).toHaveLength(0);

    const calls = Array.from({ length: 10 }, (_, n) => crew.run("t", n));
    expect(crew.all).toHaveLength(0);
    await turns();
    expect(crew.all.map(({ inputs }) => inputs)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
    ]);
    expect(crew.all.map(({ messages }) => messages)).toEqual([1, 1]);
    for (const thread of crew.all) thread.runAll();
    await expect(Promise.all(calls)).resolves.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("X1: one call starts one thread, and the next goes to it when it is idle", async () => {
    const crew = new Crew({ size: 2 });
    for (const n of [1, 2]) {
      const call = crew.run("t", n);
      await turns();
      crew.at(0).runAll();
      await call;
      await turns();
    }
    expect(crew.all).toHaveLength(1);
  });

  it("X1: a thread that starts and has nothing before it gets the next call", async () => {
    const crew = new Crew({ size: 3 });
    const controller = new AbortController();
    void crew.run("t", 1, { signal: controller.signal });
    await turns();
    controller.abort();
    const next = crew.run("t", 2);
    await turns();
    expect(crew.all).toHaveLength(1);
    crew.at(0).runAll();
    await expect(next).resolves.toBe(2);
  });

  it("X1, X9: calls that wait for a thread that starts do not start one after the other", async () => {
    const crew = new Crew({ size: 4 });
    const calls: Promise<unknown>[] = [];
    for (const bytes of [new Uint8Array(1), new Uint8Array(2)]) {
      calls.push(crew.run("t", bytes, { transfer: [bytes.buffer] }));
      await turns();
    }
    expect(crew.all).toHaveLength(2);
    for (const thread of crew.all) thread.ready();
    await turns();
    for (const thread of crew.all) thread.runAll();
    expect((await Promise.all(calls)).map((it) => (it as Uint8Array).length)).toEqual([1, 2]);
  });

  it("X1: a call goes to a thread that is idle, then to a new one, then to the least loaded", async () => {
    const crew = new Crew({ size: 3 });
    const waits = async (thread: number): Promise<void> => {
      void crew.run("waits", "w");
      await turns();
      crew.at(thread).begin();
      crew.at(thread).tell();
      await turns();
    };
    await waits(0);
    await waits(1);
    await waits(2);
    expect(crew.all.map(({ inputs }) => inputs)).toEqual([["w"], ["w"], ["w"]]);
    await waits(0);
    await waits(1);
    // The third has the least to do now.
    await waits(2);
    expect(crew.threads.stats).toMatchObject({ running: 6, waiting: 0 });
  });

  it("X1: `worker` addresses a thread, and its calls are not taken by others", async () => {
    const crew = new Crew({ size: 2 });
    await crew.start();
    const calls = [1, 2, 3].map((n) => crew.run("t", n, { worker: 5 }));
    await turns();
    crew.at(1).begin();
    crew.at(0).tell();
    await turns();
    expect(crew.all.map(({ inputs }) => inputs)).toEqual([[0], [1, 1, 2, 3]]);
    crew.at(1).value(1, "first");
    await expect(calls[0]).resolves.toBe("first");
  });

  it("X1: a thread that becomes free takes half of what waits behind a call", async () => {
    const crew = new Crew({ size: 2 });
    await crew.start();
    for (let n = 0; n < 8; n++) void crew.run("t", n);
    await turns();
    const [first, second] = [crew.at(0), crew.at(1)];
    expect([first.inputs, second.inputs]).toEqual([
      [0, 0, 1, 2, 3],
      [1, 4, 5, 6, 7],
    ]);
    first.begin();
    second.runAll();
    await turns();
    // Four had not been said to have begun: half of them, but for the one that had.
    expect(second.inputs.slice(5)).toEqual([1, 2]);
    second.runAll();
    await turns();
    expect(second.inputs.slice(7)).toEqual([3]);
    second.runAll();
    await turns();
    expect(second.inputs).toHaveLength(8);
    // What was taken away is passed over.
    expect([first.begin(), first.begin(), first.begin()]).toEqual([false, false, false]);
  });

  it("X1: the only call stays with a thread that will begin it at once", async () => {
    const crew = new Crew({ size: 2 });
    await crew.start();
    void crew.run("t", "lone");
    await turns();
    crew.at(1).tell();
    await turns();
    expect(crew.at(1).inputs).toEqual([1]);
    // Behind something that runs it would wait.
    crew.at(0).begin();
    crew.at(0).tell();
    void crew.run("t", "second", { worker: 1 });
    await turns();
    void crew.run("t", "third");
    await turns();
    expect(crew.at(0).inputs).toEqual([0, "lone", "third"]);
    crew.at(1).runAll();
    await turns();
    expect(crew.at(1).inputs).toEqual([1, "second", "third"]);
  });

  it("X1: what a thread was sent that still starts is taken by one that is idle", async () => {
    const crew = new Crew({ size: 2 });
    void crew.run("t", "a");
    void crew.run("t", "b");
    await turns();
    crew.at(0).runAll();
    await turns();
    expect(crew.at(0).inputs).toEqual(["a", "b"]);
  });

  it("X1: while none is free, calls wait; a thread of quick ones gets more ahead", async () => {
    const crew = new Crew({ size: 1 });
    await crew.start();
    const thread = crew.at(0);
    for (let n = 0; n < 3000; n++) void crew.run("t", n);
    await turns();
    expect(thread.calls).toHaveLength(1 + 1024);
    void crew.run("t", "waits");
    await turns();
    expect(thread.calls).toHaveLength(1 + 1024);
    // Some, but not enough to be called quick.
    for (let i = 0; i < 10; i++) thread.begin();
    thread.tell();
    await turns();
    expect(thread.calls).toHaveLength(1 + 1024);
    for (let i = 0; i < 600; i++) thread.begin();
    thread.tell();
    await turns();
    expect(thread.calls).toHaveLength(1 + 1024 + 610);
  });

  it("X1: many that wait get a new page of shared memory, again and again", async () => {
    const crew = new Crew({ size: 1 });
    await crew.start();
    const thread = crew.at(0);
    const calls = Array.from({ length: 3000 }, (_, n) => crew.run("t", n));
    for (let round = 0; round < 4; round++) {
      await turns();
      thread.beginAll();
      thread.tell();
    }
    await turns();
    expect(thread.calls).toHaveLength(3001);
    expect(new Set(thread.calls.slice(1).map(({ slot }) => slot)).size).toBe(3000);
    expect(crew.threads.stats.running).toBe(3000);
    for (let n = 3000; n > 0; n--) thread.value(n, n - 1);
    await expect(Promise.all(calls)).resolves.toEqual(Array.from({ length: 3000 }, (_, n) => n));
  });

  it("X9: a call with `transfer` stays here until a thread is free", async () => {
    const crew = new Crew({ size: 1 });
    const bytes = new Uint8Array([1, 2, 3]);
    const before = watch(crew.run("t", "before"));
    const moved = watch(crew.run("t", bytes, { transfer: [bytes.buffer] }));
    const after = watch(crew.run("t", "after"));
    await turns();
    const thread = crew.at(0);
    // Those behind do not overtake it.
    expect(thread.inputs).toEqual(["before"]);
    thread.runAll();
    await turns();
    expect(thread.inputs).toEqual(["before", bytesOf(1, 2, 3)]);
    thread.runAll();
    await turns();
    thread.runAll();
    await turns();
    expect([before.value, moved.value, after.value]).toEqual(["before", bytesOf(1, 2, 3), "after"]);
  });

  it("X9: with `transfer` and `worker`, until that thread is", async () => {
    const crew = new Crew({ size: 2 });
    const bytes = new Uint8Array([1]);
    const call = watch(crew.run("t", bytes, { transfer: [bytes.buffer], worker: 1 }));
    await turns();
    const [thread] = crew.all;
    expect(thread!.hello.thread).toBe(1);
    expect([thread!.inputs, thread!.isHeld]).toEqual([[], true]);
    thread!.ready();
    await turns();
    thread!.runAll();
    await turns();
    expect(call.value).toEqual(bytesOf(1));
  });

  it("X9: an input is what it was at the call", async () => {
    const crew = new Crew({ size: 1 });
    const [list, bytes] = [[1], new Uint8Array([1])];
    const pooled = Buffer.from("in a pool");
    const shared = new Int32Array(new SharedArrayBuffer(4));
    for (const input of [list, bytes, pooled, shared]) void crew.run("t", input);
    list.push(2);
    bytes[0] = 2;
    pooled.fill(0);
    shared[0] = 7;
    await turns();
    const [gotList, gotBytes, gotPooled, gotShared] = crew.at(0).inputs;
    expect([gotList, gotBytes]).toEqual([[1], bytesOf(1)]);
    // Not the whole pool has travelled.
    expect((gotPooled as Uint8Array).buffer.byteLength).toBe(9);
    expect(String(Buffer.from(gotPooled as Uint8Array))).toBe("in a pool");
    expect((gotShared as Int32Array)[0]).toBe(7);
  });

  it("X1: the process is kept alive while a call has not settled", async () => {
    const crew = new Crew({ size: 2 });
    await crew.start();
    expect(crew.all.map(({ isHeld }) => isHeld)).toEqual([false, false]);
    const call = crew.run("t", 1);
    expect(crew.all.map(({ isHeld }) => isHeld)).toEqual([true, true]);
    await turns();
    crew.at(0).runAll();
    await call;
    // One that is made at once finds them held still.
    const next = crew.run("t", 2);
    await turns(1);
    expect(crew.at(0).isHeld).toBe(true);
    await turns();
    crew.at(0).runAll();
    await next;
    await turns();
    expect(crew.all.map(({ isHeld }) => isHeld)).toEqual([false, false]);
  });
});

function bytesOf(...bytes: number[]): Uint8Array {
  return new Uint8Array(bytes);
}

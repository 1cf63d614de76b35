// Real threads: what a simulated one could only pretend.

import { afterEach, describe, expect, it } from "@jest/globals";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { node } from "../../../tools/testing/program.js";
import { ThreadExitError } from "../src/index.js";
import { realThreads, taskFile, terminateAll, until, Words } from "./support/real.js";

afterEach(terminateAll);

describe("Threads, real ones", () => {
  it("X1, X2, X9: values, errors and transfers, there and back", async () => {
    const threads = await realThreads({ size: 1 });
    const mutable = { list: [1] };
    const unchanged = threads.run("echo", mutable);
    mutable.list.push(2);
    await expect(unchanged).resolves.toEqual({ list: [1] });
    await expect(threads.run("later", "x")).resolves.toBe("x");

    const error: unknown = await threads.run("throws").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "HttpError", message: "not found", status: 404 });
    expect((error as Error).constructor.name).toBe("HttpError");
    expect((error as Error).stack).toMatch(/tasks\.mjs/);
    expect((error as Error).cause).toBeInstanceOf(RangeError);
    await expect(threads.run("rejects", "a string")).rejects.toBe("a string");
    await expect(threads.run("rejects", undefined)).rejects.toBe(undefined);

    const bytes = new Uint8Array([1, 2, 3]);
    const moved = threads.run("echo", bytes, { transfer: [bytes.buffer] });
    expect(bytes.length).toBe(0);
    await expect(moved).resolves.toEqual(new Uint8Array([1, 2, 3]));
    await expect(threads.run("noise", 4)).resolves.toEqual(new Uint8Array([7, 7, 7, 7]));
  });

  it("X2: what cannot be cloned harms nothing else", async () => {
    const threads = await realThreads();
    const outcomes = await Promise.allSettled([
      threads.run("count"),
      threads.run("returnsFunction"),
      threads.run("throwsFunction"),
      threads.run("echo", () => 1),
      threads.run("detached", new Uint8Array(4)),
      threads.run("count"),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    const reasons = outcomes
      .slice(1, 5)
      .map((outcome) => (outcome as PromiseRejectedResult).reason as Error);
    expect(reasons.map(({ name }) => name)).toEqual(Array(4).fill("DataCloneError"));
    expect(reasons.map(({ message }) => message.split(" cannot be cloned: ")[0])).toEqual([
      'task "returnsFunction": what it returned',
      'task "throwsFunction": what it threw',
      'task "echo": its input',
      'task "detached": what it returned',
    ]);
    expect(threads.stats).toMatchObject({ completed: 6, failed: 4, restarts: 0 });
  });

  it("X2, X3: process.exit fails what was begun and moves what was not", async () => {
    const threads = await realThreads({ size: 2 });
    const outcomes = await Promise.allSettled([
      ...[1, 2, 3].map((n) => threads.run("add", n)),
      threads.run("exit", 3),
      ...[4, 5, 6].map((n) => threads.run("add", n)),
    ]);
    const exit = outcomes[3] as PromiseRejectedResult;
    expect(exit.reason).toBeInstanceOf(ThreadExitError);
    expect(exit.reason).toMatchObject({ code: "ERR_THREAD_EXIT", exitCode: 3 });
    const values = outcomes.map((it) =>
      it.status === "fulfilled" ? (it.value as number) : "exit",
    );
    expect(values).toEqual([2, 3, 4, "exit", 5, 6, 7]);
  });

  it("X2: an error that nothing catches is the cause", async () => {
    const threads = await realThreads();
    const error: unknown = await threads.run("throwLater").catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "ThreadExitError", exitCode: 1 });
    expect((error as Error).cause).toMatchObject({ message: "nothing catches this" });
    await expect(threads.run("add", 1)).resolves.toBe(2);
    expect(threads.stats.restarts).toBe(1);
  });

  it("X2: out of memory", async () => {
    const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 };
    const threads = await realThreads({ size: 1, workerOptions: { resourceLimits } });
    await expect(threads.run("fill")).rejects.toMatchObject({
      name: "ThreadExitError",
      cause: { code: "ERR_WORKER_OUT_OF_MEMORY" },
    });
    await expect(threads.run("add", 1)).resolves.toBe(2);
  });

  it("X2, X5: terminate ends a loop that never ends", async () => {
    const threads = await realThreads();
    const words = new Words();
    const stuck = threads.run("stuck", words.buffer);
    const waiting = threads.run("add", 1);
    await until(() => words.begun === 1);
    const ended = threads.terminate();
    await expect(stuck).rejects.toMatchObject({ name: "ThreadExitError" });
    await expect(waiting).rejects.toMatchObject({ name: "ThreadExitError" });
    await ended;
    await expect(threads.run("add", 1)).rejects.toMatchObject({ code: "ERR_THREADS_CLOSED" });
  });

  it("X3: ten thousand calls are in flight when a thread dies", async () => {
    const threads = await realThreads({ size: 2 });
    const calls = Array.from({ length: 10_000 }, (_, n) =>
      n === 5000 ? threads.run("exit", 9) : threads.run("add", n),
    );
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(outcomes[9999]).toEqual({ status: "fulfilled", value: 10_000 });
    expect(threads.stats).toMatchObject({ running: 0, waiting: 0, completed: 10_000, failed: 1 });
  });

  it("X3: a file that cannot be loaded rejects every call with the cause", async () => {
    const threads = await realThreads({ size: 2 }, "broken.mjs");
    const calls = [1, 2, 3].map((n) => threads.run("add", n));
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { name: "ThreadExitError", cause: { message: "broken on purpose" } },
      });
    }
    await expect(threads.run("add", 1)).rejects.toThrow(
      /cannot load .*broken\.mjs: broken on purpose/,
    );
    expect(threads.stats.restarts).toBe(0);
  });

  it.each([
    ["silent.mjs", /nothing in it calls serve/],
    ["never.mjs", /exit code 13/],
    ["missing.mjs", /Cannot find module/],
  ])("X3: %s", async (name, message) => {
    const threads = await realThreads({ size: 1 }, name);
    await expect(threads.run("add", 1)).rejects.toThrow(message);
  });

  it("X3: a file that could be loaded once does not restart for ever", async () => {
    const loads = new SharedArrayBuffer(4);
    new Int32Array(loads)[0] = 1;
    const threads = await realThreads(
      { size: 1, workerOptions: { workerData: loads } },
      "once.mjs",
    );
    await expect(threads.run("add", 1)).resolves.toBe(2);
    await expect(threads.run("exit", 1)).rejects.toThrow(ThreadExitError);
    await expect(threads.run("add", 1)).rejects.toThrow(/cannot be loaded again/);
    const { restarts } = threads.stats;
    expect(restarts).toBeGreaterThan(0);
    expect(restarts).toBeLessThan(6);
  });

  it("X4: a loop sees the flag in shared memory; a call behind it never runs", async () => {
    const threads = await realThreads();
    const words = new Words();
    const controller = new AbortController();
    const { signal } = controller;
    const running = threads.run("hold", words.buffer, { signal });
    const behind = threads.run("hold", words.buffer, { signal });
    const after = threads.run("add", 1);
    await until(() => words.begun === 1);
    expect(threads.stats).toMatchObject({ running: 1, waiting: 2 });
    controller.abort("enough");
    await expect(running).rejects.toBe("enough");
    await expect(behind).rejects.toBe("enough");
    await expect(after).resolves.toBe(2);
    expect([words.begun, words.ended]).toEqual([1, 1]);
    expect(threads.stats.restarts).toBe(0);
  });

  it("X4: a task that waits sees its signal, with the reason", async () => {
    const threads = await realThreads();
    const words = new Words();
    const controller = new AbortController();
    const waiting = threads.run("wait", words.buffer, { signal: controller.signal });
    await until(() => words.begun === 1);
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    await until(() => words.seen !== 0);
    expect(words.seen).toBe(1);
  });

  it("X4: one that does not heed is terminated, and what waits behind it moves", async () => {
    const threads = await realThreads({ size: 1, grace: 0 });
    const words = new Words();
    const controller = new AbortController();
    const stuck = threads.run("stuck", words.buffer, { signal: controller.signal });
    const behind = threads.run("add", 1);
    await until(() => words.begun === 1);
    controller.abort(new Error("enough"));
    await expect(stuck).rejects.toThrow("enough");
    await expect(behind).resolves.toBe(2);
    expect(threads.stats.restarts).toBe(1);
  });

  it("X1: a thread that is free takes what waits behind a long call", async () => {
    const threads = await realThreads({ size: 2 });
    const [first, second] = [new Words(), new Words()];
    const long = threads.run("hold", first.buffer);
    const short = threads.run("hold", second.buffer);
    const behind = [1, 2, 3].map((n) => threads.run("add", n));
    await until(() => first.begun + second.begun === 2);
    second.go();
    await expect(Promise.all(behind)).resolves.toEqual([2, 3, 4]);
    expect(first.ended).toBe(0);
    first.go();
    await expect(Promise.all([long, short])).resolves.toEqual([false, false]);
  });

  it("X1: worker w runs on thread w % size, and a thread lives on", async () => {
    const threads = await realThreads({ size: 2 });
    const first = (await threads.run("where", 0, { worker: 3 })) as { thread: number };
    const second: unknown = await threads.run("where", 0, { worker: 1 });
    expect(first.thread).toBe(1);
    expect(second).toEqual(first);
  });

  it("X5: close waits for what was accepted, then the threads end", async () => {
    const threads = await realThreads({ size: 2 });
    const calls = [1, 2, 3].map((n) => threads.run("later", n));
    const closed = threads.close();
    await expect(threads.run("add", 1)).rejects.toMatchObject({ name: "ThreadsClosedError" });
    await closed;
    await expect(Promise.all(calls)).resolves.toEqual([1, 2, 3]);
    await Promise.all([threads.close(), threads.terminate(), threads[Symbol.asyncDispose]()]);
  });

  it("X9: a foreign thread that imports the tasks keeps its messages, and ends", async () => {
    const worker = new Worker(await taskFile("foreign.mjs"));
    // Both may be told in one go, if this thread is busy.
    const told = Promise.all([once(worker, "message"), once(worker, "exit")]);
    worker.postMessage("hello");
    expect(await told).toEqual([[["hello", 2]], [0]]);
  });

  it("X7: a factory makes the workers", async () => {
    const file = await taskFile();
    const { Threads } = await import("../src/index.js");
    const threads = new Threads(() => new Worker(file), { size: 1 });
    await expect(threads.run("add", 1)).resolves.toBe(2);
    await threads.close();
  });
});

describe("a process with threads", () => {
  async function run(code: string): Promise<string> {
    const file = await taskFile();
    const index = new URL("../../dist/esm/index.js", file);
    const program = `
      import { Threads } from ${JSON.stringify(index.href)};
      const file = new URL(${JSON.stringify(file.href)});
      ${code}`;
    return node(["--input-type=module", "--eval", program]);
  }

  it("X1: ends while its threads are idle, and not while a call runs", async () => {
    const printed = await run(`
      const threads = new Threads(file, { size: 2 });
      threads.run("later", 1).then(console.log);
      process.on("exit", () => console.log("end"));`);
    expect(printed).toBe("1\nend\n");
  });

  it("X9: does nothing when main imports the tasks", async () => {
    const printed = await run(`
      const { tasks } = await import(file);
      console.log(tasks.add(1));`);
    expect(printed).toBe("2\n");
  });

  it("X5: does not end before a close that waits for an aborted call", async () => {
    const printed = await run(`
      const threads = new Threads(file, { size: 1, grace: 1 });
      const controller = new AbortController();
      const words = new SharedArrayBuffer(4);
      const stuck = threads.run("stuck", words, { signal: controller.signal });
      while (Atomics.load(new Int32Array(words), 0) === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      controller.abort("enough");
      console.log(await stuck.catch((reason) => reason));
      await threads.close();
      console.log("closed");`);
    expect(printed).toBe("enough\nclosed\n");
  });

  it("X5: ends after close, also when nothing was ever run", async () => {
    const printed = await run(`
      const threads = new Threads(file);
      await threads.close();
      const others = new Threads(file, { size: 1 });
      console.log(await others.run("add", 1));
      await others[Symbol.asyncDispose]();`);
    expect(printed).toBe("2\n");
  });
});

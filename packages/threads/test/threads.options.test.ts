// What the constructor and `run` take, and what they say of other things.

import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { availableParallelism } from "node:os";

import { ThreadExitError, Threads, ThreadsClosedError, type ThreadsOptions } from "../src/index.js";
import { Crew, endCrews, turns } from "./support/manual.js";

afterEach(endCrews);

const file = new URL("file:///tasks.js");

describe("Threads", () => {
  it("X1: size is availableParallelism by default", () => {
    expect(new Threads(file).size).toBe(availableParallelism());
    expect(new Threads(file, { size: 3 }).size).toBe(3);
  });

  it.each([0, -1, 1.5, NaN, Infinity, "2"])("X9: size %p is a RangeError", (size) => {
    expect(() => new Threads(file, { size } as ThreadsOptions)).toThrow(RangeError);
  });

  it.each([-1, NaN, "1", null])("X9: grace %p is a RangeError", (grace) => {
    expect(() => new Threads(file, { grace } as ThreadsOptions)).toThrow(RangeError);
  });

  it.each([
    [{ name: 1 }, /name must be a string/],
    [{ workerOptions: 1 }, /workerOptions must be an object/],
    [{ workerOptions: null }, /workerOptions must be an object/],
  ])("other options: %p", (options, message) => {
    expect(() => new Threads(file, options as unknown as ThreadsOptions)).toThrow(message);
  });

  it("takes a URL or a factory, and says so", () => {
    expect(() => new Threads("./tasks.js" as unknown as URL)).toThrow(/must be a URL, such as/);
    expect(() => new Threads(undefined as unknown as URL)).toThrow(TypeError);
  });

  it("X9: what `run` does not take rejects", async () => {
    const { threads } = new Crew();
    const run = threads.run.bind(threads) as (...args: unknown[]) => Promise<unknown>;
    await expect(run(Symbol("x"))).rejects.toThrow("the name of a task must be a string");
    for (const worker of [-1, 1.5, NaN, "0"]) {
      await expect(run("t", 1, { worker })).rejects.toThrow(RangeError);
    }
    for (const transfer of [1, "ab", [1], [null]]) {
      await expect(run("t", 1, { transfer })).rejects.toThrow("must be an array of objects");
    }
    await expect(run("t", 1, { signal: {} })).rejects.toThrow("must be an AbortSignal");
    expect(threads.stats.completed).toBe(0);
  });

  it("X9: `null` and `undefined` are no signal, and options may have what is none of ours", async () => {
    const crew = new Crew();
    const options = { signal: null, worker: undefined, attempt: 3 };
    void crew.run("t", 1, options as never);
    await turns();
    expect(crew.at(0).inputs).toEqual([1]);
  });

  it("X2: what cannot be cloned rejects with a DataCloneError that names the task, and is not sent", async () => {
    const crew = new Crew();
    const detached = new Uint8Array(1);
    structuredClone(detached, { transfer: [detached.buffer] });
    const throwing = Object.defineProperty({}, "x", {
      enumerable: true,
      get: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- hostile
        throw null;
      },
    });
    const inputs = [() => 1, Symbol("s"), { deep: [() => 1] }, detached, throwing];
    for (const input of inputs) {
      await expect(crew.run("odd", input)).rejects.toMatchObject({
        name: "DataCloneError",
        message: expect.stringMatching(/^task "odd": its input cannot be cloned: /) as unknown,
      });
    }
    const options = { transfer: [detached.buffer] };
    await expect(crew.run("odd", 1, options)).rejects.toMatchObject({ name: "DataCloneError" });
    await turns();
    expect(crew.all).toHaveLength(0);
    expect(crew.threads.stats).toMatchObject({ completed: 6, failed: 6 });
  });

  it("X9: what is transferred may be a port", async () => {
    const crew = new Crew();
    const { port1, port2 } = new MessageChannel();
    void crew.run("t", { port: port2 }, { transfer: [port2] });
    await turns();
    crew.at(0).ready();
    await turns();
    const { port } = crew.at(0).inputs[0] as { port: MessagePort };
    port.postMessage("here");
    const heard = await new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    expect(heard).toBe("here");
    port1.close();
  });

  it("errors have names and codes of their own, whatever a minifier does", () => {
    expect(new ThreadExitError("m", 1)).toMatchObject({
      name: "ThreadExitError",
      code: "ERR_THREAD_EXIT",
      exitCode: 1,
    });
    expect(new ThreadsClosedError("m")).toMatchObject({
      name: "ThreadsClosedError",
      code: "ERR_THREADS_CLOSED",
    });
  });

  it("X5: `await using` closes, also where the symbol comes late", async () => {
    const { threads } = new Crew();
    const close = jest.spyOn(threads, "close");
    await threads[Symbol.asyncDispose]();
    expect(close).toHaveBeenCalledTimes(1);
    const key = "asyncDispose";
    const own = Object.getOwnPropertyDescriptor(Symbol, key)!;
    const late = Symbol("late");
    const { Symbol: Original } = globalThis;
    globalThis.Symbol = new Proxy(Original, {
      get: (target, name) => (name === key ? late : (Reflect.get(target, name) as unknown)),
    });
    try {
      const others = new Threads(file);
      await (others as unknown as Record<symbol, () => Promise<void>>)[late]!();
      globalThis.Symbol = new Proxy(Original, {
        get: (target, name) => (name === key ? undefined : (Reflect.get(target, name) as unknown)),
      });
      const third = new Threads(file) as unknown as Record<symbol, () => Promise<void>>;
      await third[Symbol.for("Symbol.asyncDispose")]!();
    } finally {
      globalThis.Symbol = Original;
    }
    expect(own).toBeDefined();
  });
});

// Platforms that are not this one: what they have stands in the globals.

import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { EventEmitter } from "node:events";

import * as host from "../src/host/host.js";
import { helloOf, MARK } from "../src/wire/protocol.js";
import { turns } from "./support/manual.js";

const replaced = new Map<string, PropertyDescriptor | undefined>();

/** Gives a global another value for the rest of the test. */
function replace(name: string, value: unknown): void {
  if (!replaced.has(name)) replaced.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

afterEach(() => {
  for (const [name, descriptor] of replaced) {
    if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
    else Object.defineProperty(globalThis, name, descriptor);
  }
  replaced.clear();
});

const file = new URL("file:///tasks.js");

/** A platform with `node:worker_threads`. */
function withThreads(threads: object, more: object = {}): void {
  replace("process", {
    getBuiltinModule: (name: string) => (name === "node:worker_threads" ? threads : undefined),
    ...more,
  });
}

/** Remembers what it was made with. */
class FakeWorker extends EventTarget {
  readonly args: readonly unknown[];

  constructor(...args: readonly unknown[]) {
    super();
    this.args = args;
  }

  postMessage(): void {
    // There is no thread.
  }

  terminate(): void {
    // Nothing to end.
  }
}

describe("the host", () => {
  it("X1: how many threads run at a time", () => {
    replace("process", { getBuiltinModule: () => ({ availableParallelism: () => 5 }) });
    expect(host.parallelism()).toBe(5);
    replace("process", undefined);
    replace("navigator", { hardwareConcurrency: 3 });
    expect(host.parallelism()).toBe(3);
    replace("navigator", undefined);
    expect(host.parallelism()).toBe(1);
    replace("process", {});
    expect(host.parallelism()).toBe(1);
  });

  it("X7: in Node a worker is marked as ours while it is made", () => {
    const data: unknown[] = [];
    class Worker extends FakeWorker {
      constructor(...args: readonly unknown[]) {
        super(...args);
        data.push("made");
      }
    }
    const setEnvironmentData = (...args: unknown[]): unknown => data.push(args);
    withThreads({ Worker, setEnvironmentData });
    const worker = host.startWorker(file, { env: {} }, "name 0") as unknown as FakeWorker;
    expect(worker.args).toEqual([file, { name: "name 0", env: {} }]);
    expect(data).toEqual([[MARK, true], "made", [MARK, undefined]]);
    const broken = (): never => {
      throw new Error("no");
    };
    expect(() => host.startWorker(broken, undefined, "n")).toThrow("no");
    expect(data.at(-1)).toEqual([MARK, undefined]);
  });

  it("X7: a worker does not inherit that the program stands on the command line", () => {
    const execArgv = ["--input-type=module", "--import=./hooks.mjs", "-e", "code"];
    withThreads({ Worker: FakeWorker, setEnvironmentData: () => undefined }, { execArgv });
    const made = (options?: object): unknown =>
      (host.startWorker(file, options as never, "n") as unknown as FakeWorker).args[1];
    expect(made()).toEqual({ name: "n", execArgv: ["--import=./hooks.mjs"] });
    expect(made({ execArgv: [] })).toEqual({ name: "n", execArgv: [] });
  });

  it("X7: in a browser a worker is a module", () => {
    replace("process", undefined);
    replace("Worker", FakeWorker);
    const worker = host.startWorker(file, { credentials: "omit" }, "n") as unknown as FakeWorker;
    expect(worker.args).toEqual([file, { name: "n", type: "module", credentials: "omit" }]);
    replace("Worker", undefined);
    expect(() => host.startWorker(file, undefined, "n")).toThrow("this platform has no workers");
    const made = new FakeWorker();
    expect(host.startWorker(() => made, undefined, "n")).toBe(made);
  });

  it("X2: what becomes of a worker is told in Node's way, or in a browser's", () => {
    const told: unknown[] = [];
    const events = {
      failed: (error: unknown) => told.push(error),
      ended: (code: number) => told.push(code),
    };
    const node = Object.assign(new EventEmitter(), { postMessage() {}, terminate() {} });
    host.watchWorker(node, events);
    node.emit("error", "an error");
    node.emit("exit", 3);
    expect([told, host.tellsItsEnd(node)]).toEqual([["an error", 3], true]);

    told.length = 0;
    const web = new FakeWorker();
    host.watchWorker(web, events);
    web.dispatchEvent(Object.assign(new Event("error"), { error: "an error" }));
    web.dispatchEvent(Object.assign(new Event("error"), { message: "a message" }));
    web.dispatchEvent(new Event("error"));
    expect(told.map(String)).toEqual([
      "an error",
      "Error: a message",
      "Error: the worker cannot be loaded",
    ]);
    expect(host.tellsItsEnd(web)).toBe(false);
  });

  it("X1: where nothing is to be kept alive, nothing is", () => {
    host.keepAlive(new FakeWorker(), true);
    host.keepAlive(new FakeWorker(), false);
    host.unrefPort({} as MessagePort);
  });

  it("X2: where a port cannot be looked into, nothing lies in it", () => {
    replace("process", undefined);
    const receive = jest.fn();
    host.drain({} as MessagePort, receive);
    expect(receive).not.toHaveBeenCalled();
  });

  describe("onHello", () => {
    const hello = helloOf(1, {} as MessagePort, false);

    it("X7: in Node listens on the parent's port of a thread that is ours, once", () => {
      const parentPort = new EventEmitter();
      const data = new Map<string, unknown>([[MARK, true]]);
      withThreads({
        isMainThread: false,
        parentPort,
        getEnvironmentData: (key: string) => data.get(key),
        setEnvironmentData: (key: string, value: unknown) => data.set(key, value),
      });
      const begin = jest.fn();
      host.onHello(begin);
      // Threads that it makes are not ours.
      expect(data.get(MARK)).toBeUndefined();
      parentPort.emit("message", "of others");
      parentPort.emit("message", null);
      expect(begin).not.toHaveBeenCalled();
      parentPort.emit("message", hello);
      parentPort.emit("message", hello);
      expect(begin.mock.calls).toEqual([[hello]]);
      expect(parentPort.listenerCount("message")).toBe(0);
    });

    it("X9: nor in main, nor in a thread of others", () => {
      const parentPort = new EventEmitter();
      for (const isMainThread of [true, false]) {
        withThreads({ isMainThread, parentPort, getEnvironmentData: () => undefined });
        host.onHello(() => undefined);
        expect(parentPort.listenerCount("message")).toBe(0);
      }
      withThreads({ isMainThread: true, parentPort: null });
      replace("WorkerGlobalScope", () => undefined);
      const listen = jest.fn();
      replace("addEventListener", listen);
      host.onHello(() => undefined);
      expect(listen).not.toHaveBeenCalled();
    });

    it("X7: in a browser's worker listens on its scope", () => {
      const scope = new EventTarget();
      replace("process", undefined);
      replace("WorkerGlobalScope", () => undefined);
      replace("addEventListener", scope.addEventListener.bind(scope));
      replace("removeEventListener", scope.removeEventListener.bind(scope));
      const begin = jest.fn();
      host.onHello(begin);
      const send = (data: unknown): boolean =>
        scope.dispatchEvent(new MessageEvent("message", { data }));
      send("of others");
      expect(begin).not.toHaveBeenCalled();
      send(hello);
      send(hello);
      expect(begin.mock.calls).toEqual([[hello]]);
    });

    it("X9: in a page does nothing", () => {
      replace("process", undefined);
      const listen = jest.fn();
      replace("addEventListener", listen);
      host.onHello(() => undefined);
      expect(listen).not.toHaveBeenCalled();
    });
  });

  it("X2: before a thread ends, what is left is told, where the end is told", () => {
    const process = new EventEmitter();
    replace("process", process);
    const callback = jest.fn();
    host.onExit(callback);
    process.emit("exit");
    expect(callback).toHaveBeenCalledTimes(1);
    replace("process", undefined);
    host.onExit(callback);
  });

  it.each(["Node", "a browser"])(
    "X8: afterMicrotasks comes after what is there, in %s",
    async (where) => {
      if (where !== "Node") replace("process", undefined);
      const order: string[] = [];
      host.afterMicrotasks(() => order.push("after"));
      void (async () => {
        await Promise.resolve();
        await Promise.resolve();
        order.push("task");
      })();
      await turns(1);
      expect(order).toEqual(["task", "after"]);
    },
  );

  it.each(["Node", "a browser"])("X4: later is another turn, in %s", async (where) => {
    const { setImmediate } = globalThis;
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    if (where !== "Node") replace("setImmediate", undefined);
    const later = jest.fn();
    host.later(later);
    await Promise.resolve();
    expect(later).not.toHaveBeenCalled();
    while (later.mock.calls.length === 0) await turn();
  });
});

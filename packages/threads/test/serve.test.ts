// `serve`, on a platform that tells it that the thread is ours.

import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { EventEmitter } from "node:events";

import * as wire from "../src/wire/protocol.js";
import { turns } from "./support/manual.js";

const { process } = globalThis;

const open: MessagePort[] = [];

afterEach(() => {
  for (const port of open.splice(0)) port.close();
  globalThis.process = process;
});

/** The module as a thread has it, which is ours or not. */
async function load(isOurs: boolean) {
  const parentPort = new EventEmitter();
  const fake = Object.assign(new EventEmitter(), {
    nextTick: process.nextTick.bind(process),
    getBuiltinModule: () => ({
      isMainThread: false,
      parentPort,
      getEnvironmentData: () => isOurs,
      setEnvironmentData: () => undefined,
    }),
  });
  globalThis.process = fake as never;
  jest.resetModules();
  const { serve } = await import("../src/thread/serve.js");
  return { serve, parentPort, exit: () => fake.emit("exit") };
}

describe("serve", () => {
  it("X9: gives the tasks, and does nothing where the thread is not ours", async () => {
    const { serve, parentPort } = await load(false);
    const tasks = { add: (n: number) => n + 1 };
    expect(serve(tasks)).toBe(tasks);
    expect(parentPort.listenerCount("message")).toBe(0);
  });

  it("takes functions only, and then none of them", async () => {
    const { serve, parentPort } = await load(true);
    expect(() => serve({ good: () => 1, bad: 1 } as never)).toThrow('task "bad" is no function');
    expect(parentPort.listenerCount("message")).toBe(0);
  });

  it("X1: a thread has the tasks of all calls; the last of a name counts", async () => {
    const { serve, parentPort } = await load(true);
    serve({ a: () => "a", b: () => "old" });
    serve({ b: () => "new" });
    expect(parentPort.listenerCount("message")).toBe(1);

    const { port1, port2 } = new MessageChannel();
    open.push(port1);
    const messages: unknown[][] = [];
    port1.onmessage = ({ data }) => messages.push(data as unknown[]);
    parentPort.emit("message", wire.helloOf(0, port2, false));
    port1.postMessage([wire.CALLS, undefined, 0, "a", 0, 1, "b", 0]);
    await turns();
    // How many calls each message says to have taken depends on how busy the machine is.
    expect(messages.slice(1).flatMap(([, ...told]) => told)).toEqual([
      ...[0, wire.VALUE, "a"],
      ...[1, wire.VALUE, "new"],
    ]);
  });

  it("X1: methods of a class are tasks, also those that it inherits", async () => {
    class Base {
      a = (): string => "own";
      b(): string {
        return "base";
      }
      c(): string {
        return "base";
      }
    }
    class Derived extends Base {
      #n = 7;
      override c(): string {
        return `derived ${this.#n}`;
      }
      get notATask(): never {
        throw new Error("not to be called");
      }
    }
    const { serve, parentPort } = await load(true);
    serve(new Derived() as Base);
    const { port1, port2 } = new MessageChannel();
    open.push(port1);
    const messages: unknown[][] = [];
    port1.onmessage = ({ data }) => messages.push(data as unknown[]);
    parentPort.emit("message", wire.helloOf(0, port2, false));
    const names = ["a", "b", "c", "constructor", "toString", "notATask"];
    port1.postMessage([wire.CALLS, undefined, ...names.flatMap((name, slot) => [slot, name, 0])]);
    await turns();
    const told = messages.slice(1).flatMap(([, ...words]) => words);
    const values = names.map((_, n) => told.slice(n * 3 + 1, n * 3 + 3));
    expect(values).toEqual([
      ...[
        [wire.VALUE, "own"],
        [wire.VALUE, "base"],
        [wire.VALUE, "derived 7"],
      ],
      ...Array<unknown>(3).fill([wire.UNKNOWN, "b, c, a"]),
    ]);
  });

  it("X2: tells what there is to tell when the thread exits", async () => {
    const { serve, parentPort, exit } = await load(true);
    let seen = 0;
    serve({
      exits: async () => {
        await Promise.resolve();
        const post = jest.spyOn(MessagePort.prototype, "postMessage");
        exit();
        seen = post.mock.calls.length;
        post.mockRestore();
      },
    });
    const { port1, port2 } = new MessageChannel();
    open.push(port1);
    parentPort.emit("message", wire.helloOf(0, port2, false));
    port1.postMessage([wire.CALLS, undefined, 0, "exits", 0]);
    await turns();
    expect(seen).toBe(1);
  });
});

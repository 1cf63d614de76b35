// How calls settle when threads end, and how threads are replaced.

import { afterEach, describe, expect, it } from "@jest/globals";

import { Threads } from "../src/index.js";
import * as wire from "../src/wire/protocol.js";
import { Crew, endCrews, ManualThread, turns, watch } from "./support/manual.js";
import type { AnyTasks } from "./support/real.js";

afterEach(endCrews);

const exitError = (exitCode: number | undefined): unknown =>
  expect.objectContaining({ name: "ThreadExitError", code: "ERR_THREAD_EXIT", exitCode });

describe("Threads", () => {
  it("X2, X3: what was begun fails, what was not runs on another thread, in order", async () => {
    const crew = new Crew({ size: 1 });
    const calls = ["begun", "told", "sent", "sent too"].map((it) => watch(crew.run("t", it)));
    await turns();
    const [first] = crew.all;
    first!.begin();
    first!.begin();
    first!.value(1, "a value");
    first!.begin();
    const cause = new Error("uncaught");
    first!.exit(7, cause);
    await turns();

    expect(calls.map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "rejected",
      "pending",
    ]);
    expect(calls[0]!.reason).toEqual(exitError(7));
    expect((calls[0]!.reason as Error).cause).toBe(cause);
    expect((calls[0]!.reason as Error).message).toMatch(
      /^thread 0 of threads ended with code 7: uncaught/,
    );
    expect(crew.at(1).inputs).toEqual(["sent too"]);
    expect(crew.threads.stats).toEqual({
      running: 0,
      waiting: 1,
      completed: 3,
      failed: 2,
      restarts: 1,
    });
    crew.at(1).runAll();
    await turns();
    expect(calls[3]!.value).toBe("sent too");
  });

  it("X2: what is thrown where nothing catches it may be no error", async () => {
    const crew = new Crew({ size: 1 });
    const call = watch(crew.run("t"));
    await turns();
    crew.at(0).begin();
    crew.at(0).tell();
    await turns();
    crew.at(0).exit(1, "a string");
    await turns();
    expect(call.reason).toMatchObject({
      message: "thread 0 of threads ended with code 1: a string",
      cause: "a string",
    });
  });

  it("X3: what moves comes before what was called later", async () => {
    const crew = new Crew({ size: 1 });
    await crew.start();
    const bytes = new Uint8Array([1]);
    void crew.run("t", "a");
    void crew.run("t", "b");
    await turns();
    void crew.run("t", bytes, { transfer: [bytes.buffer] });
    void crew.run("t", "c");
    await turns();
    expect(crew.at(0).inputs).toEqual([0, "a", "b"]);
    crew.at(0).exit(1);
    await turns();
    expect(crew.at(1).inputs).toEqual(["a", "b"]);
    crew.at(1).runAll();
    await turns();
    expect(crew.at(1).inputs.slice(2)).toEqual([new Uint8Array([1])]);
    crew.at(1).runAll();
    await turns();
    expect(crew.at(1).inputs.slice(3)).toEqual(["c"]);
  });

  it("X3: what comes back from several threads stands in the order of the calls", async () => {
    const crew = new Crew({ size: 2 });
    await crew.start();
    for (let n = 0; n < 6; n++) void crew.run("t", n);
    await turns();
    crew.at(0).exit(1);
    crew.at(1).exit(1);
    await turns();
    expect([crew.at(2).inputs, crew.at(3).inputs]).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    crew.at(3).exit(1);
    crew.at(2).exit(1);
    await turns();
    expect([crew.at(4).inputs, crew.at(5).inputs]).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it("X3: a bound call that was not begun runs on the thread that takes the place", async () => {
    const crew = new Crew({ size: 2 });
    await crew.start();
    const call = crew.run("t", "bound", { worker: 1 });
    await turns();
    crew.at(1).exit(1);
    await turns();
    expect([crew.at(2).hello.thread, crew.at(2).inputs]).toEqual([1, ["bound"]]);
    crew.at(2).runAll();
    await expect(call).resolves.toBe("bound");
  });

  it("X3: an idle thread that ends is replaced when one is needed", async () => {
    const crew = new Crew({ size: 1 });
    await crew.start();
    crew.at(0).exit(0);
    await turns();
    expect([crew.all.length, crew.threads.stats.restarts]).toEqual([1, 0]);
    void crew.run("t", "next");
    await turns();
    expect([crew.at(1).inputs, crew.threads.stats.restarts]).toEqual([["next"], 1]);
  });

  it("X3: what was transferred to a thread that ends before it begins is gone with it", async () => {
    const crew = new Crew({ size: 1 });
    await crew.start();
    const bytes = new Uint8Array([1]);
    const call = watch(crew.run("t", bytes, { transfer: [bytes.buffer] }));
    await turns();
    crew.at(0).exit(1);
    await turns();
    expect(call.reason).toEqual(exitError(1));
  });

  it("X3: threads that end before they begin anything do not restart for ever", async () => {
    const crew = new Crew({ size: 1 });
    await crew.start();
    const call = watch(crew.run("t", "unlucky"));
    const bound = watch(crew.run("t", "unlucky", { worker: 0 }));
    await turns();
    for (let n = 0; call.status === "pending"; n++) {
      crew.at(n).exit(1);
      await turns();
    }
    expect([call.reason, bound.reason]).toEqual([exitError(1), exitError(1)]);
    expect(crew.all).toHaveLength(5);
    // The next call has a thread of its own, and when that goes well, patience begins anew.
    const next = crew.run("t", "lucky");
    await turns();
    crew.at(5).runAll();
    await expect(next).resolves.toBe("lucky");
    const again = watch(crew.run("t", "again"));
    await turns();
    crew.at(5).exit(1);
    await turns();
    expect([again.status, crew.all.length]).toEqual(["pending", 7]);
  });

  it("X3: the first thread that cannot load its tasks ends all of them", async () => {
    const crew = new Crew({ size: 3, name: "mine" });
    const calls = [1, 2, 3].map((n) => watch(crew.run("t", n)));
    await turns();
    crew.at(1).exit(1, new SyntaxError("what is this?"));
    await turns();
    expect(calls.map(({ reason }) => String(reason))).toEqual(
      Array(3).fill("ThreadExitError: thread 1 of mine cannot load the tasks: what is this?"),
    );
    expect([crew.at(0).isTerminated, crew.at(2).isTerminated]).toEqual([true, true]);
    await expect(crew.run("t", 4)).rejects.toThrow("what is this?");
    expect(crew.all).toHaveLength(3);
    expect(crew.threads.stats).toEqual({
      running: 0,
      waiting: 0,
      completed: 4,
      failed: 4,
      restarts: 0,
    });
  });

  it("X3: a factory that throws is a file that cannot be loaded", async () => {
    const cause = new Error("no workers here");
    const threads = new Threads<AnyTasks>(() => {
      throw cause;
    });
    const call = threads.run("t", 1);
    await expect(call).rejects.toMatchObject({ name: "ThreadExitError" });
    const calls = [call, threads.run("t", 2, { worker: 0 })];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({
        reason: { name: "ThreadExitError", exitCode: undefined, cause },
      });
    }
    await threads.close();
  });

  it("X3: so it is for a call that is bound", async () => {
    const threads = new Threads<AnyTasks>(() => {
      throw new Error("no workers here");
    });
    await expect(threads.run("t", 1, { worker: 3 })).rejects.toThrow("no workers here");
  });

  it("X2: a browser's worker that cannot be loaded tells it by an event", async () => {
    const made: WebWorker[] = [];
    const threads = new Threads<AnyTasks>(() => made[made.push(new WebWorker()) - 1]!, { size: 1 });
    const call = watch(threads.run("t", 1));
    await turns();
    made[0]!.dispatchEvent(Object.assign(new Event("error"), { message: "404" }));
    await turns();
    expect(call.reason).toMatchObject({ name: "ThreadExitError", cause: { message: "404" } });
    expect(made[0]!.isTerminated).toBe(true);
    await threads.terminate();
  });

  it("X2: an error in a browser's worker that runs leaves it running", async () => {
    const made: WebWorker[] = [];
    const threads = new Threads<AnyTasks>(() => made[made.push(new WebWorker()) - 1]!, { size: 1 });
    const call = watch(threads.run("t", 1));
    await turns();
    const [worker] = made;
    worker!.thread.ready();
    await turns();
    worker!.dispatchEvent(Object.assign(new Event("error"), { error: new Error("in a callback") }));
    worker!.thread.runAll();
    await turns();
    expect([call.value, worker!.isTerminated]).toEqual([1, false]);
    await threads.close();
    expect(worker!.isTerminated).toBe(true);
  });

  it("X2: a message that cannot be read ends the thread", async () => {
    const ports: MessagePort[] = [];
    const { MessageChannel } = globalThis;
    globalThis.MessageChannel = class extends MessageChannel {
      constructor() {
        super();
        ports.push(this.port1);
      }
    };
    const crew = new Crew({ size: 1 });
    const call = watch(crew.run("t", 1));
    await turns();
    globalThis.MessageChannel = MessageChannel;
    crew.at(0).begin();
    ports[0]!.onmessageerror!(new MessageEvent("messageerror"));
    await turns();
    expect(call.reason).toEqual(exitError(1));
    expect(crew.at(0).isTerminated).toBe(true);
  });

  it("X2: each outcome that a thread can tell", async () => {
    const crew = new Crew({ size: 1 });
    const calls = ["a", "b", "c", "d"].map((task) => watch(crew.run(task)));
    await turns();
    const thread = crew.at(0);
    thread.beginAll();
    const [a, b, c, d] = thread.calls.map(({ slot }) => slot);
    thread.tell(
      ...[a, wire.FAILURE, { kind: "uncloneable", why: "it is odd" }],
      ...[b, wire.FAILURE, { kind: "value", value: "thrown" }],
      ...[c, wire.UNCLONEABLE, "a function"],
      ...[d, wire.UNKNOWN, "x, y"],
    );
    await turns();
    expect(calls.map(({ reason }) => String(reason))).toEqual([
      'DataCloneError: task "a": what it threw cannot be cloned: it is odd',
      "thrown",
      'DataCloneError: task "c": what it returned cannot be cloned: a function',
      'TypeError: there is no task "d"; there are: x, y',
    ]);
  });
});

/** A worker as a browser has it: nothing tells its end, nothing is to be kept alive. */
class WebWorker extends EventTarget {
  readonly thread = new ManualThread();
  isTerminated = false;

  postMessage(message: unknown): void {
    this.thread.postMessage(message);
  }

  terminate(): void {
    this.isTerminated = true;
    this.thread.hello.port.close();
  }
}

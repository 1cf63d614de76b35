// Channels of a call, with threads in this process: with shared memory, and without.

import { Chan, CustomRecvChan, type RecvChan, type SendChan } from "@chankit/channel";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { isFull } from "../../../tools/testing/depth.js";
import type { TaskContext, Threads } from "../src/index.js";
import { endLocal, localThreads } from "./support/local.js";
import { Crew, endCrews, turns, watch } from "./support/manual.js";
import type { AnyTasks } from "./support/real.js";

const { SharedArrayBuffer } = globalThis;

type In = TaskContext<{ readonly input: RecvChan<number> }>;
type Out = TaskContext<{ readonly output: SendChan<number> }>;

/** What tasks have received, as they did. */
let received: unknown[] = [];
let contexts: TaskContext[] = [];

const tasks = {
  async take(n: number, { channels: { input }, signal }: In) {
    for (let i = 0; i < n; i++) received.push((await input.recv({ signal })).value);
  },
  async drain(_: unknown, { channels: { input } }: In) {
    for await (const value of input) received.push(value);
    return "drained";
  },
  async three(_: unknown, { channels: { input } }: In) {
    const all = [input.recv(), input.recv(), input.recv()];
    for (const one of all) received.push((await one).value);
  },
  async send(n: number, { channels: { output } }: Out) {
    for (let i = 0; i < n; i++) await output.send(i);
    return "sent";
  },
  async sendAndClose(n: number, { channels: { output } }: Out) {
    const all = Array.from({ length: n }, (_, i) => output.send(i));
    await Promise.all(all);
    output.close();
  },
  async hold(_: unknown, context: TaskContext) {
    contexts.push(context);
    await new Promise(() => undefined);
  },
  async leave(_: unknown, context: TaskContext) {
    contexts.push(context);
  },
  async closeWaiting(_: unknown, { channels: { output } }: Out) {
    const waiting = [output.send(1), output.send(2)];
    output.close();
    expect(output.closed).toBe(true);
    expect(() => output.close()).toThrow("close of closed channel");
    return (await Promise.allSettled(waiting)).map(({ status }) => status);
  },
  async fails(_: unknown, { channels: { input } }: In) {
    const error: unknown = await input.recv().catch((error: unknown) => error);
    return [String(error), (await input.recv()).value];
  },
};

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turns(1);
}

describe.each(["with", "without"])("channels of a call, %s shared memory", (how) => {
  let threads: Threads<AnyTasks>;
  let all: { exit(): void }[];

  beforeEach(() => {
    if (how === "without") globalThis.SharedArrayBuffer = undefined as never;
    received = [];
    contexts = [];
    ({ threads, all } = localThreads(tasks as never, { size: 1, grace: Infinity }));
  });

  afterEach(async () => {
    globalThis.SharedArrayBuffer = SharedArrayBuffer;
    await endLocal();
  });

  function run(task: string, input: unknown, channels: object, signal?: AbortSignal) {
    const promise = threads.run(task, input, { channels, signal } as never) as Promise<unknown>;
    promise.catch(() => undefined);
    return promise;
  }

  it("X6: receives to the end of a channel", async () => {
    const input = new Chan<number>(2);
    const call = run("drain", 0, { input });
    for (const n of [1, 2, 3]) await input.send(n);
    input.close();
    await expect(call).resolves.toBe("drained");
    expect(received).toEqual([1, 2, 3]);
  });

  it("X6: asks for as many as wait there, and for no more than may be under way", async () => {
    for (const cap of [0, 2]) {
      received = [];
      const input = new Chan<number>(cap);
      const call = run("three", 0, { input });
      await turns();
      for (const n of [1, 2, 3]) await input.send(n);
      await call;
      expect(received).toEqual([1, 2, 3]);
    }
  });

  it("X6: sends with back-pressure; what has left arrives, though the call is aborted", async () => {
    const output = new Chan<number>(2);
    const controller = new AbortController();
    const call = watch(run("send", 10, { output }, controller.signal));
    await turns(20);
    // Two in the buffer, two under way.
    expect([output.len, call.status]).toEqual([2, "pending"]);
    controller.abort();
    await turns();
    const values: unknown[] = [];
    for (let r = output.tryRecv(); r !== undefined; r = output.tryRecv()) {
      values.push(r.value);
      await turns(2);
    }
    expect(values).toEqual([0, 1, 2, 3]);
  });

  it("X6: closes after what it has sent, unless the channel is closed already", async () => {
    const output = new Chan<number>(1);
    const call = run("sendAndClose", 5, { output });
    const values: number[] = [];
    for await (const value of output) values.push(value);
    await call;
    expect(values).toEqual([0, 1, 2, 3, 4]);

    const other = new Chan<number>();
    const sender = watch(run("sendAndClose", 1, { output: other }));
    await until(() => sender.status === "fulfilled");
    await turns();
    expect(other.closed).toBe(false);
    other.close();
    await turns();
    expect(threads.stats.failed).toBe(0);
  });

  it("X6: a close there refuses what waits there", async () => {
    const output = new Chan<number>();
    await expect(run("closeWaiting", 0, { output })).resolves.toEqual(["fulfilled", "rejected"]);
    await expect(output.recv()).resolves.toMatchObject({ value: 1 });
    await expect(output.recv()).resolves.toMatchObject({ ok: false });
  });

  it("X6: a close by main refuses what waits there", async () => {
    const output = new Chan<number>();
    const call = watch(run("send", 5, { output }));
    await turns(20);
    output.close();
    await turns(20);
    expect(call.reason).toMatchObject({ name: "ChannelClosedError" });
  });

  it("X6: when the thread ends, what was not received there comes back", async () => {
    const input = new Chan<number>(3);
    const call = watch(run("take", 2, { input }));
    await turns();
    void input.send(1);
    all[0]!.exit();
    await turns();
    expect(call.reason).toMatchObject({ exitCode: 7 });
    const left = input.tryRecv()?.value;
    expect(received.length === 1 ? left : [left]).toEqual(received.length === 1 ? undefined : [1]);
  });

  it("X6: after the call its channels are closed there", async () => {
    const channels = { input: new Chan<number>(1), output: new Chan<number>(1) };
    await run("leave", 0, channels);
    const [context] = contexts;
    const { input, output } = context!.channels as never as {
      input: Chan<number>;
      output: Chan<number>;
    };
    await expect(input.recv()).resolves.toMatchObject({ ok: false });
    await expect(output.send(1)).rejects.toThrow("send on closed channel");
    await channels.input.send(1);
    expect([channels.input.len, channels.input.closed]).toEqual([1, false]);
  });

  it("X6: a receive that is withdrawn gives back what is under way", async () => {
    const input = new Chan<number>(3);
    void run("hold", 0, { input });
    await until(() => contexts.length === 1);
    const { input: there } = contexts[0]!.channels as never as { input: Chan<number> };
    const controller = new AbortController();
    const waiting = there.recv({ signal: controller.signal });
    await turns();
    await input.send(1);
    controller.abort("withdrawn");
    await expect(waiting).rejects.toBe("withdrawn");
    await turns(12);
    const next = how === "with" ? await input.recv() : await there.recv();
    expect(next).toMatchObject({ value: 1 });
    // And it goes on.
    const again = there.recv();
    await turns();
    await input.send(2);
    await expect(again).resolves.toMatchObject({ value: 2 });
    expect([there.cap, there.len, there.name]).toEqual([3, 0, "input"]);
  });

  it("X6: what was received there at the last moment does not come back", async () => {
    const input = new Chan<number>(3);
    const controller = new AbortController();
    void run("hold", 0, { input }, controller.signal);
    await until(() => contexts.length === 1);
    const { input: there } = contexts[0]!.channels as never as { input: Chan<number> };
    const [first, second] = [there.recv(), there.recv()];
    await turns();
    await input.send(1);
    await first;
    // Main has not been told of it yet.
    controller.abort();
    await turns();
    await input.send(2);
    await expect(input.recv()).resolves.toMatchObject({ value: 2 });
    input.close();
    await expect(input.recv()).resolves.toMatchObject({ ok: false });
    void second;
  });

  it("X6: turns of asking have no end", async () => {
    const input = new Chan<number>(1);
    void run("hold", 0, { input });
    await until(() => contexts.length === 1);
    const { input: there } = contexts[0]!.channels as never as { input: Chan<number> };
    const count = how === "with" ? 2100 : 100;
    void (async () => {
      for (let n = 0; n < count; n++) await input.send(n);
    })();
    let sum = 0;
    for (let n = 0; n < count; n++) sum += (await there.recv()).value!;
    expect(sum).toBe((count * (count - 1)) / 2);
  });

  it("X6: what fails to be received fails one receive there", async () => {
    class Odd extends CustomRecvChan<number> {
      readonly cap = 0;
      readonly len = 0;
      next: number | undefined;
      isOdd = false;
      protected poll(): { ok: true; value: number; done: false } | undefined {
        if (this.isOdd) {
          this.isOdd = false;
          throw new RangeError("odd");
        }
        return this.next === undefined ? undefined : { ok: true, value: this.next, done: false };
      }
      wake(): void {
        this.notify();
      }
    }
    for (const early of [true, false]) {
      const input = new Odd();
      input.isOdd = early;
      const call = run("fails", 0, { input });
      await turns();
      input.isOdd = !early;
      input.wake();
      input.next = 5;
      await turns();
      input.wake();
      await expect(call).resolves.toEqual(["RangeError: odd", 5]);
    }
  });

  it("X6: a failure for a receive that was withdrawn meanwhile fails no other", async () => {
    class Fails extends CustomRecvChan<number> {
      readonly cap = 0;
      readonly len = 0;
      state: "empty" | "odd" | "full" = "empty";
      protected poll(): { ok: true; value: number; done: false } | undefined {
        if (this.state === "odd") throw new RangeError("odd");
        return this.state === "full" ? { ok: true, value: 5, done: false } : undefined;
      }
      be(state: "odd" | "full"): void {
        this.state = state;
        this.notify();
      }
    }
    const input = new Fails();
    void run("hold", 0, { input });
    await until(() => contexts.length === 1);
    const { input: there } = contexts[0]!.channels as never as { input: Chan<number> };
    const controller = new AbortController();
    const waiting = there.recv({ signal: controller.signal });
    await turns();
    input.be("odd");
    controller.abort("withdrawn");
    await expect(waiting).rejects.toBe("withdrawn");
    input.be("full");
    await turns();
    await expect(there.recv()).resolves.toMatchObject({ value: 5 });
  });

  it("X6: a close ends all that wait there", async () => {
    const input = new Chan<number>(2);
    void run("hold", 0, { input });
    await until(() => contexts.length === 1);
    const { input: there } = contexts[0]!.channels as never as { input: Chan<number> };
    const all = [there.recv(), there.recv(), there.recv()];
    await turns();
    await input.send(1);
    await turns();
    input.close();
    const values = (await Promise.all(all)).map(({ value }) => value);
    expect(values).toEqual([1, undefined, undefined]);
    // Each of the two that main was asked for is told.
    await turns();
    expect(there.closed).toBe(true);
  });

  it("X6: what cannot be sent to is not", async () => {
    class Never extends CustomRecvChan<number> {
      readonly cap = 0;
      readonly len = 0;
      protected poll(): undefined {
        return undefined;
      }
    }
    await expect(run("send", 1, { output: new Never() })).rejects.toThrow("cannot be sent to");
  });

  it("X6: what cannot be cloned rejects its send", async () => {
    const output = new Chan<unknown>(1);
    void run("hold", 0, { output });
    await until(() => contexts.length === 1);
    const { output: there } = contexts[0]!.channels as never as { output: Chan<unknown> };
    await expect(there.send(() => 1)).rejects.toMatchObject({
      name: "DataCloneError",
      message: expect.stringMatching(/^task "hold": what it sent cannot be cloned/) as unknown,
    });
    await there.send(2);
    await expect(output.recv()).resolves.toMatchObject({ value: 2 });
  });

  it("X6: only channels are", async () => {
    for (const channels of [1, null, { input: {} }]) {
      await expect(run("hold", 0, channels as never)).rejects.toThrow(TypeError);
    }
  });

  it("X6: what cannot be cloned fails the receive there, and is gone", async () => {
    const input = new Chan<unknown>(2);
    const call = run("fails", 0, { input });
    await turns();
    await input.send(() => 1);
    await input.send(2);
    input.close();
    await expect(call).resolves.toEqual([expect.stringMatching(/DataCloneError/), 2]);
    await expect(input.recv()).resolves.toMatchObject({ ok: false });
  });

  it("X6: each value goes to exactly one, whatever is aborted or dies", async () => {
    const step = fc.record({
      what: fc.constantFrom("send", "take", "abort", "exit", "turn", "recv"),
      turns: fc.nat(3),
    });
    const program = fc.record({ cap: fc.nat(3), steps: fc.array(step, { maxLength: 30 }) });
    const check = async ({
      cap,
      steps,
    }: {
      cap: number;
      steps: { what: string; turns: number }[];
    }) => {
      received = [];
      const others = localThreads(tasks as never, { size: 2, grace: Infinity });
      const input = new Chan<number>(cap);
      const open: AbortController[] = [];
      let sent = 0;
      for (const { what, turns: n } of steps) {
        if (what === "send") input.send(sent++).catch(() => undefined);
        if (what === "recv") {
          const r = input.tryRecv();
          if (r?.ok === true) received.push(r.value);
        }
        if (what === "take") {
          const controller = new AbortController();
          const { signal } = controller;
          open.push(controller);
          const options = { channels: { input }, signal } as never;
          (others.threads.run("take", 3, options) as Promise<unknown>).catch(() => undefined);
        }
        if (what === "abort") open.shift()?.abort();
        if (what === "exit") others.all.at(-1)?.exit();
        await turns(n);
      }
      await turns(8);
      await others.threads.terminate();
      await turns(8);
      input.close();
      for await (const value of input) received.push(value);
      // What still waited to be sent when the channel was closed was refused.
      const got = received
        .filter((value) => value !== undefined)
        .sort((a, b) => Number(a) - Number(b));
      expect(new Set(got).size).toBe(got.length);
      expect(got).toEqual(Array.from({ length: got.length }, (_, n) => n));
      expect(sent - got.length).toBeGreaterThanOrEqual(0);
      if (input.cap >= sent) expect(got.length).toBe(sent);
    };
    await fc.assert(fc.asyncProperty(program, check), { numRuns: isFull ? 150 : 15 });
  });
});

describe("a call with channels", () => {
  afterEach(endCrews);

  it("X6: travels alone, moves when its thread is behind, and is passed over like any", async () => {
    const crew = new Crew({ size: 2 });
    await crew.start();
    const input = new Chan<number>();
    const controller = new AbortController();
    const options = { channels: { input }, signal: controller.signal } as never;
    for (const call of [0, 1]) void crew.run("t", call);
    await turns();
    for (const thread of crew.all) thread.begin();
    for (const thread of crew.all) thread.tell();
    await turns();
    // Both wait for something: the next goes ahead to the first, and stays.
    void crew.run("t", "linked", options);
    void crew.run("t", "linked", options);
    await turns();
    expect(crew.all.map(({ inputs }) => inputs.at(-1))).toEqual(["linked", "linked"]);
    expect(crew.all.map(({ messages }) => messages)).toEqual([3, 3]);
    // The first becomes idle: it takes what is behind at the second.
    crew.at(0).begin();
    crew.at(0).value(1, "ended");
    crew.at(0).value(2, "ended");
    await turns();
    expect(crew.at(0).messages).toBe(4);
    controller.abort();
    crew.at(0).exit(1);
    await turns();
    const sent = watch(input.send(1));
    await turns();
    expect([sent.status, crew.threads.stats.waiting]).toEqual(["pending", 0]);
    input.close();
  });
});

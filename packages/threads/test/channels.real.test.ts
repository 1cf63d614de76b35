// Channels of a call, with real threads.

import { Chan, type Received } from "@chankit/channel";
import { settle } from "@chankit/channel/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Threads } from "../src/index.js";
import { type AnyTasks, realThreads, terminateAll, until, Words } from "./support/real.js";

let threads: Threads<AnyTasks>;

beforeAll(async () => {
  threads = await realThreads({ size: 2, grace: 0 }, "channels.mjs");
});

afterAll(terminateAll);

function run(task: string, input: unknown, channels: object, signal?: AbortSignal) {
  return threads.run(task, input, { channels, signal } as never) as Promise<unknown>;
}

async function all<T>(chan: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of chan) values.push(value);
  return values;
}

describe("channels of a call", () => {
  it("X6: a stage on a thread: in order, to the end", async () => {
    const [input, output] = [new Chan<number>(4), new Chan<number>(4)];
    const stage = run("double", 0, { input, output });
    void (async () => {
      for (let n = 0; n < 50; n++) await input.send(n);
      input.close();
    })();
    const received: number[] = [];
    for (let n = 0; n < 50; n++) received.push((await output.recv()).value!);
    expect(received).toEqual(Array.from({ length: 50 }, (_, n) => n * 2));
    await expect(stage).resolves.toBe(50);
    expect(output.closed).toBe(false);
  });

  it("X6: calls share a channel: each value goes to one, and back-pressure holds", async () => {
    const [input, output] = [new Chan<number>(), new Chan<number>()];
    const stages = [1, 2, 3].map(() => run("double", 0, { input, output }));
    const sent = (async () => {
      for (let n = 0; n < 60; n++) await input.send(n);
      input.close();
    })();
    const received: number[] = [];
    for (let n = 0; n < 60; n++) received.push((await output.recv()).value!);
    await sent;
    expect(received.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n * 2));
    const counts = (await Promise.all(stages)) as number[];
    expect(counts.reduce((a, b) => a + b)).toBe(60);
  });

  it("X6: a task closes a channel after all that it has sent", async () => {
    const output = new Chan<number>();
    const producer = run("produce", 20, { output });
    await expect(all(output)).resolves.toEqual(Array.from({ length: 20 }, (_, n) => n));
    await producer;
    await expect(run("closes", 0, { output: new Chan() })).resolves.toEqual([
      true,
      "close of closed channel",
      'send on closed channel "output"',
    ]);
  });

  it("X6: at most max(1, cap) values are under way to main", async () => {
    const output = new Chan<number>();
    void run("produce", 20, { output });
    await until(() => threads.stats.running === 1);
    for (let n = 0; n < 20; n++) await settle();
    expect((await output.recv()).value).toBe(0);
    await all(output);
  });

  it("X6: a close by main ends a loop there, and refuses what it sends", async () => {
    const [input, output] = [new Chan<number>(), new Chan<number>()];
    const stage = run("double", 0, { input, output });
    const sender = run("sendUntilClosed", 0, { output });
    await output.recv();
    input.close();
    output.close();
    await expect(stage).resolves.toBe(0);
    await expect(sender).resolves.toEqual(["ChannelClosedError", "ERR_CHANNEL_CLOSED"]);
    const closed = new Chan<number>(1);
    closed.close();
    await expect(run("sendUntilClosed", 0, { output: closed })).resolves.toEqual([
      "ChannelClosedError",
      "ERR_CHANNEL_CLOSED",
    ]);
    await expect(run("take", 1, { input: closed })).resolves.toEqual([undefined]);
  });

  it("X6: select chooses there", async () => {
    const [a, b, out] = [new Chan<number>(2), new Chan<string>(2), new Chan<string>(1)];
    const chosen = run("choose", 0, { a, b, out });
    await a.send(1);
    await a.send(2);
    await b.send("x");
    b.close();
    const got = (await chosen) as [string, boolean, unknown][];
    expect(got.filter(([, ok]) => ok).length).toBeGreaterThan(0);
    expect(got.length).toBe(4);
    expect((await out.recv()).value).toBe("sent");
    const rest: unknown[] = [];
    for (let r = a.tryRecv(); r !== undefined; r = a.tryRecv()) rest.push(r.value);
    const taken = got.filter(([key, ok]) => key === "a" && ok).map(([, , value]) => value);
    // What was under way to a select that chose another case has come back.
    expect([...taken, ...rest]).toEqual([1, 2]);
  });

  it("X6: a receive that is withdrawn there takes nothing", async () => {
    const input = new Chan<number>(3);
    await input.send(1);
    await expect(run("withdraw", 0, { input })).resolves.toEqual(["withdrawn", undefined, 3, 0]);
    await expect(input.recv()).resolves.toMatchObject({ value: 1 });
  });

  it("X6: what is under way when the call settles goes back to the front", async () => {
    const input = new Chan<number>(1);
    const words = new Words();
    const controller = new AbortController();
    const stuck = run("askAndSpin", words.buffer, { input }, controller.signal);
    await until(() => words.begun === 1);
    const [sent, next] = [input.send(1), input.send(2)];
    await Promise.all([sent, next]);
    const third = input.send(3);
    // The first is under way to a thread that cannot take it.
    expect(input.len).toBe(1);
    controller.abort("enough");
    await expect(stuck).rejects.toBe("enough");
    const values = [await input.recv(), await input.recv(), await input.recv()];
    await third;
    expect(values.map((r: Received<number>) => r.value)).toEqual([1, 2, 3]);
  });

  it("X6: a closed channel is not drained while a value may come back", async () => {
    const input = new Chan<number>(1);
    const words = new Words();
    const controller = new AbortController();
    const stuck = run("askAndSpin", words.buffer, { input }, controller.signal);
    await until(() => words.begun === 1);
    await input.send(1);
    input.close();
    const reader = input.recv();
    await settle();
    const ended = expect(stuck).rejects.toBe("enough");
    controller.abort("enough");
    await expect(reader).resolves.toMatchObject({ ok: true, value: 1 });
    await expect(input.recv()).resolves.toMatchObject({ ok: false });
    await ended;
  });

  it("X6: what was received there does not come back, though the call is aborted", async () => {
    const input = new Chan<number>(2);
    const words = new Words();
    const controller = new AbortController();
    const call = run("takeAndWait", words.buffer, { input }, controller.signal);
    await input.send(7);
    await until(() => words.begun === 7);
    controller.abort("enough");
    await expect(call).rejects.toBe("enough");
    input.close();
    await expect(input.recv()).resolves.toMatchObject({ ok: false });
  });

  it("X6: a send that has resolved arrives even after its thread has ended", async () => {
    // Threads of its own: those of the others may still be terminated for a call that was aborted.
    const own = await realThreads({ size: 1 }, "channels.mjs");
    const sendAndExit = (n: number, output: Chan<number>) =>
      own.run("sendAndExit", n, { channels: { output } } as never) as Promise<unknown>;
    const output = new Chan<number>(3);
    await expect(sendAndExit(3, output)).rejects.toMatchObject({ exitCode: 3 });
    expect(output.len).toBe(3);
    const rendezvous = new Chan<number>();
    await expect(sendAndExit(1, rendezvous)).rejects.toMatchObject({ exitCode: 3 });
    await expect(rendezvous.recv()).resolves.toMatchObject({ value: 0 });
  });

  it("X6: what cannot be cloned rejects its send, and nothing else", async () => {
    const output = new Chan<unknown>(1);
    const message = expect.stringMatching(
      /^task "sendOdd": what it sent cannot be cloned/,
    ) as unknown;
    await expect(run("sendOdd", 0, { output })).resolves.toEqual(["DataCloneError", message]);
    await expect(output.recv()).resolves.toMatchObject({ value: "fine" });
    const input = new Chan<unknown>(2);
    await input.send(() => 1);
    await expect(run("take", 1, { input })).rejects.toMatchObject({ name: "DataCloneError" });
    await input.send(2);
    await expect(run("take", 1, { input })).resolves.toEqual([2]);
  });

  it("X6: only channels are", async () => {
    await expect(run("take", 1, { input: {} })).rejects.toThrow(
      "a channel of this package is needed",
    );
    await expect(run("take", 1, 1 as never)).rejects.toThrow(
      "channels must be an object of channels",
    );
  });
});

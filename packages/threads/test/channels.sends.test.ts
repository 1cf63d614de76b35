// What a thread has sent over a channel of its call arrives, whatever happens meanwhile: threads in this process,
// with shared memory, and without. Replaces SharedArrayBuffer, and how Node gives its modules.

import { Broadcast, Chan, CustomChan, type Received, type SendChan } from "@chankit/channel";
import { expectNoWaiters } from "@chankit/channel/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { isFull } from "../../../tools/testing/depth.js";
import type { TaskContext, Threads } from "../src/index.js";
import { endLocal, localThreads } from "./support/local.js";
import { turns, watch } from "./support/manual.js";
import type { AnyTasks } from "./support/real.js";

const { SharedArrayBuffer } = globalThis;
const { getBuiltinModule } = process;

type Output = SendChan<number>;
type Out = TaskContext<{ readonly output: Output }>;

/** The channels that tasks have, as they see them. */
let there: Output[] = [];
/** Ends a call of `endLate`. */
let end: () => void;

const tasks = {
  async send(n: number, { channels: { output } }: Out) {
    for (let i = 0; i < n; i++) await output.send(i);
    return "sent";
  },
  async hold(_: unknown, { channels: { output } }: Out) {
    there.push(output);
    await new Promise(() => undefined);
  },
  async endLate() {
    await new Promise<void>((resolve) => (end = resolve));
  },
};

let threads: Threads<AnyTasks>;
let all: { exit(): void }[];

function start(size = 1, grace = 0): void {
  there = [];
  ({ threads, all } = localThreads(tasks as never, { size, grace }));
}

afterEach(async () => {
  globalThis.SharedArrayBuffer = SharedArrayBuffer;
  process.getBuiltinModule = getBuiltinModule;
  await endLocal();
});

function run(task: string, input: unknown, output: unknown, signal?: AbortSignal) {
  const options = { channels: { output }, signal } as never;
  const promise = threads.run(task, input, options) as Promise<unknown>;
  promise.catch(() => undefined);
  return promise;
}

/** A call that holds the channel: its own end of it. */
async function held(output: unknown, signal?: AbortSignal): Promise<Output> {
  const before = there.length;
  void run("hold", 0, output, signal);
  while (there.length === before) await turns(1);
  return there[before]!;
}

/** All that can be received now. */
function drain(chan: Chan<number>): unknown[] {
  const values: unknown[] = [];
  for (let r = chan.tryRecv(); r !== undefined; r = chan.tryRecv()) {
    values.push(r.value);
    if (!r.ok) break;
  }
  return values;
}

describe.each(["with", "without"])("what a thread sends, %s shared memory", (how) => {
  const isShared = how === "with";

  beforeEach(() => {
    if (!isShared) globalThis.SharedArrayBuffer = undefined as never;
    start();
  });

  it("X6: arrives, though main closes the channel while it waits there", async () => {
    const output = new Chan<number>(2);
    const call = watch(run("send", 10, output));
    await turns(20);
    expect(output.len).toBe(2);
    output.close();
    // Two lay in the buffer, two waited for room; all four sends had resolved.
    expect([output.len, output.closed]).toEqual([4, true]);
    await turns();
    expect(drain(output)).toEqual([0, 1, 2, 3, undefined]);
    expect(call.reason).toMatchObject({ name: "ChannelClosedError" });
  });

  it("X6: arrives, though main closes the channel while it is under way", async () => {
    const output = new Chan<number>(1);
    const mine = await held(output);
    const sent = mine.send(7);
    output.close();
    await sent;
    // Not drained: it is still to come.
    expect(output.tryRecv()).toBeUndefined();
    await expect(output.recv()).resolves.toMatchObject({ ok: true, value: 7 });
    await expect(output.recv()).resolves.toMatchObject({ ok: false });
    expectNoWaiters(output);
  });

  it("X6: is refused from the close on, or arrives", async () => {
    const output = new Chan<number>(2);
    const mine = await held(output);
    output.close();
    const outcome = await Promise.allSettled([mine.send(1), mine.send(2)]);
    await turns();
    const values = drain(output);
    expect(outcome.map(({ status }) => status)).toEqual(
      isShared ? ["rejected", "rejected"] : ["fulfilled", "fulfilled"],
    );
    expect(values).toEqual(isShared ? [undefined] : [1, 2, undefined]);
    await expect(mine.send(3)).rejects.toMatchObject({ name: "ChannelClosedError" });
    await turns();
    expect(drain(output)).toEqual([undefined]);
  });

  it("X6: a close there that crosses a close by main changes nothing", async () => {
    const output = new Chan<number>(1);
    const mine = await held(output);
    void mine.send(1);
    mine.close();
    output.close();
    const reader = [output.recv(), output.recv()];
    await expect(Promise.all(reader)).resolves.toMatchObject([{ value: 1 }, { ok: false }]);
    await turns();
    const other = new Chan<number>(1);
    const late = await held(other);
    other.close();
    late.close();
    await turns();
    await expect(other.recv()).resolves.toMatchObject({ ok: false });
  });

  it("X6: arrives after its call has been aborted, also into a channel that is closed then", async () => {
    start(1, Infinity);
    const output = new Chan<number>(1);
    const controller = new AbortController();
    const mine = await held(output, controller.signal);
    controller.abort();
    await mine.send(1);
    await turns(1);
    output.close();
    await turns();
    expect(drain(output)).toEqual([1, undefined]);
  });

  it("X6: arrives after its call has ended, though it had to wait until a close", async () => {
    const output = new Chan<number>();
    const call = run("send", 1, output);
    await expect(call).resolves.toBe("sent");
    await turns();
    output.close();
    expect(drain(output)).toEqual([0, undefined]);
    expectNoWaiters(output);
  });

  it("X6: arrives, though the thread ends before main hears of it", async () => {
    const output = new Chan<number>(2);
    const mine = await held(output);
    await mine.send(1);
    await mine.send(2);
    all[0]!.exit();
    await turns();
    expect(drain(output)).toEqual([1, 2]);
    output.close();
    expect(drain(output)).toEqual([undefined]);
  });

  it("X6: arrives, though the channel is closed and the thread ends before main hears of it", async () => {
    const output = new Chan<number>(2);
    const mine = await held(output);
    void mine.send(1);
    output.close();
    all[0]!.exit();
    expect(drain(output)).toEqual([1, undefined]);
  });

  it("X6: goes nowhere in a closed channel of another kind", async () => {
    class Custom extends CustomChan<number> {
      readonly cap = 1;
      readonly len = 0;
      protected poll(): Received<number> | undefined {
        return undefined;
      }
      protected offer(): boolean {
        return false;
      }
    }
    for (const output of [new Custom(), new Broadcast<number>()]) {
      const mine = await held(output);
      await mine.send(1);
      if (output instanceof Custom) await turns();
      output.close();
      await turns();
      await expect(mine.send(2)).rejects.toMatchObject({ name: "ChannelClosedError" });
      if (output instanceof Custom) expect(output.tryRecv()).toMatchObject({ ok: false });
    }
  });

  it("X6: fails here alone if the hook of its kind throws: others may be sent", async () => {
    const got: number[] = [];
    class Odd extends CustomChan<number> {
      readonly cap = 1;
      readonly len = 0;
      protected poll(): Received<number> | undefined {
        return undefined;
      }
      protected offer(value: number): boolean {
        if (value === 1) throw new RangeError("odd");
        got.push(value);
        return true;
      }
    }
    await expect(run("send", 4, new Odd())).resolves.toBe("sent");
    await turns();
    expect(got).toEqual([0, 2, 3]);
  });

  it("X6: without a loss, whatever is closed, aborted or ends", async () => {
    const step = fc.record({
      what: fc.constantFrom("open", "send", "send", "recv", "abort", "exit", "close"),
      turns: fc.nat(2),
    });
    const program = fc.record({ cap: fc.nat(3), steps: fc.array(step, { maxLength: 30 }) });
    await fc.assert(
      fc.asyncProperty(program, async ({ cap, steps }) => {
        start(2);
        const output = new Chan<number>(cap);
        const open: AbortController[] = [];
        const sends: Promise<void>[] = [];
        const resolved = new Set<number>();
        const arrived: unknown[] = [];
        let value = 0;
        for (const { what, turns: n } of steps) {
          if (what === "open") {
            const controller = new AbortController();
            open.push(controller);
            void run("hold", 0, output, controller.signal);
          }
          const mine = there[value % Math.max(1, there.length)];
          if (what === "send" && mine !== undefined) {
            const sent = value++;
            sends.push(
              mine.send(sent).then(
                () => void resolved.add(sent),
                () => undefined,
              ),
            );
          }
          if (what === "recv") arrived.push(...drain(output));
          // A thread that is terminated without shared memory may lose what it sends meanwhile.
          if (what === "abort" && isShared) open.shift()?.abort();
          if (what === "exit") {
            all.at(-1)?.exit();
            // In this process its tasks would go on.
            there = [];
          }
          if (what === "close" && !output.closed) output.close();
          await turns(n);
        }
        await turns(8);
        if (isShared) await threads.terminate();
        await turns(4);
        if (!output.closed) output.close();
        await turns(4);
        const rest = drain(output);
        expect(rest.pop()).toBeUndefined();
        const got = [...arrived, ...rest].filter((it) => it !== undefined);
        expect(new Set(got).size).toBe(got.length);
        expect([...resolved].filter((sent) => !got.includes(sent))).toEqual([]);
        expectNoWaiters(output);
        await endLocal();
      }),
      { numRuns: isFull ? 200 : 25 },
    );
  });
});

describe("what a thread sends while it is terminated", () => {
  beforeEach(() => start());

  it("X6, X5: what has been sent arrives; what has not is never told to be", async () => {
    const output = new Chan<number>(5);
    const mine = await held(output);
    await mine.send(1);
    await mine.send(2);
    void threads.terminate();
    expect(drain(output)).toEqual([1, 2]);
    // The thread has yet to notice.
    const late = watch(mine.send(3));
    expect(mine.trySend(4)).toBe(false);
    await turns();
    expect([late.status, drain(output)]).toEqual(["pending", []]);
  });

  it("X6: what is under way comes, where a port cannot be drained, and nothing else", async () => {
    process.getBuiltinModule = undefined as never;
    const output = new Chan<number>(1);
    const [mine, other] = [await held(output), await held(output)];
    const ending = watch(run("endLate", 0, output));
    await turns();
    await mine.send(1);
    // The outcome of another call is among what is not heard any more.
    end();
    await new Promise((resolve) => void Promise.resolve().then(() => process.nextTick(resolve)));
    await other.send(2);
    void threads.terminate();
    void mine.send(3);
    expect(drain(output)).toEqual([]);
    await turns();
    expect(output.len).toBe(1);
    expect(ending.reason).toMatchObject({ name: "ThreadExitError" });
    output.close();
    expect(drain(output)).toEqual([1, 2, undefined]);
    expectNoWaiters(output);
  });

  it("X6: … into a channel that is closed meanwhile, too", async () => {
    process.getBuiltinModule = undefined as never;
    const output = new Chan<number>(1);
    const mine = await held(output);
    await mine.send(1);
    void threads.terminate();
    output.close();
    expect(drain(output)).toEqual([]);
    await expect(output.recv()).resolves.toMatchObject({ value: 1 });
    await expect(output.recv()).resolves.toMatchObject({ ok: false });
  });
});

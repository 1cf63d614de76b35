// The loop of a thread: what it begins, and when it tells of it.

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import type { TaskContext } from "../src/index.js";
import { transfer } from "../src/index.js";
import * as wire from "../src/wire/protocol.js";
import { closePorts, Main } from "./support/loop.js";
import { turns } from "./support/manual.js";

// A busy machine would have the loop tell more often.
beforeEach(() => {
  clock(0);
});

afterEach(() => {
  closePorts();
  jest.restoreAllMocks();
});

type Context = TaskContext;

/** Milliseconds that `performance.now` shows, one after the other, from call to call; then the last. */
function clock(...times: readonly number[]): void {
  const left = [...times];
  jest
    .spyOn(performance, "now")
    .mockImplementation(() => (left.length > 1 ? left.shift() : left[0])!);
}

describe("the loop of a thread", () => {
  it("says that it is there", async () => {
    const main = new Main({});
    await turns();
    expect(main.messages).toEqual([[0]]);
  });

  it("X8: tells the outcomes of what came in one message in one", async () => {
    clock(0);
    const main = new Main({ add: (n: number) => n + 1, wait: async (n: number) => n });
    main.send(["add", 1], ["wait", 5], ["add", 2], ["none"]);
    await turns();
    expect(main.messages).toHaveLength(2);
    expect(main.messages[1]).toEqual([
      4,
      ...[0, wire.VALUE, 2],
      ...[2, wire.VALUE, 3],
      ...[3, wire.UNKNOWN, "add, wait"],
      ...[1, wire.VALUE, 5],
    ]);
  });

  it("X1: says that it is back in its loop, also when it has no outcome to tell", async () => {
    const main = new Main({ wait: () => new Promise(() => undefined) });
    main.send(["wait"], ["wait"]);
    await turns();
    expect(main.messages.slice(1)).toEqual([[2]]);
  });

  it("X1, X4: begins what main has not revoked, and passes over the rest", async () => {
    const runs: unknown[] = [];
    const main = new Main({ run: (input) => runs.push(input) });
    main.words![1] = wire.REVOKED;
    main.send(["run", "a"], ["run", "b"], ["run", "c"]);
    await turns();
    expect(runs).toEqual(["a", "c"]);
    expect(main.told.map(({ outcome }) => outcome)).toEqual([wire.VALUE, wire.PASSED, wire.VALUE]);
    expect([...main.words!.slice(0, 3)]).toEqual([wire.BEGUN, wire.REVOKED, wire.BEGUN]);
  });

  it("X2: a result does not wait for a call behind it that may last", async () => {
    // The first lasts, by the clock; then what follows is told of before the second begins.
    clock(0, 0.5, 0.5, 0.6);
    const seen: number[] = [];
    const main = new Main({
      quick: () => "q",
      slow: () => {
        seen.push(post.mock.calls.length);
      },
    });
    await turns();
    const post = jest.spyOn(MessagePort.prototype, "postMessage");
    main.send(["slow"], ["quick"], ["slow"]);
    await turns();
    // Main's own is one; before the second slow one there was one more.
    expect(seen).toEqual([1, 2]);
  });

  it("X2: nor for more than a millisecond", async () => {
    clock(0, 1.5, 1.6, 1.7, 3);
    const main = new Main({ run: (n) => n as unknown });
    main.send(["run", 1], ["run", 2], ["run", 3], ["run", 4]);
    await turns();
    expect(main.messages.slice(1).map(([taken]) => taken)).toEqual([1, 3, 4, 4]);
  });

  it("X4: the event loop has its turn after some milliseconds", async () => {
    clock(0, 5, 5, 5, 5, 5);
    const order: unknown[] = [];
    const main = new Main({ run: (n) => order.push(n) });
    main.send(["run", 1], ["run", 2]);
    main.send(["run", 3]);
    main.port.postMessage([wire.ABORT, 99, { kind: "value", value: 0 }]);
    setImmediate(() => order.push("turn"));
    await turns(20);
    expect(order.filter((it) => it !== "turn")).toEqual([1, 2, 3]);
    expect(main.messages.length).toBeGreaterThan(2);
    expect(main.messages.at(-1)![0]).toBe(3);
  });

  it("X4: a task sees its flag, and after its end no longer that of the next call", async () => {
    const contexts: Context[] = [];
    const seen: boolean[] = [];
    const main = new Main({
      run(_, context: Context) {
        contexts.push(context);
        seen.push(context.aborted, context.signal.aborted);
        Atomics.store(main.words!, 0, wire.ABORTED);
        seen.push(context.aborted, context.signal.aborted);
      },
    });
    main.send(["run"]);
    await turns();
    expect(seen).toEqual([false, false, true, true]);
    Atomics.store(main.words!, 0, wire.SENT);
    expect(contexts[0]!.aborted).toBe(true);
    main.send(["run"]);
    await turns();
    expect(contexts[1]!.thread).toBe(7);
  });

  it("X4: one that ended unaborted stays so", async () => {
    let context: Context | undefined;
    const main = new Main({
      async run(_, its) {
        context = its;
      },
    });
    main.send(["run"]);
    await turns();
    Atomics.store(main.words!, 0, wire.ABORTED);
    expect([context!.aborted, context!.signal.aborted]).toEqual([false, false]);
    main.abort(0, "too late");
    await turns();
    expect(context!.signal.aborted).toBe(false);
  });

  it("X4: a task that waits is told by its signal, with the reason", async () => {
    const reasons: unknown[] = [];
    const main = new Main({
      wait: (_, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            reasons.push(signal.reason);
            reject(signal.reason as Error);
          });
        }),
      late: async (_, context) => {
        await turns(3);
        return [context.aborted, context.signal.reason as unknown];
      },
    });
    main.send(["wait"], ["late"]);
    await turns(1);
    main.abort(0, "enough");
    main.abort(1, "enough");
    await turns(12);
    expect(reasons).toEqual(["enough"]);
    expect(main.told).toEqual([
      { slot: 0, outcome: wire.FAILURE, value: { kind: "value", value: "enough" } },
      { slot: 1, outcome: wire.VALUE, value: [true, "enough"] },
    ]);
  });

  it("X7: without shared memory `aborted` follows the signal", async () => {
    const main = new Main(
      {
        late: async (_, context) => {
          await turns(3);
          return context.aborted;
        },
      },
      false,
    );
    main.send(["late"], ["late"]);
    await turns(1);
    main.abort(0, "enough");
    await turns(12);
    expect(main.told.map(({ value }) => value)).toEqual([true, false]);
  });

  it("X2: a value is what it was when its task ended", async () => {
    const state = { n: 0 };
    const next = (): object => {
      state.n++;
      return state;
    };
    const main = new Main({ next });
    main.send(["next"], ["next"], ["next"]);
    await turns();
    expect(main.told).toEqual(
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ].map(([slot, n]) => ({ slot, outcome: wire.VALUE, value: { n } })),
    );
  });

  it("X2: the value of the only call that waited is not copied twice", async () => {
    const clone = jest.spyOn(globalThis, "structuredClone");
    const main = new Main({ wait: async () => ({ a: 1 }) });
    main.send(["wait"]);
    await turns();
    expect(main.told).toMatchObject([{ value: { a: 1 } }]);
    expect(clone).not.toHaveBeenCalled();
  });

  it("X2: what cannot be cloned harms nothing else, wherever it stands", async () => {
    const odd = (): unknown => () => 1;
    const main = new Main({
      odd,
      oddLater: async () => odd(),
      one: () => 1,
      throwsOdd: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- hostile
        throw () => 1;
      },
    });
    main.send(["one"], ["odd"], ["oddLater"], ["throwsOdd"], ["one"], ["odd"]);
    await turns();
    const outcomes = [...main.told].sort((a, b) => a.slot - b.slot).map(({ outcome }) => outcome);
    const { VALUE, FAILURE, UNCLONEABLE } = wire;
    expect(outcomes).toEqual([VALUE, UNCLONEABLE, UNCLONEABLE, FAILURE, VALUE, UNCLONEABLE]);
  });

  it("X2: what is marked by `transfer` moves", async () => {
    const made: Uint8Array[] = [];
    const noise = (): Uint8Array => {
      const bytes = new Uint8Array([1, 2]);
      made.push(bytes);
      return transfer(bytes, [bytes.buffer]);
    };
    let twice: Uint8Array | undefined;
    const main = new Main({
      noise,
      noiseLater: async () => noise(),
      twice: () => (twice ??= noise()),
      number: () => transfer(5, []),
    });
    main.send(["noise"], ["noiseLater"], ["twice"], ["twice"], ["number"]);
    await turns();
    expect(made.map(({ length }) => length)).toEqual([0, 0, 0]);
    const values = [...main.told].sort((a, b) => a.slot - b.slot);
    expect(values.map(({ value }) => value)).toEqual([
      new Uint8Array([1, 2]),
      new Uint8Array([1, 2]),
      new Uint8Array([1, 2]),
      expect.stringMatching(/detached/),
      5,
    ]);
    expect(values[3]!.outcome).toBe(wire.UNCLONEABLE);
    expect(() => transfer({}, 1 as never)).toThrow(TypeError);
  });

  it("X2: odd thenables fail by themselves", async () => {
    const throwing = {
      get then(): never {
        throw new RangeError("odd");
      },
    };
    const main = new Main({
      throwing: () => throwing,
      twice: () => ({
        then(resolve: (value: number) => void, reject: (reason: unknown) => void) {
          resolve(1);
          resolve(2);
          reject(new Error("three"));
        },
      }),
      callable: () =>
        Object.assign(() => 0, { then: (resolve: (n: number) => void) => resolve(3) }),
    });
    main.send(["throwing"], ["twice"], ["callable"]);
    await turns();
    expect(main.told).toMatchObject([
      { slot: 0, outcome: wire.FAILURE, value: { message: "odd" } },
      { slot: 1, outcome: wire.VALUE, value: 1 },
      { slot: 2, outcome: wire.VALUE, value: 3 },
    ]);
  });

  it("X2: a revoked proxy cannot be cloned, whether it is returned or given by a promise", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const main = new Main({ returns: () => proxy, gives: async () => [proxy], next: () => 1 });
    main.send(["returns"], ["gives"], ["next"]);
    await turns();
    const outcomes = [...main.told].sort((a, b) => a.slot - b.slot).map(({ outcome }) => outcome);
    expect(outcomes).toEqual([wire.UNCLONEABLE, wire.UNCLONEABLE, wire.VALUE]);
  });

  it("a task is called as a method of all tasks", async () => {
    const tasks = {
      base: 2,
      double(this: { base: number }, n: number) {
        return n * this.base;
      },
    };
    const main = new Main(tasks as never);
    main.send(["double", 4]);
    await turns();
    expect(main.told).toMatchObject([{ value: 8 }]);
  });

  it("tells what there is to tell before the thread ends", async () => {
    const main = new Main({ wait: async () => 1 });
    main.send(["wait"]);
    await turns();
    const before = main.messages.length;
    main.loop.flush();
    await turns();
    expect(main.messages).toHaveLength(before);
  });
});

import { describe, expect, it } from "@jest/globals";

import { Chan, ChannelClosedError, Group, pipe } from "../../src/index.js";
import { all } from "../support/all.js";
import { failing } from "../support/failing.js";
import { Shelf } from "../support/kinds.js";
import { collect } from "../support/process.js";
import { pending, settle } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

/** An asynchronous iterator that notes what it is asked, and does what the test says. */
class Script implements AsyncIterableIterator<number> {
  readonly calls: string[] = [];
  /** What `next` gives, in turn; then it waits for ever. */
  readonly answers: unknown[];
  onReturn: () => unknown = () => ({ done: true, value: undefined });

  constructor(...answers: unknown[]) {
    this.answers = answers;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<number>> {
    this.calls.push("next");
    if (this.answers.length === 0) return new Promise(() => undefined);
    const answer = this.answers.shift();
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(answer as IteratorResult<number>);
  }

  return(): Promise<IteratorResult<number>> {
    this.calls.push("return");
    return this.onReturn() as Promise<IteratorResult<number>>;
  }
}

const value = (n: number): IteratorResult<number> => ({ done: false, value: n });
const end = { done: true, value: undefined };

/** What nothing handles of a pipe from this source that is aborted at once. */
function unhandledAfterAbort(source: Script): Promise<unknown[]> {
  const abort = new AbortController();
  return collect("unhandledRejection", async () => {
    const piped = pipe(source, new Chan<number>(), abort);
    abort.abort(reason);
    await expect(piped).rejects.toBe(reason);
    await settle();
    await settle();
  });
}

describe("pipe", () => {
  it("F5: sends all that the source gives, and gives their number", async () => {
    const to = new Chan<number>(9);

    expect(await pipe([1, 2, 3], to)).toBe(3);

    expect([to.closed, to.len]).toEqual([true, 3]);
    expect(await all(to)).toEqual([1, 2, 3]);
  });

  it("F5, C3: what can be sent at once is sent in the call", () => {
    const to = new Chan<number>(9);
    void pipe([1, 2, 3], to);

    expect(to.len).toBe(1);
  });

  it("F5: an empty source closes the channel, too", async () => {
    const to = new Chan<number>();

    expect(await pipe([], to)).toBe(0);
    expect(to.closed).toBe(true);
  });

  it("F5: pulls the next value only when the channel has taken the one before", async () => {
    const source = new Script(value(1), value(2), value(3), end);
    const to = new Chan<number>(1);
    const piped = pipe(source, to);

    await settle();
    expect([source.calls, waiting(to).senders]).toEqual([["next", "next"], 1]);
    to.tryRecv();
    await settle();
    expect(source.calls).toEqual(["next", "next", "next"]);
    to.tryRecv();
    to.tryRecv();

    expect(await piped).toBe(3);
  });

  it("F5: at the end calls return, once, and does not wait for it", async () => {
    const source = new Script(value(1), end);
    source.onReturn = () => new Promise(() => undefined);
    const to = new Chan<number>(9);

    expect(await pipe(source, to)).toBe(1);
    expect(source.calls).toEqual(["next", "next", "return"]);
  });

  it("F5: with close: false the channel stays open, at the end and at a failure", async () => {
    const to = new Chan<number>(9);

    expect(await pipe([1], to, { close: false })).toBe(1);
    await expect(pipe(new Script(reason), to, { close: false })).rejects.toBe(reason);

    expect([to.closed, to.len]).toEqual([false, 1]);
  });

  it("F5: a source that fails: return is called, the channel closed, the failure told", async () => {
    const source = new Script(value(1), reason);
    const to = new Chan<number>(9);

    await expect(pipe(source, to)).rejects.toBe(reason);

    expect(source.calls).toEqual(["next", "next", "return"]);
    expect([to.closed, to.len]).toEqual([true, 1]);
  });

  it("F5: a failure leaves no reader waiting, and it may be undefined", async () => {
    const to = new Chan<number>();
    const reader = to.recv();
    const source = {
      [Symbol.asyncIterator]: () => ({ next: failing(undefined) }),
    };

    const outcome = await pipe(source, to).catch((error: unknown) => ({ error }));

    expect(outcome).toEqual({ error: undefined });
    expect((await reader).ok).toBe(false);
  });

  it.each([
    ["a next that throws", { next: () => thrown() }],
    ["a next that gives no object", { next: () => Promise.resolve(1) }, TypeError],
    ["a next that gives null", { next: () => Promise.resolve(null) }, TypeError],
    [
      "a done that throws",
      {
        next: () => ({
          get done() {
            return thrown();
          },
        }),
      },
    ],
    [
      "a value that throws",
      {
        next: () => ({
          done: false,
          get value() {
            return thrown();
          },
        }),
      },
    ],
  ])("F5: %s is a failure of the source", async (_, iterator, expected: unknown = reason) => {
    const to = new Chan<number>(9);
    const source = { [Symbol.asyncIterator]: () => iterator } as unknown as AsyncIterable<number>;

    const error: unknown = await pipe(source, to).catch((error: unknown) => error);

    if (expected === reason) expect(error).toBe(reason);
    else expect(error).toBeInstanceOf(TypeError);
    expect(to.closed).toBe(true);
  });

  it("F5: refuses what cannot be sent to, and lets go of the source", async () => {
    const source = new Script(value(1));

    await expect(pipe(source, new Map() as never)).rejects.toThrow(
      new TypeError("to must be a channel to send to, not [object Map]"),
    );
    await expect(pipe([], undefined as never)).rejects.toThrow("to must be a channel to send to");
    expect(source.calls).toEqual(["return"]);
  });

  it.each([1, null])("F5: says what next should have given, instead of %p", async (result) => {
    const source = { [Symbol.iterator]: () => ({ next: () => result }) };

    await expect(pipe(source as never, new Chan<number>())).rejects.toThrow(
      `next of the source must give an object, not ${result}`,
    );
  });

  it("F5: a result may be a function", async () => {
    const result = Object.assign(() => undefined, { done: true });
    const source = { [Symbol.iterator]: () => ({ next: () => result }) };

    expect(await pipe(source as unknown as Iterable<number>, new Chan<number>())).toBe(0);
  });

  it.each([[undefined], [null], [1], [{}]])("F5: %p cannot be piped", async (source) => {
    const to = new Chan<number>();
    const piped = pipe(source as never, to);

    await expect(piped).rejects.toThrow(TypeError);
    await expect(piped).rejects.toThrow(
      /^source must be a stream or an iterable, async or not, not /,
    );
    expect(to.closed).toBe(true);
  });

  it("F5: an iterable that throws when it is opened is a failure, too", async () => {
    const to = new Chan<number>();

    await expect(pipe({ [Symbol.iterator]: thrown } as never, to)).rejects.toBe(reason);
    expect(to.closed).toBe(true);
  });

  it("F5: closed by others: the value that is being sent fails with ChannelClosedError", async () => {
    const source = new Script(value(1));
    const to = new Chan<number>();
    const piped = pipe(source, to);
    await settle();

    to.close();

    await expect(piped).rejects.toBeInstanceOf(ChannelClosedError);
    expect(source.calls).toEqual(["next", "return"]);
  });

  it("F5: closed by others while a value is awaited: that value fails", async () => {
    const source = new Script();
    const to = new Chan<number>();
    source.answers.push(settle().then(() => value(1)));
    const piped = pipe(source, to);

    to.close();

    await expect(piped).rejects.toBeInstanceOf(ChannelClosedError);
    expect(source.calls).toEqual(["next", "return"]);
  });

  it("F5: waits for return where it has stopped an idle source", async () => {
    const source = new Script(value(1));
    let finish: (() => void) | undefined;
    source.onReturn = () => new Promise((resolve) => (finish = () => resolve(end)));
    const to = new Chan<number>();
    const piped = pipe(source, to);
    await settle();
    to.close();

    expect(await pending(piped)).toBe(true);
    finish?.();

    await expect(piped).rejects.toBeInstanceOf(ChannelClosedError);
  });

  it("F5: waits for return also where nothing was asked for, since it cannot be sent", async () => {
    const source = new Script(value(1));
    let finish: (() => void) | undefined;
    source.onReturn = () => new Promise((resolve) => (finish = () => resolve(end)));
    const piped = pipe(source, new Map() as never);

    expect(await pending(piped)).toBe(true);
    finish?.();

    await expect(piped).rejects.toThrow("to must be a channel to send to");
  });

  it("F5: a generator has done what it does in the end, when pipe has failed", async () => {
    const order: string[] = [];
    async function* rows(): AsyncGenerator<number> {
      try {
        yield 1;
      } finally {
        await settle();
        order.push("closed");
      }
    }
    const to = new Chan<number>();
    const piped = pipe(rows(), to);
    await settle();
    to.close();

    await piped.catch(() => order.push("told"));

    expect(order).toEqual(["closed", "told"]);
  });

  it("F5, C7: aborted while it sends: rejects with the reason, and nothing is sent", async () => {
    const source = new Script(value(1));
    const to = new Chan<number>();
    const abort = new AbortController();
    const piped = pipe(source, to, abort);
    await settle();

    abort.abort(reason);

    await expect(piped).rejects.toBe(reason);
    expect([source.calls, to.closed, listeners(abort.signal)]).toEqual([
      ["next", "return"],
      true,
      0,
    ]);
    expectNobodyWaits(to);
  });

  it("F5, C7: aborted while a value is awaited: calls return, closes, and waits for neither", async () => {
    const source = new Script();
    source.onReturn = () => new Promise(() => undefined);
    const to = new Chan<number>();
    const reader = to.recv();
    const abort = new AbortController();
    const piped = pipe(source, to, abort);
    await settle();

    abort.abort(reason);

    await expect(piped).rejects.toBe(reason);
    expect([source.calls, listeners(abort.signal)]).toEqual([["next", "return"], 0]);
    expect((await reader).ok).toBe(false);
  });

  it("F5, C7: aborted by the source itself when it is asked, which then never answers", async () => {
    const abort = new AbortController();
    const source = new Script(value(1));
    const to = new Chan<number>(9);
    const piped = pipe(source, to, abort);
    source.next = () => {
      abort.abort(reason);
      return Script.prototype.next.call(source);
    };

    await expect(piped).rejects.toBe(reason);
    expect([source.calls, to.closed, to.len]).toEqual([["next", "next", "return"], true, 1]);
  });

  it("F5, C12: what a source that was aborted says afterwards is not heard", async () => {
    const source = new Script();
    source.answers.push(settle().then(() => Promise.reject(new Error("late"))));

    expect(await unhandledAfterAbort(source)).toEqual([]);
  });

  it("F5, C12: nor is the failure of its return, which comes later than the abort", async () => {
    const source = new Script();
    source.onReturn = () => Promise.reject(new Error("return"));

    const told = await unhandledAfterAbort(source);

    expect([source.calls, told]).toEqual([["next", "return"], []]);
  });

  it("F5, C7: aborted between two values: no other value is asked for", async () => {
    const abort = new AbortController();
    const source = new Script(value(1));
    const to = {
      cap: 0,
      len: 0,
      closed: false,
      async send() {
        abort.abort(reason);
      },
      close() {
        to.closed = true;
      },
    };

    await expect(pipe(source, to as never, abort)).rejects.toBe(reason);

    expect([source.calls, to.closed]).toEqual([["next", "return"], true]);
  });

  it("F5, C7: an aborted signal wins: nothing is asked for; the source is let go all the same", async () => {
    const source = new Script(value(1), end);
    const to = new Chan<number>(9);

    await expect(pipe(source, to, { signal: aborted() })).rejects.toBe(reason);

    expect([source.calls, to.closed, to.len]).toEqual([["return"], true, 0]);
  });

  it("F5, C7: a signal that is none is refused", async () => {
    const to = new Chan<number>();

    await expect(pipe([1], to, { signal: {} as never })).rejects.toThrow(TypeError);
    expect(to.closed).toBe(true);
  });

  it("F5, C7: null is no signal", async () => {
    expect(await pipe([1], new Chan<number>(1), { signal: null })).toBe(1);
  });

  it("F5, C7: one signal serves very many, with one listener", async () => {
    const abort = new AbortController();
    const piped = Array.from({ length: 1000 }, () => pipe(new Script(), new Chan<number>(), abort));

    expect(listeners(abort.signal)).toBe(1);
    abort.abort(reason);

    const outcomes = await Promise.allSettled(piped);
    expect(outcomes.every((one) => one.status === "rejected" && one.reason === reason)).toBe(true);
    expect(listeners(abort.signal)).toBe(0);
  });

  it("F5: the listener is gone when the source has ended", async () => {
    const { signal } = new AbortController();

    await pipe([1], new Chan<number>(1), { signal });

    expect(listeners(signal)).toBe(0);
  });

  it("F5, C12: the first failure wins over those of return and of close", async () => {
    const source = new Script(value(1), reason);
    source.onReturn = thrown;
    const shelf = new Shelf<number>();
    shelf.room = 9;
    shelf.close = () => {
      throw new Error("close");
    };

    const told = await collect("unhandledRejection", async () => {
      await expect(pipe(source, shelf)).rejects.toBe(reason);
      source.onReturn = () => Promise.reject(new Error("return"));
      source.answers.push(reason);
      await expect(pipe(source, shelf)).rejects.toBe(reason);
    });

    expect(told).toEqual([]);
  });

  it("F5: a close that fails is a failure, if there was none before", async () => {
    const shelf = new Shelf<number>();
    shelf.close = thrown;

    await expect(pipe([], shelf)).rejects.toBe(reason);
  });

  it("F5: what return fails with after the end is not heard", async () => {
    const source = new Script(end, end);
    source.onReturn = thrown;

    expect(await pipe(source, new Chan<number>())).toBe(0);
    source.onReturn = () => Promise.reject(reason);
    expect(await pipe(source, new Chan<number>())).toBe(0);
  });

  it("F5: a channel that is closed already is not closed again", async () => {
    const to = new Chan<number>();
    to.close();

    expect(await pipe([], to)).toBe(0);
    await expect(pipe([1], to)).rejects.toBeInstanceOf(ChannelClosedError);
  });

  it("F5, W2: a stage of a group that fails ends the others, and no reader waits", async () => {
    const [rows, out] = [new Chan<number>(), new Chan<number>()];
    const group = new Group();
    void group.go((signal) => pipe(rows, out, { signal }));
    void group.go(async () => {
      throw reason;
    });
    const reader = out.recv();

    await expect(group.wait()).rejects.toBe(reason);

    expect((await reader).ok).toBe(false);
    expectNobodyWaits(rows, out);
  });

  it("F5, C11: an endless source whose values need no waiting lets the event loop live", async () => {
    const abort = new AbortController();
    function* endless(): Generator<number> {
      for (;;) yield 1;
    }
    const to = new Chan<number>(1, { overflow: "dropNewest" });
    const piped = pipe(endless(), to, abort);

    setImmediate(() => abort.abort(reason));

    await expect(piped).rejects.toBe(reason);
  });
});

function thrown(): never {
  throw reason;
}

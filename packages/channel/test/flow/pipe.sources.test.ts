import { describe, expect, it } from "@jest/globals";
import { PassThrough, Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";

import { Chan, ChannelClosedError, pipe } from "../../src/index.js";
import { all } from "../support/all.js";
import { settle } from "../support/settle.js";
import { reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

/** Pipes into a channel that has room for all, and gives what came. */
async function through<T>(source: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const to = new Chan<T>(Infinity);
  const sent = await pipe(source, to);
  const values = await all(to);
  expect(values).toHaveLength(sent);
  return values;
}

async function* generator(): AsyncGenerator<number> {
  yield* [1, 2, 3];
}

describe("pipe, from", () => {
  it("F5: an array, a string, a set, a generator", async () => {
    function* synchronous(): Generator<number> {
      yield* [1, 2];
    }

    expect(await through([1, 2])).toEqual([1, 2]);
    expect(await through("ab")).toEqual(["a", "b"]);
    expect(await through(new Set([1, 2]))).toEqual([1, 2]);
    expect(await through(synchronous())).toEqual([1, 2]);
    expect(await through(generator())).toEqual([1, 2, 3]);
  });

  it("F5, C2: values pass through by identity, promises among them", async () => {
    const values = [Promise.resolve(1), { then: () => undefined }, undefined, null, () => 1];

    const piped = await through<unknown>(values);

    expect(piped).toHaveLength(5);
    piped.forEach((value, i) => expect(value).toBe(values[i]));
  });

  it("F5: what can be looped over in both ways is asynchronous", async () => {
    const both = {
      [Symbol.iterator]: () => [9][Symbol.iterator](),
      [Symbol.asyncIterator]: generator,
    };

    expect(await through(both)).toEqual([1, 2, 3]);
  });

  it("F5: an asynchronous iterator may give results that are no promises", async () => {
    const iterator = [1, 2][Symbol.iterator]();
    const source = { [Symbol.asyncIterator]: () => iterator } as unknown as AsyncIterable<number>;

    expect(await through(source)).toEqual([1, 2]);
  });

  it("F5: a generator that is stopped early does what it does in the end", async () => {
    let isClosed = false;
    function* rows(): Generator<number> {
      try {
        for (;;) yield 1;
      } finally {
        isClosed = true;
      }
    }
    const to = new Chan<number>();
    const piped = pipe(rows(), to);
    to.close();

    await expect(piped).rejects.toBeInstanceOf(ChannelClosedError);
    expect(isClosed).toBe(true);
  });

  it("F5: a channel, which is not closed by that, and keeps what was not taken", async () => {
    const source = new Chan<number>(9);
    for (const n of [1, 2, 3]) source.trySend(n);
    const to = new Chan<number>();
    const abort = new AbortController();
    const piped = pipe(source, to, abort);
    expect(await to.recv()).toMatchObject({ value: 1 });
    await settle();

    abort.abort(reason);

    await expect(piped).rejects.toBe(reason);
    expect([source.closed, source.len, waiting(source).receivers]).toEqual([false, 1, 0]);
  });

  it("F5: a channel that has nothing: an abort leaves nothing waiting there", async () => {
    const [source, to] = [new Chan<number>(), new Chan<number>()];
    const abort = new AbortController();
    const piped = pipe(source, to, abort);
    await settle();
    expect(waiting(source).receivers).toBe(1);

    abort.abort(reason);

    await expect(piped).rejects.toBe(reason);
    expectNobodyWaits(source, to);
    expect(source.trySend(1)).toBe(false);
  });

  it("F5, C7: a channel that another listener of the signal sends to keeps the value", async () => {
    const [source, to] = [new Chan<number>(1), new Chan<number>(1)];
    const abort = new AbortController();
    abort.signal.addEventListener("abort", () => source.trySend(1));
    const piped = pipe(source, to, abort);
    await settle();

    abort.abort(reason);

    await expect(piped).rejects.toBe(reason);
    expect([source.tryRecv()?.value, to.len]).toEqual([1, 0]);
  });

  it("F5: a channel of a kind that loops over itself in its own way", async () => {
    class Twice extends Chan<number> {
      override async *[Symbol.asyncIterator](): AsyncGenerator<number, undefined> {
        for await (const n of this.values()) yield 2 * n;
        return undefined;
      }
    }
    const source = new Twice(1);
    source.trySend(4);
    source.close();
    const to = new Chan<number>(1);

    await expect(pipe(source, to)).resolves.toBe(1);
    expect(to.tryRecv()?.value).toBe(8);
  });

  it("F5: a Node stream, with its back-pressure", async () => {
    let read = 0;
    const source = new Readable({
      objectMode: true,
      highWaterMark: 1,
      read() {
        this.push(read < 100 ? read++ : null);
      },
    });
    const to = new Chan<number>(1);
    const piped = pipe(source, to);
    await settle();
    await settle();
    expect(read).toBeLessThan(10);

    expect(await all(to)).toHaveLength(100);
    expect(await piped).toBe(100);
  });

  it("F5: a Node stream that fails", async () => {
    const source = new PassThrough({ objectMode: true });
    source.write(1);
    const to = new Chan<number>(9);
    const piped = pipe(source, to);
    await settle();

    source.destroy(reason);

    await expect(piped).rejects.toBe(reason);
    expect([to.len, to.closed]).toEqual([1, true]);
  });

  it("F5: a Node stream is destroyed when the channel is closed", async () => {
    const source = new PassThrough({ objectMode: true });
    const to = new Chan<number>();
    const piped = pipe(source, to);
    source.write(1);
    await settle();

    to.close();

    await expect(piped).rejects.toBeInstanceOf(ChannelClosedError);
    expect(source.destroyed).toBe(true);
  });

  it("F5: a Node stream is destroyed by an abort, also while it has nothing to give", async () => {
    const source = new PassThrough({ objectMode: true });
    const abort = new AbortController();
    const piped = pipe(source, new Chan<number>(), abort);
    await settle();

    abort.abort(reason);

    await expect(piped).rejects.toBe(reason);
    expect(source.destroyed).toBe(true);
    await settle();
  });

  it("F5, C7: what can be destroyed is, if it is aborted while it is asked, also without a return", async () => {
    let destroyed = 0;
    const source = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
      destroy: () => destroyed++,
    };
    const abort = new AbortController();
    const piped = pipe<number>(source, new Chan<number>(), abort);

    abort.abort(reason);

    await expect(piped).rejects.toBe(reason);
    expect(destroyed).toBe(1);
  });

  it.each([
    ["async", Symbol.asyncIterator],
    ["not async", Symbol.iterator],
  ])(
    "F5: what has answered, and is %s, is told to return, and not destroyed",
    async (_, symbol) => {
      const calls: string[] = [];
      const result = { done: false, value: 1 };
      const iterator = {
        next: () => (symbol === Symbol.iterator ? result : Promise.resolve(result)),
        return: () => calls.push("return"),
      };
      const source = { [symbol]: () => iterator, destroy: () => calls.push("destroy") };
      const to = new Chan<number>();
      const piped = pipe(source as never, to);
      await settle();

      to.close();

      await expect(piped).rejects.toBeInstanceOf(ChannelClosedError);
      expect(calls).toEqual(["return"]);
    },
  );

  it("F5: a Node stream that has ended by itself is not destroyed twice", async () => {
    let destroyed = 0;
    const source = Readable.from([1, 2]);
    const destroy = source.destroy.bind(source);
    source.destroy = (error) => {
      destroyed++;
      return destroy(error);
    };

    expect(await through(source)).toEqual([1, 2]);
    expect(destroyed).toBeLessThanOrEqual(1);
  });

  it("F5: a web stream, which is not locked afterwards", async () => {
    const source = ReadableStream.from([1, 2, 3]);

    expect(await through(source as AsyncIterable<number>)).toEqual([1, 2, 3]);
    expect(source.locked).toBe(false);
  });

  it("F5: a web stream that has no iterator, as in some browsers", async () => {
    const { readable, writable } = new TransformStream<number, number>();
    Object.defineProperty(readable, Symbol.asyncIterator, { value: undefined });
    const writer = writable.getWriter();
    void writer.write(1);
    void writer.close();

    expect(await through(readable as unknown as AsyncIterable<number>)).toEqual([1]);
  });

  it.each(["an abort", "the close of the channel"])(
    "F5: a web stream is cancelled by %s, also while a read is pending",
    async (how) => {
      let cancelled = 0;
      const source = new ReadableStream<number>({
        start(controller) {
          if (how !== "an abort") controller.enqueue(1);
        },
        cancel: () => {
          cancelled++;
        },
      });
      const abort = new AbortController();
      const to = new Chan<number>();
      const piped = pipe(source as AsyncIterable<number>, to, abort);
      await settle();

      if (how === "an abort") abort.abort(reason);
      else to.close();

      await expect(piped).rejects.toBeDefined();
      expect([cancelled, source.locked]).toEqual([1, false]);
    },
  );

  it("F5: a web stream that fails", async () => {
    const source = new ReadableStream({
      pull(controller) {
        controller.error(reason);
      },
    });

    await expect(pipe(source as AsyncIterable<number>, new Chan<number>())).rejects.toBe(reason);
  });

  it("F5: a web stream that is being read by others", async () => {
    const source = new ReadableStream<number>();
    source.getReader();
    const to = new Chan<number>();

    await expect(pipe(source as AsyncIterable<number>, to)).rejects.toThrow("locked");
    expect(to.closed).toBe(true);
  });
});

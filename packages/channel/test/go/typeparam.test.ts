// test/typeparam/chans.go: what generic helpers are made of.

import { describe, expect, it } from "@jest/globals";

import { Chan, type RecvChan, select, type WaitOptions } from "../../src/index.js";
import { closed, got } from "../support/outcomes.js";
import { reason } from "../support/signals.js";
import { expectNobodyWaits } from "../support/waiting.js";
import { allEnd, go, goMany, numbers } from "./support.js";

describe("test/typeparam/chans", () => {
  it("ReadAll: collects what comes until the close", async () => {
    const ch = new Chan<number>();
    const sender = goMany(1, async () => {
      for (const n of [4, 7, 2, 99, 100]) await ch.send(n);
      ch.close();
    });

    expect(await readAll(ch)).toEqual([4, 7, 2, 99, 100]);
    await sender;
  });

  it("Merge: gives the values of two, each in its order, and ends with the second", async () => {
    const [a, b] = [source([1, 3, 5]), source([2, 4, 6, 8, 10])];

    const merged = await readAll(merge(a, b));

    expect(merged.filter((n) => n % 2 === 1)).toEqual([1, 3, 5]);
    expect(merged.filter((n) => n % 2 === 0)).toEqual([2, 4, 6, 8, 10]);
  });

  it("Filter: gives what passes", async () => {
    expect(await readAll(filter(source(numbers(10)), (n) => n % 3 === 0))).toEqual([0, 3, 6, 9]);
  });

  it("Sink: takes everything until it is told to stop", async () => {
    const [ch, abort] = [new Chan<number>(), new AbortController()];
    const sinking = go(async () => {
      while ((await ch.recv(abort)).ok);
    });
    for (let i = 0; i < 10; i++) await ch.send(i);

    abort.abort(reason);

    await expect(sinking.ended).rejects.toBe(reason);
    expect(ch.trySend(10)).toBe(false);
  });

  it("Exclusive: a value in a channel of one is had by one at a time", async () => {
    const exclusive = new Chan<{ count: number }>(1);
    exclusive.trySend({ count: 0 });

    await goMany(10, async () => {
      for (let i = 0; i < 10; i++) {
        const value = (await exclusive.recv()).value!;
        expect(exclusive.tryRecv()).toBeUndefined();
        const { count } = value;
        await Promise.resolve();
        value.count = count + 1;
        await exclusive.send(value);
      }
    });

    expect(exclusive.tryRecv()).toEqual(got({ count: 100 }));
  });

  it("Ranger: a sender learns that its receiver has gone", async () => {
    const ch = new Chan<number>();
    const gone = new AbortController();
    const sent: boolean[] = [];
    const sender = go(async () => {
      for (let i = 0; i < 5; i++) sent.push(await offered(ch, i, gone));
    });

    for await (const value of ch) if (value === 2) break;
    gone.abort();
    await allEnd(sender);

    expect(sent).toEqual([true, true, true, false, false]);
    expectNobodyWaits(ch);
  });
});

async function offered(ch: Chan<number>, value: number, gone: WaitOptions): Promise<boolean> {
  return ch.send(value, gone).then(
    () => true,
    () => false,
  );
}

async function readAll<T>(ch: RecvChan<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of ch) values.push(value);
  expect(ch.tryRecv()).toEqual(closed);
  return values;
}

function source<T>(values: readonly T[]): RecvChan<T> {
  return producing(async (out) => {
    for (const value of values) await out.send(value);
  });
}

function producing<T>(produce: (out: Chan<T>) => Promise<void>): RecvChan<T> {
  const out = new Chan<T>();
  go(async () => {
    await produce(out);
    out.close();
  });
  return out;
}

function merge<T>(a: RecvChan<T>, b: RecvChan<T>): RecvChan<T> {
  return producing(async (out) => {
    const open: (RecvChan<T> | null)[] = [a, b];
    while (open.some((ch) => ch !== null)) {
      const { key, ok, value } = await select(open);
      if (ok) await out.send(value);
      else open[key] = null;
    }
  });
}

function filter<T>(from: RecvChan<T>, passes: (value: T) => boolean): RecvChan<T> {
  return producing(async (out) => {
    for await (const value of from) if (passes(value)) await out.send(value);
  });
}

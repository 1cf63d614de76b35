// Merge and batch in random programs, of sends, receives, aborts and closes in any order: nothing is
// lost or told twice, and the order of each source is kept.

import { describe, it, jest } from "@jest/globals";
import fc from "fast-check";

import { batch, Chan, merge } from "../../src/index.js";
import { channelPrograms, settle } from "../../src/testing/index.js";
import { fakeTime } from "../support/faked-time.js";
import { isFull } from "../../../../tools/testing/depth.js";
import { expectSame } from "../../../../tools/testing/same.js";

const numRuns = isFull ? 1000 : 100;

const caps = fc.tuple(...Array<fc.Arbitrary<number>>(3).fill(fc.nat({ max: 2 })));

/** Numbers that tell of which source they are. */
function valuesOf(source: string): fc.Arbitrary<string> {
  return fc.nat({ max: 99 }).map((n) => `${source}${n}`);
}

const send = { a: valuesOf("a"), b: valuesOf("b"), c: valuesOf("c") };

function start(sizes: readonly number[]): { a: Chan<string>; b: Chan<string>; c: Chan<string> } {
  const [a = 0, b = 0, c = 0] = sizes;
  return { a: new Chan(a), b: new Chan(b), c: new Chan(c) };
}

/** Those of `values` that are of the source. */
function from(source: string, values: readonly string[]): string[] {
  return values.filter((value) => value.startsWith(source));
}

describe("flows in random programs", () => {
  fakeTime();

  it("F1, F2: merge gives all that was sent, each source's values in order, and then the end", async () => {
    const programs = channelPrograms(fc, { send, recv: ["merged", "again"] });
    const property = fc.asyncProperty(programs, caps, async (program, sizes) => {
      const { sent, received, ended } = await program.run(() => {
        const sources = start(sizes);
        const merged = merge(...Object.values(sources));
        return { send: sources, recv: { merged, again: merged } };
      });

      const all = [...received.merged, ...received.again];
      for (const source of ["a", "b", "c"] as const) {
        expectSame(from(source, all).sort(), [...sent[source]].sort());
        expectSame(isSubsequence(from(source, received.merged), sent[source]), true);
      }
      expectSame(ended, { merged: true, again: true });
    });
    await fc.assert(property, { numRuns });
  });

  it("F1, F2: also where others receive from the sources, and merged channels are merged", async () => {
    const programs = channelPrograms(fc, { send, recv: ["merged", "direct"] });
    const property = fc.asyncProperty(programs, caps, async (program, sizes) => {
      const { sent, received } = await program.run(() => {
        const sources = start(sizes);
        const merged = merge(merge(sources.a, sources.b), merge(sources.b, sources.c));
        return { send: sources, recv: { merged, direct: sources.b } };
      });

      expectSame(
        [...received.merged, ...received.direct].sort(),
        [...sent.a, ...sent.b, ...sent.c].sort(),
      );
      for (const source of ["a", "c"] as const) {
        expectSame(from(source, received.merged), sent[source]);
      }
    });
    await fc.assert(property, { numRuns });
  });

  it("F1, F3: batch gives all that was sent, in order, in full batches but for the last", async () => {
    const programs = channelPrograms(fc, { send: { a: valuesOf("a") }, recv: ["batches"] });
    const size = fc.integer({ min: 1, max: 4 });
    const property = fc.asyncProperty(programs, caps, size, async (program, [cap], size) => {
      const { sent, received, ended } = await program.run(() => {
        const a = new Chan<string>(cap);
        return { send: { a }, recv: { batches: batch(a, { size }) } };
      });

      expectSame(received.batches.flat(), sent.a);
      const lengths = received.batches.map(({ length }) => length);
      expectSame(
        lengths.slice(0, -1).every((length) => length === size),
        true,
      );
      expectSame(
        lengths.every((length) => length > 0 && length <= size),
        true,
      );
      expectSame(ended.batches, true);
    });
    await fc.assert(property, { numRuns });
  });

  it("F1, F3, T2: the same with time; no timer is left, and none runs while none waits", async () => {
    const step = fc.oneof(
      fc.record({ does: fc.constantFrom("send", "recv", "tryRecv", "abort") }),
      fc.record({ does: fc.constant("advance"), ms: fc.nat({ max: 12 }) }),
    );
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, size) => {
        const model = new Model(size, 10);
        const source = new Chan<number>(Infinity);
        const batches = batch(source, { size, within: 10 });
        const received: number[][] = [];
        let abort = new AbortController();
        let n = 0;
        for (const one of steps) {
          if (one.does === "send") {
            model.send(n);
            source.trySend(n++);
          } else if (one.does === "recv") {
            model.waiting++;
            batches.recv(abort).then(
              ({ value }) => received.push(value!),
              () => undefined,
            );
          } else if (one.does === "tryRecv") {
            model.try();
            const tried = batches.tryRecv();
            if (tried !== undefined) received.push(tried.value!);
          } else if ("ms" in one) {
            model.advance(one.ms);
            jest.advanceTimersByTime(one.ms);
          } else {
            model.waiting = 0;
            abort.abort();
            abort = new AbortController();
          }
          model.serve();
          await settle();
          expectSame(received, model.received);
          expectSame(jest.getTimerCount(), model.hasTimer ? 1 : 0);
        }
        abort.abort();
      },
    );
    await fc.assert(property, { numRuns });
  });
});

/** A batch as one would explain it: a list, from which a receiver takes what is due. */
class Model {
  readonly received: number[][] = [];
  waiting = 0;
  readonly #size: number;
  readonly #within: number;
  /** In the source, and in the batch. */
  #source: number[] = [];
  #gathered: number[] = [];
  #now = 0;
  #due = Infinity;

  constructor(size: number, within: number) {
    this.#size = size;
    this.#within = within;
  }

  get hasTimer(): boolean {
    return this.waiting > 0 && this.#gathered.length > 0;
  }

  send(value: number): void {
    this.#source.push(value);
  }

  try(): void {
    this.waiting++;
    this.serve();
    // It finds out at once, where others wait already, that it would have to wait.
    this.waiting = Math.max(this.waiting - (this.#served ? 0 : 1), 0);
  }

  #served = false;

  advance(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.#now++;
      this.serve();
    }
  }

  serve(): void {
    this.#served = false;
    while (this.waiting > 0) {
      this.#gather();
      const isDue = this.#gathered.length > 0 && this.#now >= this.#due;
      if (this.#gathered.length < this.#size && !isDue) break;
      this.received.push(this.#gathered);
      this.#gathered = [];
      this.#due = Infinity;
      this.waiting--;
      this.#served = true;
    }
  }

  #gather(): void {
    while (this.#gathered.length < this.#size && this.#source.length > 0) {
      if (this.#gathered.push(this.#source.shift()!) === 1) this.#due = this.#now + this.#within;
    }
  }
}

function isSubsequence<T>(part: readonly T[], whole: readonly T[]): boolean {
  let i = 0;
  for (const value of whole) if (value === part[i]) i++;
  return i === part.length;
}

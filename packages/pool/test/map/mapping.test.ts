import { AsyncLocalStorage } from "node:async_hooks";
import { Readable } from "node:stream";

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
// After the clock was stopped, which it would read otherwise.
import { Chan } from "@chankit/channel";

import { type JobContext, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { isGarbage } from "../support/garbage.js";
import { busyPool, Gate, names, quick, readAll, TestJob } from "../support/jobs.js";
import { nextTurn, settle } from "../support/settle.js";
import { collect, Numbers, TestSource } from "../support/sources.js";
import { watch } from "../support/watch.js";

/** A function whose calls end when the test says so. */
class Calls {
  readonly values: number[] = [];
  readonly contexts: JobContext[] = [];
  readonly #gates: Gate[] = [];
  readonly fn = (value: number, context: JobContext): Promise<unknown> => {
    this.values.push(value);
    this.contexts.push(context);
    this.#gates[value] = new Gate();
    return this.#gates[value].promise;
  };

  async end(...values: number[]): Promise<void> {
    for (const value of values) this.#gates[value]!.open(`result ${value}`);
    await settle();
  }
}

describe("WorkerPool", () => {
  describe("map", () => {
    it("P21: gives the results in the order of the source", async () => {
      const pool = new WorkerPool({ workers: 3 });
      const calls = new Calls();
      const results = pool.map([0, 1, 2], calls.fn);
      const read = [results.next(), results.next(), results.next(), results.next()].map(watch);
      await settle();
      expect(calls.values).toEqual([0, 1, 2]);

      await calls.end(2, 1);
      expect(read.map(({ status }) => status)).toEqual(Array(4).fill("pending"));
      await calls.end(0);
      expect(read.map(({ value }) => value)).toEqual([
        { done: false, value: "result 0" },
        { done: false, value: "result 1" },
        { done: false, value: "result 2" },
        { done: true, value: undefined },
      ]);
    });

    it("P21: unordered, gives them in the order of completion", async () => {
      const pool = new WorkerPool({ workers: 3 });
      const calls = new Calls();
      const results = pool.map([0, 1, 2], calls.fn, { ordered: false });
      const read = collect(results);
      await settle();
      await calls.end(2);
      await calls.end(0);
      await calls.end(1);

      await expect(read).resolves.toEqual(["result 2", "result 0", "result 1"]);
    });

    it("P21: takes any source: iterables, async iterables, channels, streams, strings", async () => {
      const pool = new WorkerPool({ workers: 2 });
      const sources: (() => Iterable<string> | AsyncIterable<string>)[] = [
        () => ["a", "b", "c"],
        () => new Set(["a", "b", "c"]),
        () => "abc",
        function* () {
          yield* "abc";
        },
        async function* () {
          yield* "abc";
        },
        () => {
          const ch = new Chan<string>(3);
          for (const letter of "abc") ch.trySend(letter);
          ch.close();
          return ch;
        },
        () => Readable.from(["a", "b", "c"]) as AsyncIterable<string>,
        () => ({
          [Symbol.asyncIterator]: null,
          [Symbol.iterator]: () => ["a", "b", "c"][Symbol.iterator](),
        }),
      ];
      for (const make of sources) {
        for (const ordered of [true, false]) {
          const upper = pool.map(make(), (letter) => letter.toUpperCase(), { ordered });
          await expect(collect(upper)).resolves.toEqual(["A", "B", "C"]);
        }
      }
    });

    it("P21: an empty source gives the end, again and again", async () => {
      const pool = new WorkerPool({ workers: 1 });
      for (const ordered of [true, false]) {
        const results = pool.map([], () => 1, { ordered });
        for (let i = 0; i < 3; i++) {
          await expect(results.next()).resolves.toEqual({ done: true, value: undefined });
        }
      }
    });

    it("C2: values pass by identity, promises and thenables of a synchronous source included", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const thenable = { then: () => undefined };
      const values = [undefined, null, thenable, Promise.resolve(1), values0];
      const seen: unknown[] = [];

      await collect(pool.map(values, (value) => void seen.push(value)));

      expect(seen.map((value, i) => value === values[i])).toEqual(values.map(() => true));
    });

    it("P21: runs as many at a time as the pool has workers free", async () => {
      const { pool } = await busyPool({ workers: 3, queueSize: 9 });
      pool.resize(5);
      const calls = new Calls();
      const results = pool.map(new Numbers(), calls.fn);
      watch(results.next());
      await settle();
      expect([calls.values, pool.stats.inProgress]).toEqual([[0, 1], 5]);
      pool.resize(6);
      await settle();
      expect(calls.values).toEqual([0, 1, 2]);
    });

    it("P21: so it does after a resize, though nothing is read and nothing ends", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 0 });
      const calls = new Calls();
      const results = pool.map(new Numbers(), calls.fn);
      watch(results.next());
      await settle();
      expect(calls.values).toEqual([0]);
      pool.resize(3);
      await settle();
      expect(calls.values).toEqual([0, 1, 2]);
    });

    it("P21: so it does if the resize finds all that was pulled waiting", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 10 });
      const submitted = watch(pool.submit(() => new Gate().promise));
      const calls = new Calls();
      const results = pool.map(new Numbers(), calls.fn);
      watch(results.next());
      await settle();
      expect([calls.values, pool.stats.waiting]).toEqual([[], 6]);
      pool.resize(9);
      await settle();
      expect([calls.values.length, submitted.status]).toEqual([7, "pending"]);
    });

    it("P21: begins with the first next", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const source = new Numbers();
      let opened = 0;
      const results = pool.map(
        {
          [Symbol.iterator]: () => {
            opened++;
            return source;
          },
        },
        (n) => n,
      );
      await settle();
      expect([opened, source.pulled, pool.stats.accepted]).toEqual([0, 0, 0]);

      const first = results.next();
      expect(source.pulled).toBe(0);
      await expect(first).resolves.toEqual({ done: false, value: 0 });
      expect(opened).toBe(1);
    });

    it.each([
      [1, 0, 1],
      [2, 1, 3],
      [3, 12, 15],
      [2, 9, 10],
      [2, Infinity, 10],
    ])(
      "P21: with %p workers and a queue of %p, at most %p values are between the source and the reader",
      async (workers, queueSize, bound) => {
        for (const ordered of [true, false]) {
          const pool = new WorkerPool({ workers, queueSize });
          const source = new Numbers();
          const results = pool.map(source, (n) => n, { ordered });
          const read = watch(results.next());
          await settle();
          // One was read.
          expect([read.status, source.pulled]).toEqual(["fulfilled", bound + 1]);

          await results.next();
          await settle();
          expect(source.pulled).toBe(bound + 2);
        }
      },
    );

    it("P21: the bound goes with a resize", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 1 });
      const source = new Numbers();
      const results = pool.map(source, (n) => n);
      await results.next();
      await settle();
      expect(source.pulled).toBe(3);

      pool.resize(4);
      await results.next();
      await settle();
      expect(source.pulled).toBe(7);
      pool.resize(1);
      for (let n = 2; n < 6; n++) await expect(results.next()).resolves.toMatchObject({ value: n });
      await settle();
      expect(source.pulled).toBe(8);
    });

    it("P21: a synchronous source is asked as far as that in one go, each value accepted at once", async () => {
      const pool = new WorkerPool({ workers: 2, queueSize: 2 });
      pool.pause();
      const seen: unknown[] = [];
      let microtasks = 0;
      const source = {
        [Symbol.iterator]: () => ({
          next: () => {
            seen.push([microtasks, pool.stats.accepted]);
            void Promise.resolve().then(() => microtasks++);
            return { done: false as const, value: 1 };
          },
        }),
      };
      watch(pool.map(source, (n) => n).next());
      await settle();

      expect(seen.slice(0, 3)).toEqual([
        [0, 0],
        [0, 1],
        [0, 2],
      ]);
    });

    it("P21: an asynchronous source is asked for one value at a time", async () => {
      const pool = new WorkerPool({ workers: 3, queueSize: 3 });
      const source = new TestSource<number>();
      const results = pool.map(source, (n) => n * 2);
      const read = watch(results.next());
      await settle();
      expect(source.pulls).toBe(1);

      source.give(1);
      await settle();
      expect([read.value, source.pulls]).toEqual([{ done: false, value: 2 }, 2]);
      source.end();
      await settle();
      await expect(results.next()).resolves.toEqual({ done: true, value: undefined });
      expect(source.calls).toEqual(["next", "next"]);
    });

    it("P4: in a full pool one value waits for room, as submit does, and no other is pulled", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 2 });
      pool.tryQueue(quick("a"));
      pool.tryQueue(quick("b"));
      const source = new Numbers();
      const results = pool.map(source, (n) => n);
      const read = watch(results.next());
      const behind = watch(pool.queue(quick("c")));
      await settle();
      expect([pool.stats.blocked, source.pulled]).toEqual([2, 1]);

      running[0]!.end();
      await settle();
      expect([read.value, behind.status]).toEqual([{ done: false, value: 0 }, "fulfilled"]);
      expect(names(readAll(pool))).toEqual(["running0", "a", "b", "c"]);
      expect(source.pulled).toBeGreaterThan(1);
    });

    it("P22: a pause keeps its functions waiting; it goes on after", async () => {
      const pool = new WorkerPool({ workers: 2, queueSize: 1 });
      pool.pause();
      const source = new Numbers();
      const results = pool.map(source, (n) => n);
      const read = watch(results.next());
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 1, waiting: 1, blocked: 1 }));

      pool.resume();
      await settle();
      expect(read.value).toEqual({ done: false, value: 0 });
    });

    it("P21: fn gets its value and a context; its options are those of each call", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 9 });
      const seen: unknown[] = [];
      const results = pool.map(
        ["a"],
        function (this: unknown, value, context) {
          seen.push([value, context.attempt, context.worker, this]);
          if (context.attempt === 1) throw new Error("no");
          return value;
        },
        { retry: { times: 1 }, priority: 1 },
      );

      await expect(collect(results)).resolves.toEqual(["a"]);
      expect(seen).toEqual([
        ["a", 1, 0, undefined],
        ["a", 2, 0, undefined],
      ]);
    });

    it("P20: the priority of its calls counts", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 9 });
      const order: unknown[] = [];
      pool.tryQueue(new TestJob("plain", () => void order.push("plain")));
      const results = collect(
        pool.map([1, 2], (n) => order.push(n), { priority: 1, ordered: false }),
      );
      await settle();
      running[0]!.end();
      await results;
      await settle();

      expect(order).toEqual([1, 2, "plain"]);
    });

    it("P21: two maps and other jobs share a pool", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 1 });
      const list = Array.from({ length: 20 }, (_, i) => i);
      const maps = [1, 2].map((factor) => collect(pool.map(list, async (n) => n * factor)));
      for (const n of list) await pool.queue(quick(String(n)));

      await expect(Promise.all(maps)).resolves.toEqual([list, list.map((n) => n * 2)]);
      expect(pool.stats).toMatchObject({ accepted: 60, finished: 20, retrieved: 40 });
    });

    it("P15: fn and the source have the async context of the call of map", async () => {
      const storage = new AsyncLocalStorage<string>();
      const seen = new Set<unknown>();
      const note = () => void seen.add(storage.getStore());
      const sources = [
        (function* () {
          for (const n of [1, 2, 3, 4, 5]) {
            note();
            storage.enterWith("entered by the source");
            yield n;
          }
        })(),
        {
          async *[Symbol.asyncIterator]() {
            for (const n of [1, 2, 3, 4, 5]) {
              note();
              yield n;
            }
          },
        },
      ];
      for (const source of sources) {
        const pool = storage.run("maker", () => new WorkerPool({ workers: 1, queueSize: 1 }));
        storage.run("first", () => void pool.submit(() => 1));
        const results = storage.run("map", () =>
          pool.map<number, Promise<number>>(source, async (n) => {
            note();
            await Promise.resolve();
            note();
            return n;
          }),
        );
        const list: number[] = [];
        for (;;) {
          const result = await storage.run("reader", () => results.next());
          if (result.done === true) break;
          list.push(result.value);
        }
        expect(list).toEqual([1, 2, 3, 4, 5]);
      }
      // A generator goes on in what it has itself entered.
      seen.delete("entered by the source");
      expect([...seen]).toEqual(["map"]);
    });

    it("P15: what the source or a call of fn enters, no call of fn finds", async () => {
      const storage = new AsyncLocalStorage<string>();
      const pool = new WorkerPool({ workers: 2, queueSize: 8 });
      let n = 0;
      const source = {
        [Symbol.iterator]: () => ({
          next: () => {
            storage.enterWith("entered by the source");
            return { done: n === 20, value: n++ };
          },
        }),
      };
      const found = storage.run("map", () =>
        pool.map(source as Iterable<number>, (value) => {
          const store = storage.getStore();
          storage.enterWith("entered by fn");
          return value % 2 === 0 ? store : Promise.resolve(store);
        }),
      );

      await expect(collect(found)).resolves.toEqual(Array(20).fill("map"));
    });

    it("P15: a call that is tried again has the context of the map, too", async () => {
      const storage = new AsyncLocalStorage<string>();
      const pool = new WorkerPool({ workers: 1 });
      const found = storage.run("map", () =>
        pool.map(
          [1, 2],
          (_, { attempt }) => {
            const store = storage.getStore();
            storage.enterWith("entered by fn");
            if (attempt < 3) throw new Error("no");
            return store;
          },
          { retry: { times: 2 } },
        ),
      );

      await expect(collect(found)).resolves.toEqual(["map", "map"]);
    });

    it("P21: a result that is there is given without delay, and one that is not, when it is", async () => {
      const pool = new WorkerPool({ workers: 2 });
      const calls = new Calls();
      const results = pool.map([0, 1, 2], calls.fn);
      const first = watch(results.next());
      await settle();
      await calls.end(1);
      await calls.end(0);
      const second = watch(results.next());
      const third = watch(results.next());
      await settle();
      expect([first, second, third].map((it) => it.value)).toEqual([
        { done: false, value: "result 0" },
        { done: false, value: "result 1" },
        undefined,
      ]);

      await calls.end(2);
      expect(third.value).toEqual({ done: false, value: "result 2" });
    });

    it("C11: leaves the event loop its turns, with a source and functions that never wait", async () => {
      const pool = new WorkerPool({ workers: 2 });
      let turns = 0;
      let isOver = false;
      const count = async () => {
        while (!isOver) {
          await nextTurn();
          turns++;
        }
      };
      const counting = count();
      let n = 0;
      for await (const value of pool.map(new Numbers(), (it) => it)) {
        if (++n === 5000) break;
        expect(value).toBe(n - 1);
      }
      isOver = true;
      await counting;

      expect(turns).toBeGreaterThan(10);
    });

    it("P21: what was read is not held, and a map that is dropped leaves nothing", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 4 });
      const { signal } = new AbortController();
      const refs: WeakRef<object>[] = [];
      await (async () => {
        const results = pool.map(
          [1, 2, 3],
          () => {
            const result = {};
            refs.push(new WeakRef(result));
            return result;
          },
          { signal },
        );
        await results.next();
        await settle();
        refs.push(new WeakRef(results));
      })();

      expect(refs).toHaveLength(4);
      expect(await isGarbage(...refs)).toBe(true);
      expect(signal.aborted).toBe(false);
    });

    const one = (): number => 1;
    it.each([
      [[undefined, one], TypeError, "source must be iterable"],
      [[null, one], TypeError, "source must be iterable"],
      [[5, one], TypeError, "source must be iterable"],
      [[{ next: one }, one], TypeError, "source must be iterable"],
      [[[], 1], TypeError, "fn must be a function"],
      [[[], one, { priority: NaN }], RangeError, "priority must be a finite number, not NaN"],
      [[[], one, { signal: {} }], TypeError, "signal must be an AbortSignal"],
      [[[], one, { ordered: 1 }], TypeError, "ordered must be a boolean"],
    ])("P21: %p is refused at once", (args, Class, message) => {
      const pool = new WorkerPool({ workers: 1, name: "db" });
      const call = () => pool.map(...(args as unknown as Parameters<typeof pool.map>));

      expect(call).toThrow(Class);
      expect(call).toThrow(`pool "db": ${message}`);
    });
  });
});

function values0(): void {
  // A value that is a function.
}

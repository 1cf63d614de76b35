// How a map ends before its source does: failures, signals, the pool's end, and a reader that leaves.

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { type JobContext, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, Gate, quick, TestJob } from "../support/jobs.js";
import { toldToProcess } from "../support/process.js";
import { nextTurn, settle } from "../support/settle.js";
import { collect, Numbers, TestSource } from "../support/sources.js";
import { fakeTime, pass } from "../support/time.js";
import { stoppingVerbs, verbNames, verbs } from "../support/verbs.js";
import { statuses, watch } from "../support/watch.js";

const NO = new Error("no");
const END = { done: true, value: undefined };

/** A function whose calls end when the test says so, and that heeds its signal if it is to. */
class Calls {
  readonly signals: AbortSignal[] = [];
  readonly #gates: Gate[] = [];
  readonly fn = (value: number, { signal }: JobContext): Promise<unknown> => {
    this.signals[value] = signal;
    this.#gates[value] = new Gate();
    return this.#gates[value].promise;
  };

  async end(...values: number[]): Promise<void> {
    for (const value of values) this.#gates[value]!.open(value);
    await settle();
  }

  async fail(value: number, reason: unknown = NO): Promise<void> {
    this.#gates[value]!.fail(reason);
    await settle();
  }

  /** Which of those that were called are aborted. */
  get aborted(): boolean[] {
    return this.signals.map(({ aborted }) => aborted);
  }
}

/** Calls of a map, all of which run; `read` gives what so many calls of `next` have given so far. */
async function running(count: number, options?: { ordered?: boolean; signal?: AbortSignal }) {
  const pool = new WorkerPool<TestJob>({ workers: count, queueSize: 0 });
  const calls = new Calls();
  const source = new Numbers();
  const results = pool.map(source, calls.fn, options);
  const readers = Array.from({ length: count }, () => watch(results.next()));
  await settle();
  expect(pool.stats).toEqual(counters({ accepted: count, inProgress: count }));
  const read = () => readers.map(({ status, value, reason }) => value ?? reason ?? status);
  return { pool, calls, source, results, read };
}

const value = (n: number) => ({ done: false, value: n });

describe("WorkerPool", () => {
  describe("map, when a function fails", () => {
    it("P21: tells it in its place, after the values before it, which are waited for", async () => {
      const { calls, source, results, read } = await running(4);
      await calls.end(0, 3);
      await calls.fail(2);
      expect(read()).toEqual([value(0), "pending", "pending", "pending"]);
      expect(source.returned).toBe(1);

      await calls.end(1);
      expect(read()).toEqual([value(0), value(1), NO, END]);
      await expect(results.next()).resolves.toEqual(END);
    });

    it("P21: aborts the functions behind it that run, for its reason, and no other", async () => {
      const { pool, calls } = await running(4);
      await calls.end(3);
      await calls.fail(1);

      expect(calls.aborted).toEqual([false, false, true, false]);
      expect(calls.signals[2]!.reason).toBe(NO);
      await calls.end(0, 2);
      expect(pool.stats).toEqual(counters({ accepted: 4, retrieved: 4, failed: 1 }));
    });

    it("P21: one behind it that ends at the same time runs no more, and is not aborted", async () => {
      const pool = new WorkerPool({ workers: 3 });
      const gate = new Gate();
      const signals: AbortSignal[] = [];
      const fn = async (value: number, { signal }: JobContext) => {
        signals.push(signal);
        await gate.promise;
        if (value === 0) throw NO;
      };
      const first = watch(pool.map([0, 1, 2], fn).next());
      await settle();
      gate.open(undefined);
      await settle();

      expect(first.reason).toBe(NO);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
    });

    it("P21: withdraws those behind it that wait, for room, too", async () => {
      const { pool, running: others } = await busyPool({ workers: 2, queueSize: 2 });
      others[0]!.end();
      await settle();
      const calls = new Calls();
      const results = pool.map(new Numbers(), calls.fn);
      const read = watch(results.next());
      await settle();
      expect(pool.stats).toMatchObject({ waiting: 2, inProgress: 2, blocked: 1 });

      await calls.fail(0);
      expect(read.reason).toBe(NO);
      expect(pool.stats).toEqual(
        counters({ accepted: 5, inProgress: 1, finished: 1, retrieved: 1, failed: 1, skipped: 2 }),
      );
      expect(calls.signals).toHaveLength(1);
      others[1]!.end();
      await pool.close();
      expect(pool.stats).toMatchObject({ accepted: 5, skipped: 2 });
    });

    it("P21: an earlier one that fails later is told in its own place, and the later one is not", async () => {
      const { calls, read } = await running(4);
      await calls.fail(2);
      expect(calls.aborted).toEqual([false, false, false, true]);
      const EARLIER = new Error("earlier");
      await calls.fail(0, EARLIER);

      expect(calls.aborted).toEqual([false, true, false, true]);
      expect(read()).toEqual([EARLIER, END, END, END]);
    });

    it("P21: unordered, it comes after what has been pulled, and nothing is aborted", async () => {
      const { pool, calls, source, read } = await running(4, { ordered: false });
      await calls.fail(1);
      await calls.fail(3, new Error("another"));
      expect([read(), source.returned]).toEqual([Array(4).fill("pending"), 1]);

      await calls.end(2);
      await calls.end(0);
      expect(read()).toEqual([value(2), value(0), NO, END]);
      expect(calls.aborted).toEqual([false, false, false, false]);
      expect([source.pulled, pool.stats.failed]).toEqual([4, 2]);
    });

    it("P21: unordered, what waits for room when it fails is waited for as well", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 1 });
      pool.resize(2);
      const seen: number[] = [];
      const source = new Numbers();
      const results = pool.map(
        source,
        (n) => {
          seen.push(n);
          if (n === 0) throw NO;
          return n;
        },
        { ordered: false },
      );
      const list: unknown[] = [];
      for (let i = 0; i < 5; i++) {
        list.push(await results.next().catch((reason: unknown) => reason));
      }

      expect([seen, source.pulled]).toEqual([[0, 1, 2], 3]);
      expect(list).toEqual([value(1), value(2), NO, END, END]);
    });

    it("P21: a failure at the timeout is told at once, before the function has ended", async () => {
      const { pool, results, gate } = await (async () => {
        const pool = new WorkerPool({ workers: 1 });
        const gate = new Gate();
        return { pool, gate, results: pool.map([1], () => gate.promise, { timeout: 1 }) };
      })();

      await expect(results.next()).rejects.toMatchObject({ name: "TimeoutError" });
      expect(pool.stats.inProgress).toBe(1);
      gate.open(1);
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1, failed: 1 }));
    });

    it("P19: what is aborted behind a failure is not tried again", async () => {
      const pool = new WorkerPool({ workers: 3, queueSize: 0 });
      let runs = 0;
      const gate = new Gate();
      const results = pool.map(
        [0, 1, 2],
        (n, { signal }) => {
          runs++;
          if (n === 0) return gate.promise;
          return new Promise((_, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
          });
        },
        { retry: { times: 5, delay: (_, reason) => (reason === NO ? undefined : 0) } },
      );
      const read = watch(results.next());
      await settle();
      gate.fail(NO);
      await settle();

      expect([read.reason, runs]).toEqual([NO, 3]);
      expect(pool.stats).toEqual(counters({ accepted: 3, retrieved: 3, failed: 3 }));
    });

    it("P21: one behind it that fails at the same time changes no reason, and is not tried again", async () => {
      const pool = new WorkerPool({ workers: 4, queueSize: 0 });
      const calls = new Calls();
      const asked: unknown[] = [];
      const delay = (_: number, reason: unknown) => {
        asked.push(reason);
        return reason === NO ? undefined : 0;
      };
      const results = pool.map([0, 1, 2, 3], calls.fn, { retry: { times: 5, delay } });
      const readers = [1, 2, 3].map(() => watch(results.next()));
      await settle();
      // Both before the step in which the others are aborted.
      const first = calls.fail(1);
      await Promise.all([first, calls.fail(2, new Error("another"))]);
      await calls.end(0);

      expect(asked).toEqual([NO]);
      expect(calls.signals[3]!.reason).toBe(NO);
      expect(readers.map((it) => it.value ?? it.reason)).toEqual([value(0), NO, END]);
    });

    it("P21: tells it also if it has failed before the call of next", async () => {
      for (const ordered of [true, false]) {
        const { calls, results, read } = await running(1, { ordered });
        await calls.end(0);
        await calls.fail(1);
        expect(read()).toEqual([value(0)]);

        await expect(results.next()).rejects.toBe(NO);
        await expect(results.next()).resolves.toEqual(END);
      }
    });

    it("P21: a value that arrives afterwards is not submitted", async () => {
      const pool = new WorkerPool({ workers: 2, queueSize: 2 });
      const source = new TestSource<number>();
      const calls = new Calls();
      const results = pool.map(source, calls.fn);
      const read = watch(results.next());
      await settle();
      source.give(0);
      await settle();
      await calls.fail(0);
      expect([read.reason, source.calls]).toEqual([NO, ["next", "next", "return"]]);

      source.give(1);
      await settle();
      expect(calls.signals).toHaveLength(1);
      expect(pool.stats.accepted).toBe(1);
    });

    it("C12: leaves no rejection unhandled, whatever is read", async () => {
      const told = await toldToProcess("unhandledRejection", async () => {
        for (const ordered of [true, false]) {
          for (const reads of [1, 2, 5]) {
            const pool = new WorkerPool({ workers: 2, queueSize: 1 });
            const source = {
              [Symbol.iterator]: () => ({
                next: () => ({ done: false as const, value: 1 }),
                return: () => Promise.reject(new Error("return")) as never,
              }),
            };
            const fail = () => Promise.reject(NO);
            const results = pool.map(source, fail, { ordered });
            for (let i = 0; i < reads; i++) watch(results.next());
            await nextTurn();
          }
        }
      });

      expect(told).toEqual([]);
    });
  });

  describe("map, when its source fails", () => {
    it.each([true, false])(
      "P21: tells it after what has been pulled; ordered: %p",
      async (ordered) => {
        const pool = new WorkerPool({ workers: 4 });
        const source = new TestSource<number>();
        const calls = new Calls();
        const results = pool.map(source, calls.fn, { ordered });
        const readers = [1, 2, 3, 4].map(() => watch(results.next()));
        await settle();
        for (const n of [0, 1]) {
          source.give(n);
          await settle();
        }
        source.fail(NO);
        await settle();
        expect(statuses(readers)).toEqual(Array(4).fill("pending"));
        expect(calls.aborted).toEqual([false, false]);

        await calls.end(0, 1);
        expect(readers.map((it) => it.value ?? it.reason)).toEqual([value(0), value(1), NO, END]);
        expect(source.calls).toEqual(["next", "next", "next", "return"]);
      },
    );

    it("P21: a function that fails before it in the order is told instead", async () => {
      const pool = new WorkerPool({ workers: 4 });
      const source = new TestSource<number>();
      const calls = new Calls();
      const results = pool.map(source, calls.fn);
      const readers = [1, 2].map(() => watch(results.next()));
      await settle();
      source.give(0);
      await settle();
      source.fail(new Error("the source"));
      await settle();
      await calls.fail(0);

      expect(readers.map((it) => it.value ?? it.reason)).toEqual([NO, END]);
    });

    it.each([
      [
        "that throws when it is opened",
        {
          [Symbol.iterator]: () => {
            throw NO;
          },
        },
      ],
      [
        "whose next throws",
        {
          [Symbol.iterator]: () => ({
            next: () => {
              throw NO;
            },
          }),
        },
      ],
      [
        "whose next rejects",
        { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(NO) }) },
      ],
      [
        "whose done throws",
        {
          [Symbol.asyncIterator]: () => ({
            next: () => ({
              get done() {
                throw NO;
              },
            }),
          }),
        },
      ],
      [
        "whose value throws",
        {
          [Symbol.iterator]: () => ({
            next: () => ({
              done: false,
              get value() {
                throw NO;
              },
            }),
          }),
        },
      ],
    ])("P16: one %s fails the map, and nothing else", async (_, source) => {
      const pool = new WorkerPool({ workers: 1 });
      const results = pool.map(source as unknown as Iterable<number>, (n) => n);

      await expect(results.next()).rejects.toBe(NO);
      await expect(results.next()).resolves.toEqual(END);
      expect(pool.stats).toEqual(counters({}));
    });

    it.each([[Symbol.iterator], [Symbol.asyncIterator]])(
      "P16: one whose next gives no object fails the map (%p)",
      async (open) => {
        const pool = new WorkerPool({ workers: 1 });
        for (const result of [1, null, undefined]) {
          const source = { [open]: () => ({ next: () => result }) };
          const results = pool.map(source as unknown as Iterable<number>, (n) => n);

          await expect(results.next()).rejects.toThrow(
            new TypeError("next of the source must give an object"),
          );
        }
      },
    );

    it("P21: one that has ended is not told to return", async () => {
      const pool = new WorkerPool({ workers: 2 });
      const source = new TestSource<number>();
      const gate = new Gate();
      const results = pool.map(source, () => gate.promise);
      const read = watch(results.next());
      await settle();
      source.give(1);
      await settle();
      source.end();
      await settle();
      gate.fail(NO);
      await settle();

      expect([read.reason, source.returns]).toEqual([NO, 0]);
    });
  });

  describe("map, when its signal is aborted", () => {
    it("P21: while the source is asked: tells its reason after what has been pulled", async () => {
      const pool = new WorkerPool({ workers: 4 });
      const controller = new AbortController();
      const source = new TestSource<number>();
      const results = pool.map(source, (n) => n, { signal: controller.signal });
      const read = watch(results.next());
      await settle();
      source.give(0);
      await settle();
      expect(read.value).toEqual(value(0));
      const pending = watch(results.next());
      await settle();

      controller.abort("enough");
      await settle();
      expect(pending.reason).toBe("enough");
      expect(source.calls).toEqual(["next", "next", "return"]);
      await expect(results.next()).resolves.toEqual(END);
    });

    it("P21: a source that gives its end only then does not hide the reason", async () => {
      const pool = new WorkerPool({ workers: 2 });
      const controller = new AbortController();
      const calls = new Calls();
      const source = new TestSource<number>();
      const results = pool.map(source, calls.fn, { signal: controller.signal });
      const readers = [1, 2, 3].map(() => watch(results.next()));
      await settle();
      source.give(0);
      await settle();
      controller.abort("enough");
      source.end();
      await settle();
      await calls.end(0);

      expect(readers.map((it) => it.value ?? it.reason)).toEqual([value(0), "enough", END]);
    });

    it("P21: withdraws the functions that wait, and is passed on to those that run", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 2 });
      const controller = new AbortController();
      const calls = new Calls();
      const source = new Numbers();
      const results = pool.map(source, calls.fn, { signal: controller.signal });
      const readers = [1, 2, 3].map(() => watch(results.next()));
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 3, waiting: 2, inProgress: 1 }));

      controller.abort("enough");
      await settle();
      expect(calls.aborted).toEqual([true]);
      expect(pool.stats).toEqual(counters({ accepted: 3, inProgress: 1, skipped: 2 }));
      expect(statuses(readers)).toEqual(["pending", "pending", "pending"]);
      expect(source.returned).toBe(1);

      await calls.end(0);
      expect(readers.map((it) => it.value ?? it.reason)).toEqual([value(0), "enough", END]);
    });

    it("P21: while a value waits for room", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 0 });
      const controller = new AbortController();
      const source = new Numbers();
      const results = pool.map(source, (n) => n, { signal: controller.signal });
      const read = watch(results.next());
      await settle();
      expect(pool.stats.blocked).toBe(1);

      controller.abort("enough");
      await settle();
      expect([read.reason, pool.stats.blocked, source.returned]).toEqual(["enough", 0, 1]);
    });

    it("P21: before it begins, or between two reads: nothing more is pulled", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 0 });
      const source = new Numbers();
      const aborted = pool.map(source, (n) => n, { signal: AbortSignal.abort("aborted") });
      await expect(aborted.next()).rejects.toBe("aborted");
      expect([source.pulled, source.returned]).toEqual([0, 1]);

      const controller = new AbortController();
      const results = pool.map(source, (n) => n, { signal: controller.signal });
      await results.next();
      await settle();
      controller.abort("enough");
      await expect(results.next()).resolves.toEqual(value(1));
      await expect(results.next()).rejects.toBe("enough");
      expect([source.pulled, source.returned]).toEqual([2, 2]);
    });

    it("P21: by its source, or by the pool's being closed by it, while it is asked", async () => {
      const controller = new AbortController();
      const pool = new WorkerPool({ workers: 1 });
      const acts = [
        () => {
          controller.abort("enough");
        },
        () => void pool.close(),
      ];
      const reasons: unknown[] = [];
      for (const act of acts) {
        const source = {
          [Symbol.asyncIterator]: () => ({
            next: () => {
              act();
              return new Promise<never>(() => undefined);
            },
          }),
        };
        const options = reasons.length === 0 ? { signal: controller.signal } : {};
        await pool
          .map(source, (n) => n, options)
          .next()
          .catch((reason: unknown) => reasons.push(reason));
      }

      expect(reasons).toEqual(["enough", expect.objectContaining({ code: "ERR_POOL_CLOSED" })]);
    });

    it("P21: between a value's arrival and its call", async () => {
      const controller = new AbortController();
      let calls = 0;
      const source = {
        [Symbol.iterator]: () => ({
          next: () => {
            controller.abort("enough");
            return { done: false as const, value: 1 };
          },
        }),
      };
      const pool = new WorkerPool({ workers: 1 });
      const results = pool.map(source, () => calls++, { signal: controller.signal });

      await expect(results.next()).rejects.toBe("enough");
      expect([calls, pool.stats.accepted]).toEqual([0, 0]);
    });

    it("P21: between a value's arrival and its call: before the pool's being closed, as in submit", async () => {
      const controller = new AbortController();
      const pool = new WorkerPool({ workers: 1 });
      const source = {
        [Symbol.iterator]: () => ({
          next: () => {
            void pool.close();
            controller.abort("enough");
            return { done: false as const, value: 1 };
          },
        }),
      };
      const results = pool.map(source, (n) => n, { signal: controller.signal });

      await expect(results.next()).rejects.toBe("enough");
    });

    it("P16: an odd signal that throws fails the map, and nothing else", async () => {
      const signal = {
        aborted: false,
        reason: undefined,
        addEventListener: () => {
          throw NO;
        },
        removeEventListener: () => undefined,
      } as unknown as AbortSignal;
      const pool = new WorkerPool({ workers: 1 });

      await expect(pool.map([1], (n) => n, { signal }).next()).rejects.toBe(NO);
      await expect(pool.map(new TestSource(), (n) => n, { signal }).next()).rejects.toBe(NO);
      const { pool: busy } = await busyPool({ workers: 1, queueSize: 0 });
      await expect(busy.map([1], (n) => n, { signal }).next()).rejects.toBe(NO);
      await settle();
      expect([pool.stats.accepted, busy.stats.accepted, busy.stats.blocked]).toEqual([0, 1, 0]);
    });
  });

  describe("map, when the pool ends", () => {
    it.each(verbNames)("P21: by %s, while the source is asked: is told at once", async (verb) => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const source = new TestSource<number>();
      const results = pool.map(source, (n) => n);
      const read = watch(results.next());
      await settle();
      void verbs[verb](pool);
      await settle();

      expect(read.reason).toMatchObject({ code: "ERR_POOL_CLOSED" });
      expect(source.calls).toEqual(["next", "return"]);
    });

    it("P21: by close: what was accepted is run and read, then it is told", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 1 });
      const source = new Numbers();
      const results = pool.map(source, (n) => n);
      const first = await results.next();
      await settle();
      void pool.close();

      const rest = [first];
      await expect(
        (async () => {
          for (;;) rest.push(await results.next());
        })(),
      ).rejects.toMatchObject({ code: "ERR_POOL_CLOSED" });
      expect(rest).toEqual([value(0), value(1), value(2)]);
      expect(source.pulled).toBe(3);
      await expect(results.next()).resolves.toEqual(END);
    });

    it.each(stoppingVerbs)(
      "P21: by %s: those that are skipped fail in their places",
      async (verb) => {
        const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 2 });
        const calls = new Calls();
        const results = pool.map(new Numbers(), calls.fn);
        const readers = [1, 2, 3].map(() => watch(results.next()));
        await settle();
        void verbs[verb](pool);
        await calls.end(0);

        expect(readers.map((it) => it.value ?? it.reason)).toEqual([
          value(0),
          expect.objectContaining({ code: "ERR_JOB_SKIPPED" }),
          END,
        ]);
        expect(pool.state).toBe("terminated");
      },
    );

    it("P21: a value that waits for room is refused", async () => {
      const { pool, running: others } = await busyPool({ workers: 1, queueSize: 0 });
      const results = pool.map([1], (n) => n);
      const read = watch(results.next());
      await settle();
      void pool.close();
      others[0]!.end();
      await settle();

      expect(read.reason).toMatchObject({ code: "ERR_POOL_CLOSED" });
    });

    it("P21: before it begins, or before a value arrives: nothing is run", async () => {
      const pool = new WorkerPool({ workers: 1 });
      await pool.close();
      const source = new Numbers();

      const results = pool.map(source, (n) => n);
      await expect(results.next()).rejects.toMatchObject({ code: "ERR_POOL_CLOSED" });
      expect([source.pulled, source.returned]).toEqual([0, 1]);
    });

    it("P21: between a value's arrival and its call", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const source = {
        [Symbol.iterator]: () => ({
          next: () => {
            void pool.close();
            return { done: false as const, value: 1 };
          },
        }),
      };

      await expect(pool.map(source, (n) => n).next()).rejects.toMatchObject({
        code: "ERR_POOL_CLOSED",
      });
      expect(pool.stats.accepted).toBe(0);
    });
  });

  describe("map, when its reader leaves", () => {
    it("P21: aborts what runs, withdraws what waits, tells the source", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 2 });
      const calls = new Calls();
      const source = new Numbers();
      const results = pool.map(source, calls.fn);
      const readers = [1, 2].map(() => watch(results.next()));
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 4, waiting: 2, inProgress: 2 }));

      const left = results.return!();
      await expect(left).resolves.toEqual(END);
      expect(readers.map((it) => it.value)).toEqual([END, END]);
      expect(calls.aborted).toEqual([true, true]);
      expect(calls.signals[0]!.reason).toMatchObject({
        name: "AbortError",
        message: "the results of the map are not wanted any more",
      });
      expect(source.returned).toBe(1);
      await calls.end(0, 1);
      expect(pool.stats).toEqual(counters({ accepted: 4, retrieved: 2, skipped: 2 }));
      await expect(results.next()).resolves.toEqual(END);
    });

    it.each([true, false])("P21: for await does so by break; ordered: %p", async (ordered) => {
      const pool = new WorkerPool({ workers: 1, queueSize: 4 });
      const source = new Numbers();
      for await (const n of pool.map(source, (it) => it, { ordered })) if (n === 2) break;
      await settle();
      const { pulled } = source;
      await settle();

      expect([source.returned, source.pulled]).toEqual([1, pulled]);
      await pool.idle();
    });

    it("P21: unordered, what was there for it is not given any more", async () => {
      const { calls, results } = await running(2, { ordered: false });
      await calls.end(0, 1);
      await calls.end(2, 3);
      await results.return!();

      await expect(results.next()).resolves.toEqual(END);
    });

    it("P21: the source is told while its next is pending, and not waited for", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const source = new TestSource<number>();
      const results = pool.map(source, (n) => n);
      const read = watch(results.next());
      await settle();

      await expect(results.return!()).resolves.toEqual(END);
      expect([read.value, source.calls]).toEqual([END, ["next", "return"]]);
      source.fail(NO);
      await settle();
      await expect(results.next()).resolves.toEqual(END);

      for (const answer of ["give", "end"] as const) {
        const late = new TestSource<number>();
        const others = pool.map(late, (n) => n);
        watch(others.next());
        await settle();
        await others.return!();
        if (answer === "give") late.give(1);
        else late.end();
        await settle();
        await expect(others.next()).resolves.toEqual(END);
      }
      expect(pool.stats.accepted).toBe(0);
    });

    it("P21: a value that waits for room is withdrawn", async () => {
      const { pool, running: others } = await busyPool({ workers: 1, queueSize: 0 });
      const results = pool.map([1], (n) => n);
      watch(results.next());
      await settle();
      expect(pool.stats.blocked).toBe(1);

      await results.return!();
      await settle();
      expect(pool.stats.blocked).toBe(0);
      others[0]!.end();
      await settle();
      expect(pool.stats.accepted).toBe(1);
    });

    it("P21: a value that has just found room is withdrawn, too", async () => {
      const { pool, running: others } = await busyPool({ workers: 1, queueSize: 0 });
      let calls = 0;
      const results = pool.map([1], () => calls++);
      watch(results.next());
      await settle();
      others[0]!.end();
      while (pool.stats.waiting === 0) await Promise.resolve();

      await results.return!();
      await settle();
      expect([calls, pool.stats.skipped]).toEqual([0, 1]);
    });

    it("P21: before it begins, the source is left alone", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const source = new Numbers();
      const results = pool.map(source, (n) => n);
      await results.return!();

      await expect(results.next()).resolves.toEqual(END);
      await settle();
      expect([source.pulled, source.returned]).toEqual([0, 0]);
    });

    it("P21: throw leaves, too, and rejects with what it was given", async () => {
      const { calls, results } = await running(1);
      const left = results.throw!(NO);
      await expect(left).rejects.toBe(NO);

      expect(calls.signals[0]!.reason).toBe(NO);
      await expect(results.next()).resolves.toEqual(END);
    });

    it("P21: so does await using, and all of it may be repeated", async () => {
      const { calls, results, source } = await running(1);
      await results[Symbol.asyncDispose]();
      expect(calls.aborted).toEqual([true]);

      await results[Symbol.asyncDispose]();
      await results.return!(Promise.resolve(undefined));
      await expect(results.throw!(NO)).rejects.toBe(NO);
      expect(source.returned).toBe(1);
      expect(results[Symbol.asyncIterator]()).toBe(results);
    });

    it("P21: other jobs of the pool are not touched", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9 });
      const job = new TestJob("other");
      pool.tryQueue(job);
      const results = pool.map(new Numbers(), () => new Promise(() => undefined));
      watch(results.next());
      await settle();
      const behind = quick("behind");
      pool.resize(5);
      await results.return!();
      pool.tryQueue(behind);
      await settle();

      expect([job.context!.signal.aborted, behind.runs]).toEqual([false, 1]);
    });
  });

  describe("map, by time", () => {
    fakeTime();

    it("P18: what a function gives after its timeout is not told, unordered, too", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 1 });
      const gate = new Gate();
      const results = pool.map([0, 1], (n) => (n === 0 ? gate.promise : n), {
        timeout: 50,
        ordered: false,
      });
      const readers = [1, 2, 3].map(() => watch(results.next()));
      await pass(50);
      gate.open("late");
      await settle();

      expect(readers.map((it) => it.value ?? it.reason)).toEqual([
        value(1),
        expect.objectContaining({ name: "TimeoutError" }),
        END,
      ]);
    });

    it("P18: timeout and retry are those of each call", async () => {
      const pool = new WorkerPool({ workers: 2, queueSize: 0 });
      const results = pool.map(
        [0, 1],
        (n, { attempt, signal }) =>
          attempt > 1
            ? [n, attempt]
            : new Promise((_, reject) => {
                signal.addEventListener("abort", () => reject(signal.reason));
              }),
        { timeout: 50, retry: { times: 1, delay: () => 100 } },
      );
      const all = watch(collect(results));
      await pass(50);
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 2 }));

      await pass(100);
      expect(all.value).toEqual([
        [0, 2],
        [1, 2],
      ]);
    });
  });
});

// Random maps, beside other work in the pool, against what they are to give.

import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import "../support/still-clock.js";
import { isDeep, isFull } from "../../../../tools/testing/depth.js";
import { WorkerPool } from "../../src/index.js";
import { afterEveryMicrotask } from "../support/activity.js";
import { lost } from "../support/counters.js";
import { Gate, TestJob } from "../support/jobs.js";
import { nextTurn } from "../support/settle.js";

const numRuns = isDeep ? 10_000 : isFull ? 1000 : 200;

/** How a function ends: at once, in some turns, or as soon as its signal is aborted. */
const ending = fc.constantFrom("returns", "throws", "resolves", "rejects", "late", "fails late");

const plan = fc.record({
  workers: fc.integer({ min: 1, max: 3 }),
  queueSize: fc.constantFrom(0, 1, 3, Infinity),
  ordered: fc.boolean(),
  isAsync: fc.boolean(),
  endings: fc.array(fc.record({ how: ending, turns: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 12,
  }),
  /** Whether the source fails at its end. */
  sourceFails: fc.boolean(),
  /** After how many results the reader leaves. */
  reads: fc.option(fc.nat(12), { nil: Infinity }),
  /** How many reads are made at a time. */
  atOnce: fc.integer({ min: 1, max: 3 }),
  /** Jobs that others queue. */
  others: fc.nat(4),
});

type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

function fails(how: string): boolean {
  return how === "throws" || how === "rejects" || how === "fails late";
}

async function play(given: Plan): Promise<void> {
  const { workers, queueSize, ordered, endings, sourceFails, reads, atOnce } = given;
  const pool = new WorkerPool<TestJob>({ workers, queueSize });
  const problems = new Set<string>();
  let pulled = 0;
  let read = 0;
  let returned = 0;
  const bound = workers + Math.min(queueSize, 4 * workers);
  const stopLooking = afterEveryMicrotask(() => {
    if (lost(pool.stats) !== 0) problems.add(`the law is broken: ${JSON.stringify(pool.stats)}`);
    if (pulled - read > bound + atOnce) problems.add(`pulled ${pulled}, read ${read}`);
  });

  const step = (): IteratorResult<number, undefined> => {
    if (pulled < endings.length) return { done: false, value: pulled++ };
    if (sourceFails) throw new Error("source");
    return { done: true, value: undefined };
  };
  const end = () => {
    returned++;
    return { done: true as const, value: undefined };
  };
  const source: Iterable<number> | AsyncIterable<number> = given.isAsync
    ? { [Symbol.asyncIterator]: () => ({ next: async () => step(), return: async () => end() }) }
    : { [Symbol.iterator]: () => ({ next: step, return: end }) };

  const calls = endings.map(() => 0);
  const run = (n: number): unknown => {
    calls[n]!++;
    const { how, turns } = endings[n]!;
    if (how === "returns") return n;
    if (how === "throws") throw new Error(`failure ${n}`);
    const settle = async () => {
      if (how.endsWith("late")) for (let i = 0; i < turns; i++) await nextTurn();
      if (fails(how)) throw new Error(`failure ${n}`);
      return n;
    };
    return settle();
  };

  const gate = new Gate();
  for (let i = 0; i < given.others; i++) {
    void pool
      .queue(new TestJob("other", () => (i === 0 ? gate.promise : 1)))
      .catch(() => undefined);
  }
  const results = pool.map(source, run, { ordered });
  const told: unknown[] = [];
  const reader = async () => {
    while (read < reads) {
      const some = Array.from({ length: atOnce }, () => results.next());
      for (const result of await Promise.allSettled(some)) {
        if (result.status === "rejected") told.push((result.reason as Error).message);
        else if (result.value.done === true) return;
        else {
          told.push(result.value.value);
          read++;
        }
      }
    }
    await results.return!();
  };
  const reading = reader();
  await nextTurn();
  gate.open(1);
  await reading;
  await pool.idle();
  const { stats } = pool;
  await pool.close();
  stopLooking();

  expect([...problems]).toEqual([]);
  // Each function was called once at most, and nothing was told twice.
  expect(calls.every((count) => count <= 1)).toBe(true);
  expect(new Set(told).size).toBe(told.length);
  const values = told.filter((it) => typeof it === "number");
  const failure = told.find((it) => typeof it === "string");
  if (failure !== undefined) expect(told.indexOf(failure)).toBe(told.length - 1);
  const firstFailure = endings.findIndex(({ how }) => fails(how));
  const last = firstFailure < 0 ? (sourceFails ? "source" : undefined) : `failure ${firstFailure}`;
  const fulfilled = endings.slice(0, firstFailure < 0 ? endings.length : firstFailure);
  if (ordered) {
    expect(values).toEqual([...fulfilled.keys()].slice(0, values.length));
    if (read < reads) expect([values.length, failure]).toEqual([fulfilled.length, last]);
  } else {
    expect(values.every((n) => !fails(endings[n]!.how))).toBe(true);
    if (read < reads) {
      expect(failure === undefined).toBe(last === undefined);
      // What has been pulled is waited for.
      const done = calls.flatMap((count, n) => (count > 0 && !fails(endings[n]!.how) ? [n] : []));
      expect(new Set(values)).toEqual(new Set(done));
    }
  }
  expect(returned).toBeLessThanOrEqual(1);
  expect(stats.accepted).toBe(stats.retrieved + stats.finished + stats.skipped);
}

describe("WorkerPool", () => {
  describe("map, at random", () => {
    it(
      "P21: gives what it is to give, calls each function once at most, and pulls no further than it may",
      () => fc.assert(fc.asyncProperty(plan, play), { numRuns }),
      60_000 + 50 * numRuns,
    );
  });
});

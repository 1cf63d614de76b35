import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, quick, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { verbNames, verbs } from "../support/verbs.js";
import { watch, watchAll } from "../support/watch.js";

describe("WorkerPool", () => {
  describe("discardResults", () => {
    it("P23: what ends counts as retrieved at once, failures included", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9, discardResults: true });
      pool.tryQueue(quick("a"));
      pool.tryQueue(new TestJob("b", () => Promise.reject(new Error("no"))));
      watch(pool.submit(() => 1));
      await settle();

      expect(pool.stats).toEqual(counters({ accepted: 3, retrieved: 3, failed: 1 }));
      expect(pool.finished.len).toBe(0);
      expect(pool.tryRetrieve()).toEqual({ finished: undefined, done: false });
    });

    it.each(verbNames)("P23: finished only tells the end, by %s", async (verb) => {
      const { pool, running } = await busyPool({ workers: 1, discardResults: true });
      const readers = watchAll(
        pool.retrieve(),
        pool.finished.recv(),
        pool[Symbol.asyncIterator]().next(),
      );
      pool.tryQueue(quick("waits"));
      const ended = watch(verbs[verb](pool));
      await settle();

      running[0]!.end();
      await settle();

      const end = { ok: false, value: undefined, done: true };
      expect(readers.map(({ value }) => value)).toEqual([undefined, end, end]);
      expect(pool.tryRetrieve()).toEqual({ finished: undefined, done: true });
      expect([ended.status, pool.state]).toEqual(["fulfilled", "terminated"]);
      const skipped = verb === "close" ? 0 : 1;
      expect(pool.stats).toEqual(counters({ accepted: 2, retrieved: 2 - skipped, skipped }));
    });

    it("P23: there is nothing unread, also of jobs that end after shutdown", async () => {
      const { pool, running } = await busyPool({ workers: 2, discardResults: true });
      running[0]!.end();
      await settle();

      const shut = pool.shutdown();
      running[1]!.end();

      await expect(shut).resolves.toEqual({ skipped: [], unread: [] });
      expect(pool.stats).toEqual(counters({ accepted: 2, retrieved: 2 }));
    });

    it("P23: no worker waits for a reader, whatever finishedSize says", async () => {
      const pool = new WorkerPool<TestJob>({
        workers: 1,
        queueSize: 9,
        finishedSize: 0,
        discardResults: true,
      });
      for (const name of ["a", "b", "c"]) pool.tryQueue(quick(name));
      await settle();

      expect(pool.stats).toEqual(counters({ accepted: 3, retrieved: 3 }));
    });

    it("P23: is a boolean", () => {
      const make = (value: unknown) => () =>
        new WorkerPool({ workers: 1, discardResults: value as boolean });

      expect(make("yes")).toThrow(
        new TypeError("discardResults must be a boolean, not yes (a string)"),
      );
      expect(make(false)).not.toThrow();
    });
  });
});

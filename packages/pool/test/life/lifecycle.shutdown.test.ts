import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { type Finished, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, jobs, names, quick, type TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { statuses, watch, watchAll } from "../support/watch.js";

const DONE = { finished: undefined, done: true };

describe("WorkerPool", () => {
  describe("shutdown", () => {
    it("P8: wakes readers that wait with done, at once, though jobs are in progress", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const readers = watchAll(pool.retrieve(), pool.retrieve(), pool.finished.recv());
      const read: Finished<TestJob>[] = [];
      const loop = watch(
        (async () => {
          for await (const result of pool) read.push(result);
        })(),
      );

      const shut = watch(pool.shutdown());
      await settle();

      expect(statuses([...readers, loop])).toEqual(Array(4).fill("fulfilled"));
      expect([readers[0]!.value, readers[1]!.value]).toEqual([undefined, undefined]);
      expect(readers[2]!.value).toEqual({ ok: false, done: true });
      expect(shut.status).toBe("pending");
      running[0]!.end();
      await settle();
      expect(names(shut.value!.unread)).toEqual(["running0"]);
      expect(read).toEqual([]);
    });

    it("P8: later readers get done at once", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      running[0]!.end();
      await settle();

      void pool.shutdown();

      expect(pool.tryRetrieve()).toEqual(DONE);
      expect([pool.finished.closed, pool.finished.len]).toEqual([true, 0]);
      await expect(pool.retrieve()).resolves.toBeUndefined();
      running[1]!.end();
      await settle();
      expect(pool.tryRetrieve()).toEqual(DONE);
    });

    it("P8: gives what was not read, in order, of jobs that end later, too", async () => {
      const { pool, running } = await busyPool({ workers: 3 });
      running[1]!.end();
      await settle();
      running[2]!.fail("failed");
      await settle();
      pool.tryRetrieve();

      const shut = pool.shutdown();
      expect(pool.stats).toEqual(counters({ accepted: 3, inProgress: 1, retrieved: 2, failed: 1 }));
      running[0]!.end();
      const { unread, skipped } = await shut;

      expect(unread).toEqual([
        { job: running[2], worker: 2, attempts: 1, status: "rejected", reason: "failed" },
        { job: running[0], worker: 0, attempts: 1, status: "fulfilled" },
      ]);
      expect(skipped).toEqual([]);
      expect(pool.stats).toEqual(counters({ accepted: 3, retrieved: 3, failed: 1 }));
    });

    it("P8: gives the results of workers that waited for room", async () => {
      const { pool, running } = await busyPool({ workers: 3, finishedSize: 1 });
      for (const job of running) job.end();
      await settle();

      const { unread } = await pool.shutdown();

      expect(names(unread)).toEqual(["running0", "running1", "running2"]);
    });

    it("P8: stops: what waits is skipped, and told", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const waiting = quick("waiting");
      pool.tryQueue(waiting);

      const shut = pool.shutdown();
      expect(pool.state).toBe("stopping");
      running[0]!.end();

      await expect(shut).resolves.toEqual({
        skipped: [waiting],
        unread: [{ job: running[0], worker: 0, attempts: 1, status: "fulfilled" }],
      });
      expect(waiting.runs).toBe(0);
    });

    it("P8: a second call gives the same, also while the first one waits", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const [next, waiting] = jobs("next", "waiting");
      pool.tryQueue(next);
      running[0]!.end();
      await settle();
      pool.tryQueue(waiting);

      const first = pool.shutdown();
      const second = pool.shutdown();
      next.end();
      const outcome = await first;

      expect(names(outcome.unread)).toEqual(["running0", "next"]);
      expect(outcome.skipped).toEqual([waiting]);
      await expect(second).resolves.toEqual(outcome);
      await expect(pool.shutdown()).resolves.toEqual(outcome);
      expect(pool.stats.retrieved).toBe(2);
    });

    it("P8: hands out what lies unread in a pool that has terminated", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      for (const job of running) job.end();
      await pool.close();
      expect(pool.tryRetrieve().finished?.job).toBe(running[0]);

      const { unread } = await pool.shutdown();

      expect(names(unread)).toEqual(["running1"]);
      expect(pool.tryRetrieve()).toEqual(DONE);
      expect(pool.stats).toEqual(counters({ accepted: 2, retrieved: 2 }));
    });

    it("P8: functions in progress tell their callers, and are not unread", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const value = pool.submit(() => settle().then(() => "value"));
      await Promise.resolve();

      const { unread } = await pool.shutdown();

      expect(unread).toEqual([]);
      await expect(value).resolves.toBe("value");
    });

    it("P8: an idle pool has nothing to tell", async () => {
      const pool = new WorkerPool({ workers: 1 });

      await expect(pool.shutdown()).resolves.toEqual({ skipped: [], unread: [] });
    });
  });
});

import { describe, expect, it } from "@jest/globals";

import "./support/still-clock.js";
import { type PoolStats, WorkerPool } from "../src/index.js";
import { counters, lost } from "./support/counters.js";
import { busyPool, Gate, jobs, quick, TestJob } from "./support/jobs.js";
import { afterEveryMicrotask } from "./support/activity.js";
import { settle } from "./support/settle.js";
import { watch, watchAll } from "./support/watch.js";

describe("WorkerPool", () => {
  describe("stats", () => {
    it("P11: a new pool has counted nothing", () => {
      expect(new WorkerPool({ workers: 4 }).stats).toEqual(counters({}));
    });

    it("P11: follow a job from its acceptance to its reader, at each call", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const [job] = jobs("job");

      expect(pool.tryQueue(job)).toBe(true);
      expect(pool.stats).toEqual(counters({ accepted: 1, waiting: 1 }));
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));
      job.fail("failed");
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 1, finished: 1, failed: 1 }));
      pool.tryRetrieve();
      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1, failed: 1 }));
    });

    it("P11: a job sees itself in progress, and those behind it waiting", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 2 });
      const seen: PoolStats[] = [];
      for (const name of ["a", "b", "c"]) {
        pool.tryQueue(new TestJob(name, () => void seen.push(pool.stats)));
      }
      await settle();

      expect(seen).toEqual([
        counters({ accepted: 3, waiting: 2, inProgress: 1 }),
        counters({ accepted: 3, waiting: 1, inProgress: 1, finished: 1 }),
        counters({ accepted: 3, inProgress: 1, finished: 2 }),
      ]);
    });

    it("P11: blocked counts the callers that wait in queue and in submit", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const controller = new AbortController();
      watchAll(
        pool.queue(quick("a")),
        pool.submit(() => 1),
        pool.queue(quick("b"), { signal: controller.signal }),
      );
      const seen = [pool.stats.blocked];

      controller.abort();
      seen.push(pool.stats.blocked);
      running[0]!.end();
      await settle();
      seen.push(pool.stats.blocked);

      expect(seen).toEqual([3, 2, 0]);
    });

    it("P11: failed counts jobs and functions that have thrown or rejected, nothing else", async () => {
      const { pool, running } = await busyPool({ workers: 2, queueSize: 4 });
      const fail = () => Promise.reject(new Error("no"));

      running[0]!.fail("failed");
      await settle();
      watchAll(pool.submit(fail), pool.queue(new TestJob("fails", fail)));
      await settle();
      expect(pool.stats.failed).toBe(3);
      running[1]!.end();
      await settle();
      watch(pool.submit(() => 1));
      void pool.stop();
      await settle();

      expect(pool.stats).toEqual(
        counters({ accepted: 5, finished: 3, retrieved: 1, skipped: 1, failed: 3 }),
      );
    });

    it("P11: what was skipped counts from the call that skips it", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 2 });
      pool.tryQueue(quick("a"));
      watch(pool.submit(() => 1));

      void pool.stop();

      expect(pool.stats).toEqual(counters({ accepted: 3, inProgress: 1, skipped: 2 }));
    });

    it("P11: are of one instant: a look does not change later", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const before = pool.stats;

      running[0]!.end();
      await settle();

      expect(before).toEqual(counters({ accepted: 1, inProgress: 1 }));
    });

    it("P11: obey the law wherever code of a job is run", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9, finishedSize: 1 });
      const seen: number[] = [];
      const look = () => void seen.push(lost(pool.stats));
      const gate = new Gate();
      const value = {
        get then() {
          look();
          return undefined;
        },
      };
      const job = Object.defineProperty(quick("looks"), "run", {
        get: () => (look(), () => (look(), value)),
      });
      const aborted = (signal: AbortSignal) => signal.addEventListener("abort", look);

      pool.tryQueue(job);
      void pool.submit(() => (look(), value)).then(look);
      const thenable = {
        then: (resolve: (value: unknown) => void) => {
          look();
          resolve(value);
        },
      };
      void pool.submit(() => (look(), thenable)).then(look);
      watch(pool.submit(() => (look(), Promise.reject(new Error("no")))).catch(look));
      await settle();
      void pool.submit(({ signal }) => (aborted(signal), gate.promise)).then(look);
      watch(pool.submit(() => 1).catch(look));
      void pool.retrieve().then(look);
      await settle();
      void pool.abort().then(look);
      gate.open(undefined);
      await settle();

      expect(seen.length).toBeGreaterThan(12);
      expect(new Set(seen)).toEqual(new Set([0]));
    });

    it("P11: obey the law after every microtask of a pool that is busy, closed and stopped", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 3, queueSize: 4, finishedSize: 2 });
      const seen = new Set<number>();
      let looks = 0;
      const stop = afterEveryMicrotask(() => {
        looks++;
        seen.add(lost(pool.stats));
      });

      for (let i = 0; i < 20; i++) {
        watch(pool.queue(i % 3 === 0 ? quick("sync") : new TestJob("async", async () => i)));
        watch(pool.submit(async () => i));
        watch(pool.retrieve());
      }
      await settle();
      pool.resize(1);
      for (let i = 0; i < 4; i++) pool.tryQueue(new TestJob("async", () => settle()));
      await Promise.resolve();
      void pool.close();
      await Promise.resolve();
      await pool.stop();
      stop();

      expect(looks).toBeGreaterThan(100);
      expect([...seen]).toEqual([0]);
    });
  });
});

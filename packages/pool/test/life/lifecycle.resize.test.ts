import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { PoolClosedError, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, jobs, quick, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { stoppingVerbs, verbNames, verbs } from "../support/verbs.js";
import { watch } from "../support/watch.js";

const ids = (pool: WorkerPool<TestJob>) => pool.workers.map(({ id }) => id);

describe("WorkerPool", () => {
  describe("resize", () => {
    it("P13: grown, shrunk and grown again in one tick, it has the last size", async () => {
      for (const sizes of [
        [4, 1, 3],
        [1, 4, 3],
        [5, 2, 3],
        [3, 1, 3],
      ]) {
        const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9 });
        await settle();

        for (const size of sizes) pool.resize(size);
        const waiting = jobs("a", "b", "c", "d");
        for (const job of waiting) pool.tryQueue(job);
        await settle();

        expect(ids(pool)).toEqual([0, 1, 2]);
        expect(waiting.map(({ runs }) => runs)).toEqual([1, 1, 1, 0]);
        expect(new Set(waiting.slice(0, 3).map(({ context }) => context?.worker)).size).toBe(3);
        for (const job of waiting) job.end();
        await pool.close();
        expect(pool.stats).toEqual(counters({ accepted: 4, finished: 4 }));
      }
    });

    it("P13: a worker that was to leave stays, with its count, if the size grows again", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      const worker = pool.workers[1]!;

      pool.resize(1);
      pool.resize(2);
      running[1]!.end();
      await settle();

      expect(pool.workers[1]).toBe(worker);
      expect(worker.completed).toBe(1);
    });

    it("P13: a worker that has left is succeeded by a new one", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      const worker = pool.workers[1]!;
      running[1]!.end();
      pool.resize(1);
      await settle();

      pool.resize(2);
      const job = quick("job");
      pool.tryQueue(job);
      await settle();

      expect([worker.completed, pool.workers[1]!.completed, job.context?.worker]).toEqual([
        1, 1, 1,
      ]);
    });

    it("P13: leaves the queue's size as it was", async () => {
      const { pool } = await busyPool({ workers: 1 });

      pool.resize(2);
      const accepted = ["a", "b", "c"].map((name) => pool.tryQueue(new TestJob(name)));

      expect(accepted).toEqual([true, true, false]);
    });

    it("P13: a job may resize its pool", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const [a, b] = jobs("a", "b");
      pool.tryQueue(new TestJob("grows", () => pool.resize(2)));
      for (const job of [a, b]) pool.tryQueue(job);
      await settle();
      expect([a.runs, b.runs]).toEqual([1, 1]);

      pool.tryQueue(new TestJob("shrinks", () => pool.resize(1)));
      const c = new TestJob("c");
      pool.tryQueue(c);
      a.end();
      await settle();
      expect([ids(pool), c.runs]).toEqual([[0, 1], 0]);
      b.end();
      await settle();
      expect([ids(pool), c.runs]).toEqual([[0], 1]);
    });

    it("P13: works on a closing pool", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 2 });
      const waiting = jobs("a", "b");
      for (const job of waiting) pool.tryQueue(job);
      const closed = watch(pool.close());

      pool.resize(3);
      await settle();
      expect(waiting.map(({ runs }) => runs)).toEqual([1, 1]);
      pool.resize(1);
      for (const job of [...running, ...waiting]) job.end();
      await settle();

      expect([closed.status, pool.state]).toEqual(["fulfilled", "terminated"]);
    });

    it("P13: works on a closing pool also if it brings about the end", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const job = quick("job");
      pool.tryQueue(job);
      const closed = watch(pool.close());

      pool.resize(2);
      await settle();

      expect([job.runs, closed.status, pool.state]).toEqual([1, "fulfilled", "terminated"]);
    });

    it("P13: works from inside a job that it starts, which stops the pool", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      pool.tryQueue(new TestJob("stops", () => void pool.stop()));

      pool.resize(3);
      running[0]!.end();
      await settle();

      expect(pool.state).toBe("terminated");
    });

    it.each(stoppingVerbs)("P13: starts nothing on a pool that is stopping by %s", async (verb) => {
      const { pool, running } = await busyPool({ workers: 1 });
      const waiting = quick("waiting");
      pool.tryQueue(waiting);
      const ended = watch(verbs[verb](pool));

      pool.resize(3);
      await settle();
      expect([waiting.runs, pool.state]).toEqual([0, "stopping"]);
      running[0]!.end();
      await settle();

      expect(ended.status).toBe("fulfilled");
    });

    it.each(verbNames)("P13: throws PoolClosedError on a pool terminated by %s", async (verb) => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      void verbs[verb](pool);

      expect(() => pool.resize(2)).toThrow(PoolClosedError);
      await settle();
      expect(() => pool.resize(2)).toThrow(PoolClosedError);
      expect(ids(pool)).toEqual([0]);
    });
  });
});

// What other pools get wrong on the way in, and at the end, beside what `other-pools.test.ts` has.
// Who does so stands in the name.

import { afterEach, describe, expect, it, jest } from "@jest/globals";

import "./support/still-clock.js";
import { PoolClosedError, WorkerPool } from "../src/index.js";
import { counters } from "./support/counters.js";
import { busyPool, jobs, names, quick, TestJob } from "./support/jobs.js";
import { settle } from "./support/settle.js";
import { verbNames, verbs } from "./support/verbs.js";
import { statuses, watch, watchAll } from "./support/watch.js";

describe("WorkerPool", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  describe("queueing", () => {
    it("resolves when the job is accepted (p-queue, p-limit, fastq, async: when it has ended)", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 1 });

      const queued = watch(pool.queue(quick("a")));
      await settle();

      expect(queued.status).toBe("fulfilled");
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 1, inProgress: 1 }));
    });

    it("waits while there is no room (p-queue, p-limit, fastq, async have no bound; poolifier accepts all four of these)", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 1 });
      const all = jobs("a", "b", "c", "d");

      const queued = watchAll(...all.map((job) => pool.queue(job)));
      await settle();
      expect(statuses(queued)).toEqual(["fulfilled", "fulfilled", "pending", "pending"]);
      all[0].end();
      await settle();

      expect(statuses(queued)).toEqual(["fulfilled", "fulfilled", "fulfilled", "pending"]);
      expect(pool.stats).toMatchObject({ waiting: 1, inProgress: 1, blocked: 1 });
    });

    it("gives up no accepted job for a later one (bottleneck drops the oldest)", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const [accepted, later] = [quick("accepted"), quick("later")];
      pool.tryQueue(accepted);

      expect(pool.tryQueue(later)).toBe(false);
      running[0]!.end();
      await pool.close();

      expect([accepted.runs, later.runs]).toEqual([1, 0]);
    });

    it("refuses by a rejection where there is a promise (workerpool throws)", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      await pool.close();

      const refused = watchAll(
        pool.queue(quick("a")),
        pool.submit(() => 1),
      );
      await settle();

      for (const { reason } of refused) expect(reason).toBeInstanceOf(PoolClosedError);
    });
  });

  describe("a job that is dropped", () => {
    it("is named (clear and kill of p-queue, p-limit, fastq, async do not say what they drop)", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 2 });
      for (const name of ["a", "b"]) pool.tryQueue(quick(name));

      const skipped = pool.stop();
      running[0]!.end();

      expect(names(await skipped)).toEqual(["a", "b"]);
    });
  });

  describe("close", () => {
    it("runs what waits (threads.js never ends then, workerpool rejects it, tinypool has no close)", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const value = watch(pool.submit(() => "value"));
      const closed = watch(pool.close());

      running[0]!.end();
      await settle();

      expect(value).toMatchObject({ status: "fulfilled", value: "value" });
      expect(closed.status).toBe("fulfilled");
    });

    it("waits as long as it takes (poolifier 2 s, piscina 30 s)", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      jest.useFakeTimers();
      const closed = watch(pool.close());

      jest.advanceTimersByTime(24 * 60 * 60 * 1000);
      await settle();

      expect([closed.status, running[0]!.context?.signal.aborted]).toEqual(["pending", false]);
      running[0]!.end();
      await settle();
      expect(closed.status).toBe("fulfilled");
    });

    it.each(verbNames)(
      "is for good: after %s no job is accepted (workerpool and piscina accept them)",
      async (verb) => {
        const pool = new WorkerPool<TestJob>({ workers: 1 });
        const late = quick("late");
        await verbs[verb](pool);

        await expect(pool.queue(late)).rejects.toThrow(PoolClosedError);
        expect(() => pool.tryQueue(late)).toThrow(PoolClosedError);

        expect([late.runs, pool.state]).toEqual([0, "terminated"]);
      },
    );

    it("is told to those who come late, too (completed of threads.js waits for the next time)", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      await pool.close();

      const late = watchAll(pool.close(), pool.retrieve(), pool.stop(), pool.shutdown());
      await settle();

      expect(statuses(late)).toEqual(["fulfilled", "fulfilled", "fulfilled", "fulfilled"]);
    });
  });
});

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, jobs, names, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { statuses, watch, watchAll } from "../support/watch.js";

const ids = (pool: WorkerPool<TestJob>) => pool.workers.map(({ id }) => id);

describe("WorkerPool", () => {
  describe("resize", () => {
    it.each([0, -1, 1.5, NaN, Infinity, "2", undefined, null])(
      "P13: %p throws RangeError, and changes nothing",
      (value) => {
        const pool = new WorkerPool<TestJob>({ workers: 2 });

        expect(() => pool.resize(value as number)).toThrow(RangeError);
        expect(ids(pool)).toEqual([0, 1]);
      },
    );

    it("P13: growth starts what waits at once, though not during the call", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 3 });
      const waiting = jobs("a", "b", "c");
      for (const job of waiting) pool.tryQueue(job);

      pool.resize(3);
      expect(waiting.map(({ runs }) => runs)).toEqual([0, 0, 0]);
      expect(pool.stats).toEqual(counters({ accepted: 4, waiting: 3, inProgress: 1 }));
      await settle();

      expect(waiting.map(({ runs }) => runs)).toEqual([1, 1, 0]);
      expect(waiting.map(({ context }) => context?.worker)).toEqual([1, 2, undefined]);
      expect(ids(pool)).toEqual([0, 1, 2]);
      expect(pool.stats).toEqual(counters({ accepted: 4, waiting: 1, inProgress: 3 }));
    });

    it("P13: growth makes room for callers that wait, in order", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 0 });
      const [a, b, c] = jobs("a", "b", "c");
      const queued = watchAll(pool.queue(a), pool.queue(b), pool.queue(c));

      pool.resize(3);
      await settle();

      expect(statuses(queued)).toEqual(["fulfilled", "fulfilled", "pending"]);
      expect([a, b, c].map(({ runs }) => runs)).toEqual([1, 1, 0]);
    });

    it("P13: growth makes that room at once, also where it is an idle worker's", async () => {
      const { pool, running } = await busyPool({ workers: 3, queueSize: 0 });
      running[0]!.end();
      await settle();
      // Two run, as many as may: worker 0 is idle, but not free.
      pool.resize(2);
      const queued = watch(pool.queue(quick("a")));
      expect(pool.stats).toMatchObject({ inProgress: 2, blocked: 1 });

      pool.resize(3);
      expect(pool.stats).toMatchObject({ waiting: 1, blocked: 0 });
      await settle();

      expect(queued.status).toBe("fulfilled");
      expect(names(readAll(pool))).toEqual(["running0", "a"]);
    });

    it("P13: growth lets jobs start that were waiting for idle workers", async () => {
      const { pool, running } = await busyPool({ workers: 3, queueSize: 2 });
      const [a, b] = jobs("a", "b");
      running[0]!.end();
      await settle();
      pool.resize(1);
      for (const job of [a, b]) pool.tryQueue(job);
      await settle();
      expect([a.runs, b.runs]).toEqual([0, 0]);

      pool.resize(4);
      await settle();

      expect([a.runs, b.runs]).toEqual([1, 1]);
    });

    it("P13: shrinking lets running jobs end, and their workers leave then", async () => {
      const { pool, running } = await busyPool({ workers: 3 });

      pool.resize(1);
      expect(ids(pool)).toEqual([0, 1, 2]);
      running[1]!.end();
      await settle();
      expect(ids(pool)).toEqual([0, 1, 2]);
      expect(pool.workers[1]).toMatchObject({ busy: false, job: undefined });
      running[2]!.end();
      await settle();

      expect(ids(pool)).toEqual([0]);
      expect(names(readAll(pool))).toEqual(["running1", "running2"]);
      expect(running[0]!.context!.signal.aborted).toBe(false);
    });

    it("P13: shrinking makes idle workers leave at once", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 4, queueSize: 4 });
      await settle();

      pool.resize(2);
      expect(ids(pool)).toEqual([0, 1]);
      const waiting = jobs("a", "b", "c");
      for (const job of waiting) pool.tryQueue(job);
      await settle();

      expect(waiting.map(({ context }) => context?.worker)).toEqual([0, 1, undefined]);
    });

    it("P13: no job starts while as many run as the size allows", async () => {
      const { pool, running } = await busyPool({ workers: 4, queueSize: 4 });
      const waiting = jobs("a", "b", "c");
      // Worker 0 is idle, but three run already.
      running[0]!.end();
      await settle();
      pool.resize(2);
      for (const job of waiting) pool.tryQueue(job);

      const started: number[] = [];
      for (const i of [1, 2, 3]) {
        await settle();
        started.push(waiting.filter(({ runs }) => runs > 0).length);
        expect(pool.stats.inProgress).toBeLessThanOrEqual(i === 1 ? 3 : 2);
        running[i]!.end();
      }
      await settle();

      expect(started).toEqual([0, 0, 1]);
      expect(waiting.map(({ runs }) => runs)).toEqual([1, 1, 0]);
      expect(pool.stats).toMatchObject({ waiting: 1, inProgress: 2 });
    });

    it("P13: a job handed to a worker that has to leave is started by another", async () => {
      const { pool, running } = await busyPool({ workers: 2, queueSize: 2 });
      const [a, b] = jobs("a", "b");
      running[1]!.end();
      await settle();

      pool.tryQueue(a);
      pool.resize(1);
      pool.tryQueue(b);
      await settle();
      expect([a.runs, b.runs]).toEqual([0, 0]);
      running[0]!.end();
      await settle();

      expect([a.context?.worker, b.runs]).toEqual([0, 0]);
    });

    it("P13: a leaving worker hands its right to run a job on to an idle one", async () => {
      const { pool, running } = await busyPool({ workers: 3, queueSize: 2 });
      const [a, b] = jobs("a", "b");
      for (const i of [0, 1]) running[i]!.end();
      await settle();
      pool.resize(1);
      for (const job of [a, b]) pool.tryQueue(job);
      await settle();
      expect(a.runs).toBe(0);

      running[2]!.end();
      await settle();

      expect([a.context?.worker, b.runs]).toEqual([0, 0]);
    });

    it("P13: while too many run, none of them is room for a job", async () => {
      const { pool, running } = await busyPool({ workers: 3, queueSize: 0 });

      pool.resize(1);
      const accepted = [];
      for (const job of running) {
        accepted.push(pool.tryQueue(quick("too many")));
        job.end();
        await settle();
      }

      expect(accepted).toEqual([false, false, false]);
      expect(pool.tryQueue(quick("now"))).toBe(true);
      expect(pool.tryQueue(quick("and no more"))).toBe(false);
    });
  });
});

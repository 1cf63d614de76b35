import { describe, expect, it, jest } from "@jest/globals";

import "../support/still-clock.js";
import { type PoolState, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, Gate, names, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { stoppingVerbs, verbs } from "../support/verbs.js";
import { statuses, watch, watchAll } from "../support/watch.js";

describe("WorkerPool", () => {
  describe("close", () => {
    it("P5: runs all that was accepted to the end, functions too", async () => {
      const { pool, running } = await busyPool({ workers: 2, queueSize: 2 });
      const job = quick("job");
      pool.tryQueue(job);
      const value = pool.submit(() => "value");

      const closed = watch(pool.close());
      expect(pool.stats).toEqual(counters({ accepted: 4, waiting: 2, inProgress: 2 }));
      for (const job of running) job.end();
      await settle();

      expect(closed.status).toBe("fulfilled");
      await expect(value).resolves.toBe("value");
      expect(job.runs).toBe(1);
      expect(pool.stats).toEqual(counters({ accepted: 4, finished: 3, retrieved: 1 }));
    });

    it("P5: runs jobs that were accepted but not started, in order", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 3 });
      for (const name of ["a", "b", "c"]) pool.tryQueue(quick(name));

      await pool.close();

      expect(names(readAll(pool))).toEqual(["a", "b", "c"]);
    });

    it("P5: resolves to nothing, once the pool has terminated and not before", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      const seen: PoolState[] = [];
      const closed = watch(pool.close().then(() => seen.push(pool.state)));

      running[0]!.end();
      await settle();
      expect([closed.status, pool.state]).toEqual(["pending", "closing"]);
      running[1]!.end();
      await settle();

      expect(seen).toEqual(["terminated"]);
      await expect(pool.close()).resolves.toBeUndefined();
    });

    it("P5: every call's promise resolves", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const early = watchAll(pool.close(), pool.close());
      await settle();
      const late = watch(pool.close());
      expect(statuses([...early, late])).toEqual(["pending", "pending", "pending"]);

      running[0]!.end();
      await settle();

      expect(statuses([...early, late])).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
      await expect(pool.close()).resolves.toBeUndefined();
    });

    it("P5: waits as long as it takes, and sets no timer", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      jest.useFakeTimers();
      try {
        const closed = watch(pool.close());
        expect(jest.getTimerCount()).toBe(0);

        jest.advanceTimersByTime(24 * 60 * 60 * 1000);
        await settle();

        expect([closed.status, running[0]!.context?.signal.aborted]).toEqual(["pending", false]);
        running[0]!.end();
        await settle();
        expect(closed.status).toBe("fulfilled");
      } finally {
        jest.useRealTimers();
      }
    });

    it.each(stoppingVerbs)("P5: does not call off %s", async (verb) => {
      const { pool, running } = await busyPool({ workers: 1 });
      const waiting = quick("waiting");
      pool.tryQueue(waiting);

      void verbs[verb](pool);
      void pool.close();
      expect(pool.state).toBe("stopping");
      running[0]!.end();
      await settle();

      expect([pool.state, waiting.runs]).toEqual(["terminated", 0]);
    });

    it("P5: a job that awaits the end of its own pool waits for itself", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const job = new TestJob("waits for itself", () => pool.close());
      pool.tryQueue(job);
      await settle();

      expect(pool.state).toBe("closing");
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));
    });

    it("P5: a job may close its pool without awaiting it", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 1 });
      pool.tryQueue(new TestJob("closes", () => void pool.close()));
      pool.tryQueue(quick("accepted"));
      await settle();

      expect(pool.state).toBe("terminated");
      expect(names(readAll(pool))).toEqual(["closes", "accepted"]);
    });
  });

  describe("await using", () => {
    it("P14: closes the pool and waits for its end", async () => {
      const gate = new Gate();
      const seen: unknown[] = [];
      let used: WorkerPool<TestJob> | undefined;
      const block = async () => {
        await using pool = new WorkerPool<TestJob>({ workers: 1 });
        used = pool;
        pool.tryQueue(new TestJob("a", () => gate.promise));
        void pool.submit(() => seen.push("function"));
      };

      const left = watch(block());
      await settle();
      expect([left.status, used?.state]).toEqual(["pending", "closing"]);
      gate.open(undefined);
      await settle();

      expect([left.status, used?.state]).toEqual(["fulfilled", "terminated"]);
      expect(seen).toEqual(["function"]);
    });

    it("P14: does so on the way out of an error, too", async () => {
      const job = new TestJob("a", () => settle());
      const block = async () => {
        await using pool = new WorkerPool<TestJob>({ workers: 1 });
        await pool.queue(job);
        throw new Error("on the way");
      };

      await expect(block()).rejects.toThrow("on the way");
      expect(job.runs).toBe(1);
    });
  });
});

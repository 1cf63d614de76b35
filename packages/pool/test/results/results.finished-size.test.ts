import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, jobs, names, quick, readAll, type TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { verbNames, verbs } from "../support/verbs.js";
import { watch, watchAll } from "../support/watch.js";

/** A pool of one worker that waits for room after its second result, with a third job behind. */
async function fullPool(): Promise<WorkerPool<TestJob>> {
  const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 3, finishedSize: 1 });
  for (const name of ["a", "b", "c"]) pool.tryQueue(quick(name));
  await settle();
  return pool;
}

describe("WorkerPool", () => {
  describe("finishedSize", () => {
    it("P1: a worker waits for a reader when more results than that lie unread", async () => {
      const pool = await fullPool();

      expect(pool.finished.cap).toBe(1);
      expect(pool.stats).toEqual(counters({ accepted: 3, waiting: 1, finished: 2 }));
    });

    it("P1: the worker goes on when a result is taken, by whatever way", async () => {
      const pool = await fullPool();
      const takers = [
        () => pool.retrieve(),
        async () => pool.tryRetrieve().finished,
        async () => pool.finished.tryRecv()?.value,
      ];
      for (const name of ["d", "e"]) pool.tryQueue(quick(name));

      for (const [i, take] of takers.entries()) {
        expect(pool.stats).toMatchObject({ finished: 2, waiting: 3 - i });
        expect((await take())?.job.name).toBe("abc"[i]);
        await settle();
      }
    });

    it("P6: a completed job that waits for room is finished, and can be read at once", async () => {
      const pool = await fullPool();

      expect(pool.stats.inProgress).toBe(0);
      expect(pool.workers[0]).toMatchObject({ busy: false, completed: 2 });
      expect(names([pool.tryRetrieve().finished!, pool.tryRetrieve().finished!])).toEqual([
        "a",
        "b",
      ]);
    });

    it("P1: a worker that waits for a reader is not free to take a job", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 0, finishedSize: 0 });
      pool.tryQueue(quick("a"));
      await settle();
      expect(pool.stats.finished).toBe(1);

      expect(pool.tryQueue(quick("b"))).toBe(false);
      const queued = watch(pool.queue(quick("b")));
      await settle();
      expect(queued.status).toBe("pending");
      readAll(pool);
      await settle();

      expect(queued.status).toBe("fulfilled");
      expect(names(readAll(pool))).toEqual(["b"]);
    });

    it("P1: with finishedSize 0 a worker does not wait if a reader does", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 2, finishedSize: 0 });
      const reader = watch(pool.retrieve());

      pool.tryQueue(quick("a"));
      pool.tryQueue(quick("b"));
      await settle();

      expect(reader.value?.job.name).toBe("a");
      expect(pool.stats).toEqual(counters({ accepted: 2, finished: 1, retrieved: 1 }));
    });

    it("P1: workers that wait go on one for each result taken, first come, first served", async () => {
      const { pool, running } = await busyPool({ workers: 3, queueSize: 3, finishedSize: 0 });
      const [a, b, c] = jobs("a", "b", "c");
      for (const job of [a, b, c]) pool.tryQueue(job);
      for (const i of [2, 0, 1]) {
        running[i]!.end();
        await settle();
      }
      expect(pool.stats).toEqual(counters({ accepted: 6, waiting: 3, finished: 3 }));

      const started: unknown[] = [];
      for (const job of [a, b, c]) {
        pool.tryRetrieve();
        await settle();
        started.push([job.runs, job.context?.worker, pool.stats.inProgress]);
      }

      expect(started).toEqual([
        [1, 2, 1],
        [1, 0, 2],
        [1, 1, 3],
      ]);
    });

    it("P10: functions need no room: their worker does not wait, though another one does", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, finishedSize: 0 });
      pool.tryQueue(quick("unread"));
      await settle();

      const results = watchAll(
        pool.submit(() => 1),
        pool.submit(() => 2),
      );
      await settle();

      expect(results.map(({ value }) => value)).toEqual([1, 2]);
      expect(pool.stats).toEqual(counters({ accepted: 3, finished: 1, retrieved: 2 }));
    });

    it.each(verbNames)("P1: %s lifts the bound", async (verb) => {
      const pool = await fullPool();

      const ended = watch(verbs[verb](pool));
      await settle();

      expect(ended.status).toBe("fulfilled");
      expect(pool.state).toBe("terminated");
      const { accepted, retrieved, finished, skipped } = pool.stats;
      expect([accepted, retrieved + finished, skipped]).toEqual(
        verb === "close" ? [3, 3, 0] : [3, 2, 1],
      );
    });

    it.each(verbNames)("P6: jobs that end after %s do not wait for room", async (verb) => {
      const { pool, running } = await busyPool({ workers: 3, finishedSize: 0 });
      running[0]!.end();
      await settle();

      const ended = watch(verbs[verb](pool));
      running[1]!.end();
      await settle();
      expect(pool.stats.inProgress).toBe(1);
      running[2]!.end();
      await settle();

      expect(ended.status).toBe("fulfilled");
    });
  });
});

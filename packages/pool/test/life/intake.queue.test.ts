import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { PoolClosedError, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, jobs, names, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { verbNames, verbs } from "../support/verbs.js";
import { statuses, watch, watchAll } from "../support/watch.js";

describe("WorkerPool", () => {
  describe("queue", () => {
    it("P4: resolves at once while there is room, and has counted the job by then", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 1 });

      const queued = pool.queue(quick("a"));

      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 1, inProgress: 1 }));
      await expect(queued).resolves.toBeUndefined();
    });

    it("P4: waits while the queue is full, until a worker takes a job out of it", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const [a, b] = jobs("a", "b");
      pool.tryQueue(a);
      const queued = watch(pool.queue(b));
      await settle();
      expect(queued.status).toBe("pending");
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 1, inProgress: 1, blocked: 1 }));

      running[0]!.end();
      await settle();

      expect(queued.status).toBe("fulfilled");
      expect(pool.stats).toEqual(counters({ accepted: 3, waiting: 1, inProgress: 1, finished: 1 }));
    });

    it("P4: first come, first served", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const order: string[] = [];
      pool.tryQueue(quick("before"));
      const waiting = ["a", "b", "c", "d"].map((name) =>
        (name === "b" ? pool.submit(() => undefined) : pool.queue(quick(name))).then(() =>
          order.push(name),
        ),
      );

      running[0]!.end();
      await Promise.all(waiting);

      expect(order.filter((name) => name !== "b")).toEqual(["a", "c", "d"]);
      expect(names(readAll(pool))).toEqual(["running0", "before", "a", "c", "d"]);
    });

    it("P4: none overtakes those that wait, from inside a job either", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const tried: boolean[] = [];
      const tries = (name: string) =>
        new TestJob(name, () => {
          tried.push(pool.tryQueue(quick(`${name}'s`)));
        });
      pool.tryQueue(tries("a"));
      const outcomes = watchAll(...["b", "c", "d"].map((name) => pool.queue(tries(name))));

      running[0]!.end();
      await settle();

      expect(statuses(outcomes)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
      expect(tried).toEqual([false, false, false, true]);
      expect(names(readAll(pool)).slice(1)).toEqual(["a", "b", "c", "d", "d's"]);
    });

    it("P4: tryQueue refuses as long as a caller waits", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 0 });
      const controller = new AbortController();
      watch(pool.queue(quick("a"), { signal: controller.signal }));
      const b = watch(pool.queue(quick("b")));

      expect(pool.tryQueue(quick("c"))).toBe(false);
      controller.abort();
      expect(pool.tryQueue(quick("c"))).toBe(false);
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1, blocked: 1 }));
      expect(b.status).toBe("pending");
    });

    it("P1: with queueSize 0 a job is accepted when a worker takes it", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 0 });
      const [a, b, c] = jobs("a", "b", "c");

      expect([a, b, c].map((job) => pool.tryQueue(job))).toEqual([true, true, false]);
      const waiting = watch(pool.queue(c));
      await settle();
      expect(waiting.status).toBe("pending");
      expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 2, blocked: 1 }));
      b.end();
      await settle();

      expect(waiting.status).toBe("fulfilled");
      expect(c.runs).toBe(1);
      expect(pool.tryQueue(quick("d"))).toBe(false);
    });

    it("P4: a signal withdraws a caller that waits, and its job never runs", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const controller = new AbortController();
      const [a, b] = [quick("a"), quick("b")];
      const withdrawn = watch(pool.queue(a, { signal: controller.signal }));
      const stays = watch(pool.queue(b));

      controller.abort("no more");
      expect(pool.stats.blocked).toBe(1);
      running[0]!.end();
      await settle();

      expect(withdrawn).toMatchObject({ status: "rejected", reason: "no more" });
      expect(stays.status).toBe("fulfilled");
      expect([a.runs, b.runs]).toEqual([0, 1]);
      expect(pool.stats).toEqual(counters({ accepted: 2, finished: 2 }));
    });

    it("P4: a job that waits for a place in the queue of its own pool is woken by stop", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 0 });
      pool.tryQueue(new TestJob("parent", () => pool.queue(quick("child"))));
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1, blocked: 1 }));

      await pool.stop();

      const { finished } = pool.tryRetrieve();
      expect(finished).toMatchObject({ status: "rejected" });
      expect(finished?.reason).toBeInstanceOf(PoolClosedError);
    });

    it("C7: a signal that is aborted after the job was accepted changes nothing", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const controller = new AbortController();
      const job = quick("a");

      await pool.queue(job, { signal: controller.signal });
      controller.abort();
      running[0]!.end();
      await settle();

      expect(job.runs).toBe(1);
      expect(job.context?.signal.aborted).toBe(false);
    });

    it.each(verbNames)(
      "P4: %s wakes every caller that waits with PoolClosedError",
      async (verb) => {
        const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
        const late = quick("late");
        const outcomes = watchAll(
          pool.queue(late),
          pool.queue(late),
          pool.submit(() => late.runs++),
        );
        expect(pool.stats.blocked).toBe(3);

        void verbs[verb](pool);
        expect(pool.stats.blocked).toBe(0);
        running[0]!.end();
        await settle();

        for (const { reason } of outcomes) expect(reason).toBeInstanceOf(PoolClosedError);
        expect(late.runs).toBe(0);
        expect(pool.stats).toMatchObject({ accepted: 1, skipped: 0 });
      },
    );

    it.each(verbNames)(
      "P4: after %s, jobs are refused at once with the same error",
      async (verb) => {
        for (const state of ["not open", "terminated"]) {
          const { pool, running } = await busyPool({ workers: 1, queueSize: 5 });
          const late = quick("late");
          void verbs[verb](pool);
          if (state === "terminated") running[0]!.end();
          await settle();
          expect(pool.state === "terminated").toBe(state === "terminated");

          const outcomes = watchAll(
            pool.queue(late),
            pool.submit(() => late.runs++),
          );
          expect(() => pool.tryQueue(late)).toThrow(PoolClosedError);
          await settle();

          for (const { reason } of outcomes) expect(reason).toBeInstanceOf(PoolClosedError);
          running[0]!.end();
          await settle();
          expect(late.runs).toBe(0);
          expect(pool.stats).toMatchObject({ accepted: 1, skipped: 0 });
        }
      },
    );
  });

  describe("order", () => {
    it("P3: jobs start in the order of the calls of queue, tryQueue and submit", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 3 });
      const started: number[] = [];
      const start = (i: number) => () => void started.push(i);

      for (let i = 0; i < 30; i++) {
        if (i < 3 && i % 3 === 1) pool.tryQueue(new TestJob("try", start(i)));
        else if (i % 3 === 0) void pool.queue(new TestJob("queued", start(i)));
        else void pool.submit(start(i));
      }
      await settle();

      expect(started).toEqual(Array.from({ length: 30 }, (_, i) => i));
    });

    it("P3: results come in the order of completion", async () => {
      const { pool, running } = await busyPool({ workers: 4 });

      for (const i of [2, 0, 3, 1]) {
        if (i === 0) running[i]!.fail("failed");
        else running[i]!.end();
        await settle();
      }

      expect(names(readAll(pool))).toEqual(["running2", "running0", "running3", "running1"]);
    });
  });
});

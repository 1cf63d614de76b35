// The verb `idle`. What an idle pool costs is in `pool.idle.test.ts`.

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { busyPool, Gate, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { stoppingVerbs, verbNames, verbs } from "../support/verbs.js";
import { statuses, watch, watchAll } from "../support/watch.js";

describe("WorkerPool", () => {
  describe("idle", () => {
    it("P22: resolves at once if nothing waits, nothing is in progress and no caller waits for room", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      await expect(pool.idle()).resolves.toBeUndefined();

      pool.tryQueue(quick("job"));
      await settle();
      expect(pool.stats.finished).toBe(1);
      await expect(pool.idle()).resolves.toBeUndefined();

      await pool.close();
      await expect(pool.idle()).resolves.toBeUndefined();
    });

    it("P22: waits for what waits, for what runs, and for callers that wait for room", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const [second, third] = [new TestJob("second"), new TestJob("third")];
      void pool.queue(second);
      void pool.queue(third);
      const idle = watch(pool.idle());
      expect(pool.stats).toMatchObject({ inProgress: 1, waiting: 1, blocked: 1 });

      for (const job of [running[0]!, second]) {
        job.end();
        await settle();
        expect(idle.status).toBe("pending");
      }
      third.end();
      await settle();
      expect(idle.status).toBe("fulfilled");
    });

    it("P22: does not resolve between two jobs, when only a caller that waits for room is left", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const gate = new Gate();
      const blocked = pool.submit(() => gate.promise);
      const idle = watch(pool.idle());

      running[0]!.end();
      await settle();
      expect([idle.status, pool.stats.inProgress]).toEqual(["pending", 1]);

      gate.open(undefined);
      await blocked;
      await settle();
      expect(idle.status).toBe("fulfilled");
    });

    it("P22: all that wait are told, and each time anew", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      for (let round = 0; round < 3; round++) {
        const job = new TestJob("job");
        pool.tryQueue(job);
        const idle = watchAll(pool.idle(), pool.idle(), pool.idle());
        await settle();
        expect(statuses(idle)).toEqual(["pending", "pending", "pending"]);

        job.end();
        await settle();
        expect(statuses(idle)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
      }
    });

    it("P22: the outcome of the last function is told before", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const order: string[] = [];
      void pool.submit(() => 1).then(() => order.push("submit"));
      void pool.idle().then(() => order.push("idle"));
      await settle();

      expect(order).toEqual(["submit", "idle"]);
    });

    it("P22: the end of a failed job, and of a withdrawn function, counts", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const controller = new AbortController();
      watch(pool.submit(() => 1, { signal: controller.signal }));
      const idle = watch(pool.idle());

      running[0]!.fail("no");
      pool.pause();
      await settle();
      expect([idle.status, pool.stats.waiting]).toEqual(["pending", 1]);

      controller.abort("enough");
      await settle();
      expect(idle.status).toBe("fulfilled");
    });

    it("P22: a caller that no longer waits for room counts no more", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 0 });
      pool.pause();
      const controller = new AbortController();
      const { signal } = controller;
      const calls = watchAll(
        pool.queue(quick("job"), { signal }),
        pool.submit(() => 1, { signal }),
      );
      const idle = watch(pool.idle());
      await settle();
      expect([idle.status, pool.stats.blocked]).toEqual(["pending", 2]);

      controller.abort("enough");
      await settle();

      expect(statuses([...calls, idle])).toEqual(["rejected", "rejected", "fulfilled"]);
    });

    it("P22: a worker that waits for a reader is no reason to wait", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, finishedSize: 0 });
      pool.tryQueue(quick("job"));
      const idle = watch(pool.idle());
      await settle();

      expect([idle.status, pool.stats.finished]).toEqual(["fulfilled", 1]);

      pool.tryQueue(quick("next"));
      const again = watch(pool.idle());
      await settle();
      expect(again.status).toBe("pending");
      readAll(pool);
      await settle();
      expect(again.status).toBe("fulfilled");
    });

    it.each(verbNames)("P22: resolves at the end of a pool that %s ends", async (verb) => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 3 });
      pool.tryQueue(quick("waits"));
      const idle = watch(pool.idle());
      void verbs[verb](pool);
      await settle();
      expect(idle.status).toBe("pending");

      running[0]!.end();
      await settle();
      expect([idle.status, pool.state]).toEqual(["fulfilled", "terminated"]);
    });

    it.each(stoppingVerbs)("P22: resolves at once if %s skips all that waits", async (verb) => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      pool.tryQueue(quick("job"));
      const idle = watch(pool.idle());

      void verbs[verb](pool);
      await settle();

      expect(idle.status).toBe("fulfilled");
    });

    it("P22: a pause makes nothing idle that waits", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      pool.pause();
      pool.tryQueue(quick("job"));
      const idle = watch(pool.idle());
      await settle();
      expect(idle.status).toBe("pending");

      pool.resume();
      await settle();
      expect(idle.status).toBe("fulfilled");
    });

    it("C7: its signal withdraws a caller that waits, and always wins", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const controller = new AbortController();
      const { signal } = controller;
      const withdrawn = watch(pool.idle({ signal }));
      const other = watch(pool.idle());

      controller.abort("enough");
      await settle();
      expect([withdrawn.reason, other.status]).toEqual(["enough", "pending"]);

      running[0]!.end();
      await settle();
      expect(other.status).toBe("fulfilled");
      await expect(pool.idle({ signal })).rejects.toBe("enough");
      await expect(pool.idle({ signal: {} as AbortSignal })).rejects.toThrow(TypeError);
    });
  });
});

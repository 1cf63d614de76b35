import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, names, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { verbNames, verbs } from "../support/verbs.js";
import { watch } from "../support/watch.js";

describe("WorkerPool", () => {
  describe("pause and resume", () => {
    it("P22: no job starts until resume, and then not during the call", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9 });
      expect(pool.paused).toBe(false);
      const order: string[] = [];

      pool.pause();
      expect(pool.paused).toBe(true);
      pool.tryQueue(new TestJob("a", () => void order.push("a")));
      watch(pool.submit(() => order.push("b")));
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 2 }));

      pool.resume();
      expect([pool.paused, order]).toEqual([false, []]);
      await settle();
      expect(order).toEqual(["a", "b"]);
    });

    it("P22: stops what is on its way to be started", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9 });
      let calls = 0;
      const job = quick("job");
      pool.tryQueue(job);
      const other = new WorkerPool<TestJob>({ workers: 2 });
      const outcome = watch(other.submit(() => calls++));

      pool.pause();
      other.pause();
      await settle();
      expect([job.runs, calls]).toEqual([0, 0]);

      pool.resume();
      other.resume();
      await settle();
      expect([job.runs, calls, outcome.status]).toEqual([1, 1, "fulfilled"]);
    });

    it("P22: those that run end, and free no room", async () => {
      const { pool, running } = await busyPool({ workers: 2, queueSize: 1 });
      pool.pause();
      pool.tryQueue(quick("waits"));
      const blocked = watch(pool.queue(quick("blocked")));

      for (const job of running) job.end();
      await settle();

      expect(names(readAll(pool))).toEqual(["running0", "running1"]);
      expect(pool.stats).toEqual(counters({ accepted: 3, waiting: 1, blocked: 1, retrieved: 2 }));
      expect([blocked.status, pool.tryQueue(quick("no room"))]).toEqual(["pending", false]);

      pool.resume();
      await settle();
      expect(names(readAll(pool))).toEqual(["waits", "blocked"]);
    });

    it("P22: workers are no room meanwhile: jobs are taken on up to queueSize", async () => {
      for (const queueSize of [0, 1, 3]) {
        const pool = new WorkerPool<TestJob>({ workers: 4, queueSize });
        pool.pause();

        const accepted = [0, 1, 2, 3].map((i) => pool.tryQueue(quick(String(i))));
        expect(accepted).toEqual([0, 1, 2, 3].map((i) => i < queueSize));
        expect(pool.trySubmit(() => 1) === undefined).toBe(queueSize < 5);
        const queued = watch(pool.queue(quick("blocked")));
        await settle();
        expect(queued.status).toBe("pending");

        pool.resume();
        expect(pool.stats).toMatchObject({ blocked: 0, waiting: queueSize + 1 });
        await settle();
        expect(queued.status).toBe("fulfilled");
      }
    });

    it("P22: what was taken on as room of a worker before the pause waits, too", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 0 });
      pool.tryQueue(quick("a"));
      pool.tryQueue(quick("b"));

      pool.pause();
      await settle();

      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 2 }));
      pool.resume();
      await settle();
      expect(names(readAll(pool))).toEqual(["a", "b"]);
    });

    it("P22: both may be called again, in any state, and from inside a job", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      pool.resume();
      pool.tryQueue(
        new TestJob("pauses", () => {
          pool.pause();
          pool.pause();
        }),
      );
      pool.tryQueue(quick("behind"));
      await settle();
      expect(names(readAll(pool))).toEqual(["pauses"]);

      pool.resume();
      pool.resume();
      await settle();
      expect(names(readAll(pool))).toEqual(["behind"]);
    });

    it("P13: a resize starts nothing during a pause, and makes no room", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 1 });
      pool.pause();
      const job = quick("waits");
      pool.tryQueue(job);

      pool.resize(5);
      await settle();

      expect([job.runs, pool.tryQueue(quick("no room"))]).toEqual([0, false]);
      pool.resume();
      await settle();
      expect(job.runs).toBe(1);
    });

    it("P22: close ends a pause: what waits is run to the end", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 2 });
      pool.pause();
      const job = quick("job");
      pool.tryQueue(job);
      const outcome = watch(pool.submit(() => "done"));
      const blocked = watch(pool.queue(quick("blocked")));

      const closed = pool.close();
      expect([pool.paused, pool.state, job.runs]).toEqual([false, "closing", 0]);
      await closed;

      expect([job.runs, outcome.value]).toEqual([1, "done"]);
      expect(blocked.reason).toMatchObject({ code: "ERR_POOL_CLOSED" });
    });

    it.each(verbNames)(
      "P22: on a pool that is not open, by %s, pause does nothing",
      async (verb) => {
        const { pool, running } = await busyPool({ workers: 1, queueSize: 3 });
        pool.tryQueue(quick("waits"));
        pool.pause();
        const ended = watch(verbs[verb](pool));
        expect(pool.paused).toBe(false);

        pool.pause();
        expect(pool.paused).toBe(false);
        running[0]!.end();
        await settle();
        expect([ended.status, pool.state]).toEqual(["fulfilled", "terminated"]);

        pool.pause();
        pool.resume();
        expect([pool.paused, pool.state]).toEqual([false, "terminated"]);
      },
    );

    it("P10: a function is withdrawn during a pause, and its place is free", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 1 });
      pool.pause();
      const controller = new AbortController();
      const outcome = watch(pool.submit(() => 1, { signal: controller.signal }));
      const next = watch(pool.queue(quick("next")));

      controller.abort("enough");
      await settle();

      expect([outcome.reason, next.status]).toEqual(["enough", "fulfilled"]);
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 1, skipped: 1 }));
    });

    it("P22: a signal that pauses the pool when it is looked at stops what it is looked at for", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 3 });
      let calls = 0;
      const signal = {
        get aborted() {
          if (pool.stats.waiting > 0) pool.pause();
          return false;
        },
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
      } as unknown as AbortSignal;
      watch(pool.submit(() => calls++, { signal }));

      running[0]!.end();
      await settle();

      expect([pool.paused, calls, pool.stats.waiting]).toEqual([true, 0, 1]);
    });
  });
});

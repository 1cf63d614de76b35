import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { JobSkippedError, PoolClosedError, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, Gate, quick, type TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { stoppingVerbs, verbs } from "../support/verbs.js";
import { watch } from "../support/watch.js";

describe("WorkerPool", () => {
  describe("submit", () => {
    it("P10: settles with the function's value, of a promise with what that gives", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 4 });
      const value = { by: "identity" };

      await expect(pool.submit(() => value)).resolves.toBe(value);
      await expect(pool.submit(async () => value)).resolves.toBe(value);
      await expect(pool.submit(() => undefined)).resolves.toBeUndefined();
      expect(pool.stats).toEqual(counters({ accepted: 3, retrieved: 3 }));
    });

    it("P10: counts as waiting, then as in progress, and is retrieved at its end", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const gate = new Gate<string>();

      const value = pool.submit(() => gate.promise);
      expect(pool.stats).toEqual(counters({ accepted: 1, waiting: 1 }));
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));
      gate.open("value");

      await expect(value).resolves.toBe("value");
      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1 }));
    });

    it("P10: never enters the finished queue", async () => {
      const pool = new WorkerPool({ workers: 1, finishedSize: 0 });
      const reader = watch(pool.retrieve());

      await pool.submit(() => 1);
      await expect(pool.submit(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
      await settle();

      expect(reader.status).toBe("pending");
      expect(pool.finished.len).toBe(0);
    });

    it("P10: gets a context: a signal, and the worker that runs it", async () => {
      const { pool } = await busyPool({ workers: 2 });
      pool.resize(3);

      const context = await pool.submit((context) => ({
        worker: context.worker,
        aborted: context.signal.aborted,
      }));

      expect(context).toEqual({ worker: 2, aborted: false });
    });

    it("P4: waits for a place as queue does, in one line with it", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const gate = new Gate();

      const first = watch(pool.submit(() => gate.promise));
      const second = watch(pool.queue(quick("second")));
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1, blocked: 2 }));
      running[0]!.end();
      await settle();
      expect(pool.stats).toMatchObject({ accepted: 2, inProgress: 1, blocked: 1 });
      gate.open("value");
      await settle();

      expect([first.value, second.status]).toEqual(["value", "fulfilled"]);
    });

    it.each(stoppingVerbs)("P10: rejects with JobSkippedError when skipped by %s", async (verb) => {
      const { pool, running } = await busyPool({ workers: 1 });
      let calls = 0;
      const skipped = watch(pool.submit(() => calls++));

      void verbs[verb](pool);
      await settle();

      expect(skipped.reason).toBeInstanceOf(JobSkippedError);
      expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 1, skipped: 1 }));
      running[0]!.end();
      await settle();
      expect(calls).toBe(0);
    });

    it("P10: in progress when the pool is stopped, it settles with its outcome", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2 });
      const [good, bad] = [new Gate<string>(), new Gate<string>()];
      const outcomes = [
        watch(pool.submit(() => good.promise)),
        watch(pool.submit(() => bad.promise)),
      ];
      await settle();

      const stopped = pool.stop();
      good.open("value");
      bad.fail("reason");
      await stopped;

      expect(outcomes).toMatchObject([
        { status: "fulfilled", value: "value" },
        { status: "rejected", reason: "reason" },
      ]);
    });

    it("P10: rejects with PoolClosedError when it was not accepted", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 0 });
      const waits = watch(pool.submit(() => 1));

      void pool.close();
      const late = watch(pool.submit(() => 1));
      await settle();

      expect(waits.reason).toBeInstanceOf(PoolClosedError);
      expect(late.reason).toBeInstanceOf(PoolClosedError);
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));
    });

    it("P10: its caller finds it counted as retrieved", async () => {
      const pool = new WorkerPool({ workers: 1 });

      const seen = await pool.submit(() => 1).then(() => pool.stats);

      expect(seen).toEqual(counters({ accepted: 1, retrieved: 1 }));
    });

    it("P10: may submit to its own pool and await that, if another worker is there", async () => {
      const pool = new WorkerPool({ workers: 2 });

      const value = pool.submit(async () => (await pool.submit(() => 20)) + 1);

      await expect(value).resolves.toBe(21);
    });
  });
});

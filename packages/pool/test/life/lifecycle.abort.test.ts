import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { type JobContext, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, Gate, names, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { watch } from "../support/watch.js";

/** Runs until its signal is aborted, and fails with the reason. */
function heedful({ signal }: JobContext): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

describe("WorkerPool", () => {
  describe("abort", () => {
    it("P5: stops, and aborts the signals of all running jobs and functions", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 3 });
      const reason = new Error("enough");
      const running = [new TestJob("a", heedful), new TestJob("b", heedful)];
      const waiting = quick("waiting");
      for (const job of running) pool.tryQueue(job);
      const value = watch(pool.submit(heedful));
      pool.tryQueue(waiting);
      await settle();
      pool.resize(1);
      pool.tryQueue(waiting);

      const skipped = pool.abort(reason);
      for (const { context } of running) expect(context?.signal.reason).toBe(reason);
      await settle();

      await expect(skipped).resolves.toEqual([waiting, waiting]);
      expect(value.reason).toBe(reason);
      expect(readAll(pool)).toEqual([
        { job: running[0], worker: 0, attempts: 1, status: "rejected", reason },
        { job: running[1], worker: 1, attempts: 1, status: "rejected", reason },
      ]);
      expect(waiting.runs).toBe(0);
      expect(pool.stats).toMatchObject({ accepted: 5, retrieved: 3, failed: 3, skipped: 2 });
    });

    it("P5: waits for jobs that do not heed their signals", async () => {
      const { pool, running } = await busyPool({ workers: 1 });

      const aborted = watch(pool.abort());
      await settle();
      expect([aborted.status, pool.state]).toEqual(["pending", "stopping"]);
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));
      running[0]!.end();
      await settle();

      expect(aborted.status).toBe("fulfilled");
      expect(readAll(pool)).toMatchObject([{ job: running[0], status: "fulfilled" }]);
    });

    it("P5: a second abort changes no reason", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const signal = running[0]!.context!.signal;

      void pool.abort("first");
      void pool.abort("second");

      expect(signal.reason).toBe("first");
    });

    it("P5: without a reason, signals get the platform's AbortError", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const signal = running[0]!.context!.signal;

      void pool.abort();

      expect(signal.reason).toMatchObject({ name: "AbortError" });
    });

    it("P5: comes after stop, too, and after close", async () => {
      for (const before of ["stop", "close"] as const) {
        const { pool, running } = await busyPool({ workers: 1 });
        pool.tryQueue(quick("waiting"));
        void pool[before]();
        const signal = running[0]!.context!.signal;
        expect(signal.aborted).toBe(false);

        const aborted = pool.abort("enough");
        expect([signal.reason, pool.state]).toEqual(["enough", "stopping"]);
        running[0]!.end();

        expect(names(await aborted)).toEqual(["waiting"]);
      }
    });

    it("P5: a job that asks late finds its signal aborted already", async () => {
      const gate = new Gate();
      const seen: unknown[] = [];
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      pool.tryQueue(
        new TestJob("asks late", async (context) => {
          await gate.promise;
          seen.push(context.signal.aborted, context.signal.reason);
        }),
      );
      await settle();

      void pool.abort("enough");
      gate.open(undefined);
      await settle();

      expect(seen).toEqual([true, "enough"]);
    });

    it("P5: a job may abort its own pool, itself included", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const seen: unknown[] = [];
      const waiting = quick("waiting");
      pool.tryQueue(
        new TestJob("aborts", (context) => {
          void pool.abort("by myself");
          seen.push(context.signal.reason, pool.state);
        }),
      );
      pool.tryQueue(waiting);
      await settle();

      expect(seen).toEqual(["by myself", "stopping"]);
      await expect(pool.abort()).resolves.toEqual([waiting]);
    });

    it("P5: what abort listeners see is a pool that has been stopped", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      const waiting = quick("waiting");
      pool.tryQueue(waiting);
      const seen: unknown[] = [];
      for (const { context } of running) {
        context?.signal.addEventListener("abort", () => seen.push(pool.state, pool.stats));
      }

      void pool.abort();

      const stats = counters({ accepted: 3, inProgress: 2, skipped: 1 });
      expect(seen).toEqual(["stopping", stats, "stopping", stats]);
    });

    it("P5: keeps results readable, those of aborted jobs, too", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      running[0]!.end();
      await settle();

      void pool.abort();
      running[1]!.fail("aborted");
      await settle();

      expect(names(readAll(pool))).toEqual(["running0", "running1"]);
    });

    it("P5: aborts the signal of no job that has ended", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const signal = running[0]!.context!.signal;
      running[0]!.end();
      await settle();

      void pool.abort();

      expect(signal.aborted).toBe(false);
    });
  });
});

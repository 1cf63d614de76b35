// The signal of `submit`, at every stage of the function's life, and in both orders within a tick.

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { type JobContext, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, Gate, names, quick, readAll, type TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { stoppingVerbs, verbs } from "../support/verbs.js";
import { watch } from "../support/watch.js";

/** Submits a function that counts its calls, with a signal to abort. */
function submitWith(pool: WorkerPool<TestJob>) {
  const controller = new AbortController();
  const calls: JobContext[] = [];
  const gate = new Gate<string>();
  const outcome = watch(
    pool.submit(
      (context) => {
        calls.push(context);
        return gate.promise;
      },
      { signal: controller.signal },
    ),
  );
  return { controller, calls, gate, outcome };
}

const WITHDRAWN = { status: "rejected", reason: "enough" };

describe("WorkerPool", () => {
  describe("submit's signal", () => {
    it("P10: withdraws a caller that waits for a place", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const { controller, calls, outcome } = submitWith(pool);
      const behind = watch(pool.queue(quick("behind")));

      controller.abort("enough");
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1, blocked: 1 }));
      await settle();
      expect(outcome).toMatchObject(WITHDRAWN);
      running[0]!.end();
      await settle();

      expect([calls.length, behind.status]).toEqual([0, "fulfilled"]);
      expect(pool.stats).toEqual(counters({ accepted: 2, finished: 2 }));
    });

    it("P10: withdraws what waits in the queue: rejected at once, skipped, never run", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 2 });
      const { controller, calls, outcome } = submitWith(pool);
      pool.tryQueue(quick("behind"));

      controller.abort("enough");
      expect(pool.stats).toEqual(counters({ accepted: 3, waiting: 1, inProgress: 1, skipped: 1 }));
      await Promise.resolve();
      expect(outcome).toMatchObject(WITHDRAWN);
      running[0]!.end();
      await settle();

      expect(calls).toEqual([]);
      expect(names(readAll(pool))).toEqual(["running0", "behind"]);
      expect(pool.stats).toEqual(counters({ accepted: 3, retrieved: 2, skipped: 1 }));
    });

    it("P10: withdraws what was handed to a worker but not started", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 0 });
      await settle();
      const { controller, calls, outcome } = submitWith(pool);

      controller.abort("enough");
      await settle();

      expect(outcome).toMatchObject(WITHDRAWN);
      expect(calls).toEqual([]);
      expect(pool.stats).toEqual(counters({ accepted: 1, skipped: 1 }));
      expect(pool.tryQueue(quick("next"))).toBe(true);
      await settle();
      expect(names(readAll(pool))).toEqual(["next"]);
    });

    it("P10: is passed on to context.signal while it runs, which decides nothing by itself", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const { controller, calls, gate, outcome } = submitWith(pool);
      await settle();
      const { signal } = calls[0]!;
      expect(signal.aborted).toBe(false);

      controller.abort("enough");
      expect(signal).toMatchObject({ aborted: true, reason: "enough" });
      await settle();
      expect(outcome.status).toBe("pending");
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));
      gate.open("value");
      await settle();

      expect(outcome).toMatchObject({ status: "fulfilled", value: "value" });
      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1 }));
    });

    it("P10: is found aborted by a function that asks late", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const { controller, calls } = submitWith(pool);
      await settle();

      controller.abort("enough");

      expect(calls[0]!.signal).toMatchObject({ aborted: true, reason: "enough" });
    });

    it("P10: may be aborted by the function itself", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const controller = new AbortController();

      const value = pool.submit(
        ({ signal }) => {
          controller.abort("enough");
          return signal.reason as unknown;
        },
        { signal: controller.signal },
      );

      await expect(value).resolves.toBe("enough");
    });

    it("P10: changes nothing once the function has ended", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const { controller, calls, gate, outcome } = submitWith(pool);
      await settle();
      const { signal } = calls[0]!;
      gate.open("value");
      await settle();

      controller.abort("enough");
      await settle();

      expect(signal.aborted).toBe(false);
      expect(outcome).toMatchObject({ status: "fulfilled", value: "value" });
      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1 }));
    });

    it.each(stoppingVerbs)("P10: in one tick, abort before %s: withdrawn", async (verb) => {
      const { pool } = await busyPool({ workers: 1 });
      const { controller, outcome } = submitWith(pool);

      controller.abort("enough");
      void verbs[verb](pool);
      await settle();

      expect(outcome).toMatchObject(WITHDRAWN);
      expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 1, skipped: 1 }));
    });

    it.each(stoppingVerbs)("P10: in one tick, %s before abort: skipped", async (verb) => {
      const { pool } = await busyPool({ workers: 1 });
      const { controller, outcome } = submitWith(pool);

      void verbs[verb](pool);
      controller.abort("enough");
      await settle();

      expect(outcome.reason).toMatchObject({ code: "ERR_JOB_SKIPPED" });
      expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 1, skipped: 1 }));
    });

    it("P10: in one tick, abort and the end of the job before it: withdrawn, in both orders", async () => {
      for (const abortFirst of [true, false]) {
        const { pool, running } = await busyPool({ workers: 1 });
        const { controller, calls, outcome } = submitWith(pool);

        if (abortFirst) controller.abort("enough");
        running[0]!.end();
        if (!abortFirst) controller.abort("enough");
        await settle();

        expect(outcome).toMatchObject(WITHDRAWN);
        expect(calls).toEqual([]);
      }
    });

    it("P10: in one tick, abort and a resize that would start it: withdrawn, in both orders", async () => {
      for (const abortFirst of [true, false]) {
        const { pool } = await busyPool({ workers: 1 });
        const { controller, calls, outcome } = submitWith(pool);

        if (abortFirst) controller.abort("enough");
        pool.resize(2);
        if (!abortFirst) controller.abort("enough");
        await settle();

        expect(outcome).toMatchObject(WITHDRAWN);
        expect(calls).toEqual([]);
      }
    });
  });
});

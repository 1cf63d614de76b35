import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { PoolClosedError, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, quick } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { stoppingVerbs, verbNames, verbs } from "../support/verbs.js";
import { watch, watchAll } from "../support/watch.js";

describe("WorkerPool", () => {
  describe("trySubmit", () => {
    it("P10: gives the outcome of the function, as submit does", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 2 });
      const NO = new Error("no");

      const value = pool.trySubmit(async ({ worker }) => worker);
      const failure = pool.trySubmit(() => {
        throw NO;
      });
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 2 }));

      await expect(value).resolves.toBe(0);
      await expect(failure).rejects.toBe(NO);
      expect(pool.stats).toEqual(counters({ accepted: 2, retrieved: 2, failed: 1 }));
    });

    it("P10: is undefined if the queue is full, and nothing is counted or called", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const calls: string[] = [];
      const first = pool.trySubmit(() => calls.push("first"));

      expect(first).toBeInstanceOf(Promise);
      expect(pool.trySubmit(() => calls.push("second"))).toBeUndefined();
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 1, inProgress: 1 }));
      running[0]!.end();
      await settle();

      expect(calls).toEqual(["first"]);
    });

    it("P4: does not overtake those that wait for room", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const order: string[] = [];
      watch(pool.submit(() => order.push("waits")));
      expect(pool.stats.blocked).toBe(1);
      expect(pool.trySubmit(() => order.push("tries"))).toBeUndefined();

      running[0]!.end();
      await settle();
      await pool.trySubmit(() => order.push("tries later"));

      expect(order).toEqual(["waits", "tries later"]);
    });

    it("P4: does not overtake one whose place an abort has not yet given up", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const controller = new AbortController();
      const tried: unknown[] = [];
      controller.signal.addEventListener("abort", () => {
        tried.push(pool.trySubmit(() => 1));
      });
      watchAll(
        pool.submit(() => 1, { signal: controller.signal }),
        pool.queue(quick("behind")),
      );

      controller.abort();
      expect(tried).toEqual([undefined]);
      running[0]!.end();
      await settle();

      expect(pool.stats).toEqual(counters({ accepted: 2, finished: 2 }));
    });

    it("P4: does not overtake one that is about to be served, if its signal runs code of the user", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const { signal } = new AbortController();
      const order: string[] = [];
      const tried: unknown[] = [];
      const waits = watch(pool.submit(() => order.push("waits"), { signal }));
      let isArmed = true;
      Object.defineProperty(signal, "aborted", {
        get() {
          if (isArmed) {
            isArmed = false;
            tried.push(pool.trySubmit(() => order.push("tries")));
          }
          return false;
        },
      });

      running[0]!.end();
      await settle();

      expect(tried).toEqual([undefined]);
      expect([waits.status, order]).toEqual(["fulfilled", ["waits"]]);
      expect(pool.stats).toEqual(counters({ accepted: 2, finished: 1, retrieved: 1 }));
    });

    it.each(verbNames)(
      "P4: rejects with PoolClosedError after %s, also if it is full",
      async (verb) => {
        for (const queueSize of [0, 1]) {
          const { pool } = await busyPool({ workers: 1, queueSize });
          let calls = 0;
          void verbs[verb](pool);

          await expect(pool.trySubmit(() => calls++)).rejects.toBeInstanceOf(PoolClosedError);
          expect(calls).toBe(0);
        }
      },
    );

    it("C7: an aborted signal wins, also if the queue is full or the pool is closed", async () => {
      const signal = AbortSignal.abort("aborted");
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const idle = new WorkerPool({ workers: 1 });

      await expect(idle.trySubmit(() => 1, { signal })).rejects.toBe("aborted");
      await expect(pool.trySubmit(() => 1, { signal })).rejects.toBe("aborted");
      void pool.close();
      await expect(pool.trySubmit(() => 1, { signal })).rejects.toBe("aborted");
      running[0]!.end();

      expect([idle.stats.accepted, pool.stats.accepted]).toEqual([0, 1]);
    });

    it("P1: rejects with TypeError for what is no function, before all other reasons", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 0 });
      const signal = AbortSignal.abort("aborted");
      const no = quick("job") as never;
      const error = new TypeError("fn must be a function");

      await expect(pool.trySubmit(no, { signal })).rejects.toThrow(error);
      await expect(pool.trySubmit(no)).rejects.toThrow(error);
      void pool.close();
      await expect(pool.trySubmit(no)).rejects.toThrow(error);
    });

    it("P10: its signal withdraws it while it waits, and is passed on while it runs", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 2 });
      const [waits, runs] = [new AbortController(), new AbortController()];
      let calls = 0;
      const withdrawn = watch(pool.trySubmit(() => calls++, { signal: waits.signal })!);
      const passed = watch(
        pool.trySubmit(
          ({ signal }) =>
            new Promise((resolve) => {
              signal.addEventListener("abort", () => resolve(signal.reason));
            }),
          { signal: runs.signal },
        )!,
      );

      waits.abort("enough");
      expect(pool.stats).toMatchObject({ waiting: 1, skipped: 1 });
      running[0]!.end();
      await settle();
      runs.abort("stop");
      await settle();

      expect(withdrawn).toMatchObject({ status: "rejected", reason: "enough" });
      expect(passed).toMatchObject({ status: "fulfilled", value: "stop" });
      expect(calls).toBe(0);
    });

    it.each(stoppingVerbs)("P10: is skipped by %s", async (verb) => {
      const { pool } = await busyPool({ workers: 1 });
      const outcome = watch(pool.trySubmit(() => 1)!);

      void verbs[verb](pool);
      await settle();

      expect(outcome.reason).toMatchObject({ code: "ERR_JOB_SKIPPED" });
    });
  });
});

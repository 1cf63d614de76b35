// What another abort listener does before ours has run.

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { counters, lost } from "../support/counters.js";
import { busyPool, quick, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { stoppingVerbs, verbNames, verbs } from "../support/verbs.js";
import { watch, watchAll } from "../support/watch.js";

/** A signal whose first listener does `first`, before those of the pool. */
function signalThatDoes(first: () => void): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  controller.signal.addEventListener("abort", first);
  return { signal: controller.signal, abort: () => controller.abort("enough") };
}

const WITHDRAWN = { status: "rejected", reason: "enough" };

describe("WorkerPool", () => {
  describe("an abort listener that acts first", () => {
    it("P10: does not start a function that waits, by making a worker free", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 2 });
      const { signal, abort } = signalThatDoes(() => pool.resize(3));
      let calls = 0;
      const outcome = watch(pool.submit(() => calls++, { signal }));
      const behind = quick("behind");
      pool.tryQueue(behind);

      abort();
      await settle();

      expect(outcome).toMatchObject(WITHDRAWN);
      expect([calls, behind.runs]).toEqual([0, 1]);
      expect(pool.stats).toEqual(counters({ accepted: 3, inProgress: 1, finished: 1, skipped: 1 }));
    });

    it("P3: lets those behind it start once each, and in order, though they come in while it leaves", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 2 });
      const { signal, abort } = signalThatDoes(() => pool.resize(3));
      const order: string[] = [];
      const withdrawn = watchAll(
        pool.submit(() => order.push("withdrawn"), { signal }),
        pool.submit(() => order.push("withdrawn"), { signal }),
      );
      const behind = watchAll(
        ...["a", "b", "c", "d"].map((name, i) =>
          i % 2 === 0
            ? pool.queue(new TestJob(name, () => void order.push(name)))
            : pool.submit(() => order.push(name)),
        ),
      );
      expect(pool.stats.blocked).toBe(4);

      abort();
      await settle();

      expect(withdrawn).toMatchObject([WITHDRAWN, WITHDRAWN]);
      expect(behind.every(({ status }) => status === "fulfilled")).toBe(true);
      expect(order).toEqual(["a", "b", "c", "d"]);
      running[0]!.end();
      await pool.close();
      expect(pool.stats).toMatchObject({ accepted: 7, finished: 3, retrieved: 2, skipped: 2 });
    });

    it("C7: does not make a caller accepted that waits in queue or submit", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 0 });
      const { signal, abort } = signalThatDoes(() => pool.resize(3));
      const job = quick("withdrawn");
      const outcomes = watchAll(
        pool.queue(job, { signal }),
        pool.submit(() => job.runs++, { signal }),
      );
      const behind = watch(pool.queue(quick("behind")));

      abort();
      await settle();

      expect(outcomes).toMatchObject([WITHDRAWN, WITHDRAWN]);
      expect([job.runs, behind.status]).toEqual([0, "fulfilled"]);
      expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 1, finished: 1 }));
    });

    it("C7: gives no result to a reader that waits", async () => {
      const { pool } = await busyPool({ workers: 1 });
      pool.tryQueue(quick("quick"));
      const { signal, abort } = signalThatDoes(() => {
        // The job may start now, and has ended before the reader's own listener could have run.
        pool.resize(2);
      });
      const withdrawn = watch(pool.retrieve({ signal }));
      const next = watch(pool.retrieve());

      abort();
      await settle();

      expect(withdrawn).toMatchObject(WITHDRAWN);
      expect(next.value?.job.name).toBe("quick");
    });

    it.each(stoppingVerbs)(
      "P10: by %s does not change the reason of the withdrawal",
      async (verb) => {
        const { pool, running } = await busyPool({ workers: 1 });
        const { signal, abort } = signalThatDoes(() => void verbs[verb](pool));
        const outcome = watch(pool.submit(() => 1, { signal }));

        abort();
        expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 1, skipped: 1 }));
        running[0]!.end();
        await settle();

        expect(outcome).toMatchObject(WITHDRAWN);
        expect(pool.state).toBe("terminated");
        expect(pool.stats).toMatchObject({ accepted: 2, skipped: 1 });
      },
    );

    it.each(verbNames)(
      "C7: by %s does not change the reason of one that was blocked",
      async (verb) => {
        const { pool } = await busyPool({ workers: 1, queueSize: 0 });
        const { signal, abort } = signalThatDoes(() => void verbs[verb](pool));
        const outcomes = watchAll(
          pool.queue(quick("a"), { signal }),
          pool.submit(() => 1, { signal }),
        );

        abort();
        await settle();

        expect(outcomes).toMatchObject([WITHDRAWN, WITHDRAWN]);
      },
    );

    it("P11: sees counters that obey the law", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 3 });
      const seen: number[] = [];
      const { signal, abort } = signalThatDoes(() => seen.push(lost(pool.stats)));
      for (let i = 0; i < 5; i++) watch(pool.submit(() => 1, { signal }));
      signal.addEventListener("abort", () => seen.push(lost(pool.stats), pool.stats.skipped));

      abort();

      expect(seen).toEqual([0, 0, 3]);
    });

    it("P13: may resize a closing pool although nothing is left to start", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const resized: unknown[] = [];
      const { signal, abort } = signalThatDoes(() => {
        try {
          pool.resize(2);
          resized.push("resized");
        } catch (error) {
          resized.push(error);
        }
      });
      watch(pool.submit(() => 1, { signal }));
      const closed = watch(pool.close());

      abort();
      await settle();

      expect(resized).toEqual(["resized"]);
      expect([closed.status, pool.state]).toEqual(["fulfilled", "terminated"]);
    });
  });
});

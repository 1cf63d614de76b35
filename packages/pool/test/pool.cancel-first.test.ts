// What another abort listener does before ours has run; and what a withdrawal leaves behind.

import { describe, expect, it, jest } from "@jest/globals";

import "./support/still-clock.js";
import { WorkerPool } from "../src/index.js";
import { Submission } from "../src/submission.js";
import { counters, lost } from "./support/counters.js";
import { isGarbage } from "./support/garbage.js";
import { busyPool, jobs, names, quick, readAll, type TestJob } from "./support/jobs.js";
import { settle } from "./support/settle.js";
import { stoppingVerbs, verbNames, verbs } from "./support/verbs.js";
import { statuses, watch, watchAll } from "./support/watch.js";

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

    it("C7: does not make a caller accepted who waits in queue or submit", async () => {
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

    it("C7: gives no result to a reader who waits", async () => {
      const { pool } = await busyPool({ workers: 1 });
      pool.tryQueue(quick("quick"));
      const { signal, abort } = signalThatDoes(() => {
        // A new worker starts at once: the job ends right here.
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
      "C7: by %s does not change the reason of one who was blocked",
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

  describe("the place of a withdrawn function", () => {
    it("P10: is free when a worker comes to it", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const [a, b] = jobs("a", "b");
      const controller = new AbortController();
      watch(pool.submit(() => 1, { signal: controller.signal }));
      const queued = watchAll(pool.queue(a), pool.queue(b));

      controller.abort();
      running[0]!.end();
      await settle();

      expect(statuses(queued)).toEqual(["fulfilled", "fulfilled"]);
      expect([a.runs, pool.stats.waiting]).toEqual([1, 1]);
    });

    it.each([0, 1, 2])(
      "P10: is free when an idle worker comes to it (queueSize %p)",
      async (queueSize) => {
        const pool = new WorkerPool<TestJob>({ workers: 1, queueSize });
        await settle();
        const controller = new AbortController();
        for (let i = 0; i <= queueSize; i++) {
          watch(pool.submit(() => 1, { signal: controller.signal }));
        }
        const queued = watchAll(pool.queue(quick("a")), pool.queue(quick("b")));
        expect(pool.stats.blocked).toBe(2);

        controller.abort();
        await settle();

        expect(statuses(queued)).toEqual(["fulfilled", "fulfilled"]);
        expect(names(readAll(pool))).toEqual(["a", "b"]);
        expect(pool.stats).toMatchObject({ waiting: 0, blocked: 0, skipped: queueSize + 1 });
      },
    );

    it("P10: is free for tryQueue, too, once a worker has come to it", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 1 });
      await settle();
      const controller = new AbortController();
      for (let i = 0; i < 2; i++) watch(pool.submit(() => 1, { signal: controller.signal }));

      controller.abort();
      await settle();

      expect(["a", "b", "c"].map((name) => pool.tryQueue(quick(name)))).toEqual([
        true,
        true,
        false,
      ]);
    });

    it("P10: is free at once, for who waits for it and for tryQueue", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 2 });
      const controller = new AbortController();
      for (let i = 0; i < 2; i++) watch(pool.submit(() => 1, { signal: controller.signal }));
      const queued = watchAll(pool.queue(quick("a")));

      controller.abort();
      await settle();

      expect(statuses(queued)).toEqual(["fulfilled"]);
      expect([pool.tryQueue(quick("b")), pool.tryQueue(quick("c"))]).toEqual([true, false]);
    });

    it("C7: very many that are withdrawn behind a long job leave nothing behind, and change no order", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: Infinity });
      const controller = new AbortController();
      const order: string[] = [];
      const keep = (name: string) => watch(pool.submit(() => order.push(name)));
      keep("first");
      const functions = Array.from({ length: 1000 }, (_, i) => {
        if (i === 500) keep("middle");
        const fn = () => 1;
        watch(pool.submit(fn, { signal: controller.signal }));
        return new WeakRef(fn);
      });
      keep("last");

      controller.abort();
      await settle();

      expect(await isGarbage(...functions.slice(0, -20))).toBe(true);
      expect(pool.stats).toMatchObject({ waiting: 3, skipped: 1000 });
      running[0]!.end();
      await settle();
      expect(order).toEqual(["first", "middle", "last"]);
    });

    it("C10: costs O(1): the queue is gone through only when most of it has been withdrawn", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: Infinity });
      const looks = jest.spyOn(Submission.prototype, "isWithdrawn", "get");
      const controllers = Array.from({ length: 1000 }, () => new AbortController());
      for (const { signal } of controllers) watch(pool.submit(() => 1, { signal }));
      const looksAfter: number[] = [];

      for (const [i, controller] of controllers.entries()) {
        controller.abort();
        if ((i + 1) % 250 === 0) looksAfter.push(looks.mock.calls.length);
      }
      looks.mockRestore();

      expect(looksAfter.slice(0, 2)).toEqual([0, 0]);
      expect(looksAfter[2]).toBeLessThanOrEqual(1000);
      expect(looksAfter[3]).toBeGreaterThan(1000);
      expect(looksAfter[3]).toBeLessThan(2000 + 16 * 16);
    });

    it("P10: does not count as waiting for a pool that is to terminate", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 3 });
      const controller = new AbortController();
      for (let i = 0; i < 3; i++) watch(pool.submit(() => 1, { signal: controller.signal }));

      controller.abort();
      const closed = watch(pool.close());
      expect(pool.stats).toEqual(counters({ accepted: 4, inProgress: 1, skipped: 3 }));
      running[0]!.end();
      await settle();

      expect(closed.status).toBe("fulfilled");
    });
  });
});

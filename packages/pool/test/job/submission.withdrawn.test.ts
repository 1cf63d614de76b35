// What a withdrawal leaves behind.

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { isGarbage } from "../support/garbage.js";
import { busyPool, jobs, names, quick, readAll, type TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { statuses, watch, watchAll } from "../support/watch.js";

describe("WorkerPool", () => {
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

    it("P10: is free at once, for a caller that waits for it and for tryQueue", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 2 });
      const controller = new AbortController();
      for (let i = 0; i < 2; i++) watch(pool.submit(() => 1, { signal: controller.signal }));
      const queued = watchAll(pool.queue(quick("a")));

      controller.abort();
      await settle();

      expect(statuses(queued)).toEqual(["fulfilled"]);
      expect([pool.tryQueue(quick("b")), pool.tryQueue(quick("c"))]).toEqual([true, false]);
    });

    it.each([1, 3, 1000])(
      "P10: is given up with all that the function holds, and changes no order (%p of them)",
      async (many) => {
        const { pool, running } = await busyPool({ workers: 1, queueSize: Infinity });
        const controllers = Array.from({ length: many }, () => new AbortController());
        const order: string[] = [];
        const keep = (name: string) => watch(pool.submit(() => order.push(name)));
        keep("first");
        const held = controllers.map(({ signal }, i) => {
          if (i === many >> 1) keep("middle");
          const holds = new Uint8Array(50_000);
          watch(pool.submit(() => holds, { signal }));
          return new WeakRef(holds);
        });
        keep("last");

        for (const controller of controllers) controller.abort();

        expect(await isGarbage(...held)).toBe(true);
        expect(pool.stats).toMatchObject({ waiting: 3, skipped: many });
        running[0]!.end();
        await settle();
        expect(order).toEqual(["first", "middle", "last"]);
      },
    );

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

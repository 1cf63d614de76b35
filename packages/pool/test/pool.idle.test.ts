import { describe, expect, it } from "@jest/globals";

import "./support/still-clock.js";
import { WorkerPool } from "../src/index.js";
import { activityOf } from "./support/activity.js";
import { isGarbage } from "./support/garbage.js";
import { Gate, quick, TestJob } from "./support/jobs.js";
import { settle } from "./support/settle.js";
import { watch, watchAll } from "./support/watch.js";

/** Makes a pool, gives it to `use`, and lets go of it. */
async function drop(use: (pool: WorkerPool<TestJob>) => unknown): Promise<WeakRef<object>> {
  const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 1, finishedSize: 1 });
  await settle();
  use(pool);
  await settle();
  return new WeakRef(pool);
}

describe("WorkerPool", () => {
  describe("an idle pool", () => {
    it("P2: does nothing by itself, not even in a microtask", async () => {
      const pools: WorkerPool<TestJob>[] = [];

      const { first, then } = await activityOf(async () => {
        const [busy, idle] = [0, 1].map(
          () => new WorkerPool<TestJob>({ workers: 9, queueSize: 0, finishedSize: 0 }),
        );
        pools.push(busy!, idle!);
        for (let i = 0; i < 8; i++) busy!.tryQueue(new TestJob("stuck"));
        busy!.tryQueue(quick("unread"));
        watchAll(busy!.queue(quick("blocked")), idle!.retrieve(), pools[0]!.close());
        await idle!.submit(() => 1);
      });

      // An immediate is how channels learn that a turn is over: of this one, or of others that run
      // in no context. No timer, and nothing later.
      expect(first.filter((kind) => kind !== "Immediate")).toEqual([
        "PROMISE",
        "something that ran",
      ]);
      expect(then).toEqual([]);
      expect(pools.map(({ state }) => state)).toEqual(["closing", "open"]);
    });
  });

  describe("a pool that is dropped", () => {
    it("P2: is garbage when it is idle", async () => {
      expect(await isGarbage(await drop(() => undefined))).toBe(true);
    });

    it("P2: is garbage when it has done its work, read or unread", async () => {
      const ref = await drop((pool) => {
        for (let i = 0; i < 3; i++) pool.tryQueue(quick("job"));
        watch(pool.submit(async () => 1));
        watch(pool.retrieve());
      });

      expect(await isGarbage(ref)).toBe(true);
    });

    it("P2: is garbage when readers wait for it", async () => {
      const ref = await drop((pool) => {
        watchAll(pool.retrieve(), pool.finished.recv());
      });

      expect(await isGarbage(ref)).toBe(true);
    });

    it("P2: is garbage when jobs are stuck in it that nothing can end", async () => {
      const ref = await drop((pool) => {
        for (let i = 0; i < 6; i++) watch(pool.queue(new TestJob("stuck")));
      });

      expect(await isGarbage(ref)).toBe(true);
    });

    it("P2: is garbage when it was closed or stopped, whether or not it has terminated", async () => {
      const closed = await drop((pool) => void pool.close());
      const stopping = await drop((pool) => {
        watch(pool.submit(() => new Gate().promise));
        void Promise.resolve().then(() => pool.stop());
      });

      expect(await isGarbage(closed)).toBe(true);
      expect(await isGarbage(stopping)).toBe(true);
    });

    it("P2: is not held by a signal that nothing waits with any more", async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const ref = await drop((pool) => {
        watch(pool.queue(quick("job"), { signal }));
        watch(pool.submit(() => 1, { signal }));
        watch(pool.retrieve({ signal }));
      });

      expect(await isGarbage(ref)).toBe(true);
      expect(signal.aborted).toBe(false);
    });

    it("P2: is not held by a handle on one of its workers that is kept, nor by its counters", async () => {
      let handle: unknown;
      const ref = await drop((pool) => {
        handle = [pool.workers[0], pool.stats];
      });

      expect(await isGarbage(ref)).toBe(true);
      expect(handle).toBeDefined();
    });
  });

  describe("an idle worker", () => {
    /** A pool that has run one job, and what is left of that and of what it returned. */
    async function ran(body: () => object) {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const refs: WeakRef<object>[] = [];
      const make = () => {
        const result = body();
        const job = new TestJob("job", () => result);
        refs.push(new WeakRef(job), new WeakRef(result));
        return job;
      };
      pool.tryQueue(make());
      await settle();
      pool.tryRetrieve();
      await settle();
      return { pool, job: refs[0]!, result: refs[1]! };
    }

    it("P2: does not hold the job that it ran last", async () => {
      const { pool, job } = await ran(async () => 1);

      expect(await isGarbage(job)).toBe(true);
      expect(pool.state).toBe("open");
    });

    it("P2: does not hold what the job that it ran last returned", async () => {
      const { pool, result } = await ran(() => ({ big: "result" }));

      expect(await isGarbage(result)).toBe(true);
      expect(pool.state).toBe("open");
    });
  });
});

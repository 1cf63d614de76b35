import { beforeEach, describe, expect, it, jest } from "@jest/globals";

import type * as Pool from "../../src/index.js";
import { names, quick, TestJob } from "../support/jobs.js";
import { nextTurn } from "../support/settle.js";

const MANY = 600;

let WorkerPool: typeof Pool.WorkerPool;

// A clock that goes on with every look at it, whatever the speed of the machine: by a fifth of what
// the event loop is kept waiting at most. It is captured when the package is loaded.
beforeEach(async () => {
  let time = 0;
  const now = () => (time += 0.1);
  Object.defineProperty(globalThis, "performance", { configurable: true, value: { now } });
  await jest.isolateModulesAsync(async () => {
    ({ WorkerPool } = await import("../../src/index.js"));
  });
});

describe("WorkerPool", () => {
  describe("the event loop", () => {
    it("C11: gets a turn between jobs that are synchronous and never wait", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: MANY });
      for (let i = 0; i < MANY; i++) pool.tryQueue(quick("job"));

      await nextTurn();
      await nextTurn();
      const done = pool.stats.finished;
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(MANY / 10);

      await pool.close();
      expect(pool.stats.finished).toBe(MANY);
    });

    it("C11: gets many turns, from several workers, too", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 8, queueSize: MANY });
      for (let i = 0; i < MANY; i++) pool.tryQueue(quick("job"));
      let turns = 0;
      const closed = pool.close().then(() => pool.state);

      while (pool.state !== "terminated") {
        await nextTurn();
        turns++;
      }

      expect(turns).toBeGreaterThan(20);
      await expect(closed).resolves.toBe("terminated");
    });

    it.each([
      {
        who: "a caller who queues and reads",
        act: async (pool: Pool.WorkerPool<TestJob>) => {
          await pool.queue(quick("job"));
          await pool.retrieve();
        },
      },
      {
        who: "a caller who submits",
        act: (pool: Pool.WorkerPool<TestJob>) => pool.submit(() => 1),
      },
      {
        who: "a job that queues its successor",
        act: async (pool: Pool.WorkerPool<TestJob>) => {
          const next = (): TestJob => new TestJob("job", () => void pool.queue(next()));
          if (pool.stats.accepted === 0) await pool.queue(next());
          await pool.retrieve();
        },
      },
      {
        who: "a caller who queues what is no job",
        act: (pool: Pool.WorkerPool<TestJob>) =>
          pool.queue({} as unknown as TestJob).catch(() => undefined),
      },
      {
        who: "a caller who submits what is no function",
        act: (pool: Pool.WorkerPool<TestJob>) => pool.submit(1 as never).catch(() => undefined),
      },
      {
        who: "a reader of maps of nothing",
        act: (pool: Pool.WorkerPool<TestJob>) => pool.map([], () => 1).next(),
      },
      {
        who: "a reader of maps whose signal is aborted",
        act: (pool: Pool.WorkerPool<TestJob>) => {
          const signal = AbortSignal.abort();
          return pool
            .map([1], () => 1, { signal })
            .next()
            .catch(() => undefined);
        },
      },
      {
        who: "a caller who leaves maps at once",
        act: (pool: Pool.WorkerPool<TestJob>) => pool.map([1], () => 1).return!(),
      },
      {
        who: "a caller who throws into maps",
        act: (pool: Pool.WorkerPool<TestJob>) =>
          pool.map([1], () => 1).throw!(new Error("no")).catch(() => undefined),
      },
    ])("C11: gets a turn from $who without pause", async ({ act }) => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      let rounds = 0;
      const task = (async () => {
        for (; rounds < MANY; rounds++) await act(pool);
      })();

      await nextTurn();
      await nextTurn();

      expect(rounds).toBeLessThan(MANY / 10);
      await task;
      expect(rounds).toBe(MANY);
      await pool.stop();
    });

    it("P3: jobs are started and finished in order, however many turns that takes", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 3, queueSize: 5 });
      const started: string[] = [];
      const expected = Array.from({ length: 500 }, (_, i) => String(i));
      const results: string[] = [];
      const reader = (async () => {
        for await (const result of pool) results.push(...names([result]));
      })();

      for (const name of expected) {
        await pool.queue(new TestJob(name, () => void started.push(name)));
      }
      await pool.close();
      await reader;

      expect(started).toEqual(expected);
      expect(results).toEqual(expected);
    });

    it("P3: of several pools that have jobs to start at one time each starts its own, first come, first served", async () => {
      const started: string[] = [];
      const pools = ["a", "b", "c"].map((name) => {
        const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 1 });
        return { pool, queue: () => pool.tryQueue(new TestJob(name, () => started.push(name))) };
      });
      for (const round of [1, 2]) {
        for (const { queue } of pools) queue();
        await nextTurn();
        expect(started).toHaveLength(3 * round);
      }
      expect(started).toEqual(["a", "b", "c", "a", "b", "c"]);

      await Promise.all(pools.map(({ pool }) => pool.close()));
    });

    it("P4: a worker that waits for its turn is free: a caller that waits for a place has it at once", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 0 });
      for (let i = 0; i < MANY; i++) void pool.queue(quick("job")).catch(() => undefined);
      await nextTurn();
      const { finished } = pool.stats;

      expect(finished).toBeGreaterThan(0);
      expect(pool.stats).toMatchObject({ accepted: finished + 1, waiting: 1, inProgress: 0 });
      await pool.close();
      expect(pool.stats.finished).toBe(finished + 1);
    });

    it("P5: a worker that waits for its turn starts no job of a pool that was stopped", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: MANY });
      for (let i = 0; i < MANY; i++) pool.tryQueue(quick("job"));
      await nextTurn();

      const { finished } = pool.stats;
      const skipped = await pool.stop();

      expect(finished).toBeGreaterThan(0);
      expect(pool.stats.finished).toBe(finished);
      expect(skipped.length).toBe(MANY - finished);
    });
  });
});

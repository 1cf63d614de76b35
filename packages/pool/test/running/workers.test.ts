import { afterEach, describe, expect, it, jest } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { busyPool, Gate, quick, type TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";

const IDLE = { busy: false, job: undefined, since: undefined };

describe("WorkerPool", () => {
  describe("workers", () => {
    afterEach(() => {
      jest.useRealTimers();
    });

    it("P12: has a handle on each worker, by id", () => {
      const pool = new WorkerPool({ workers: 3 });

      expect(pool.workers.map(({ id }) => id)).toEqual([0, 1, 2]);
      for (const worker of pool.workers) expect(worker).toMatchObject({ ...IDLE, completed: 0 });
    });

    it("P12: the id is context.worker and Finished.worker", async () => {
      const { pool, running } = await busyPool({ workers: 3 });

      for (const [i, job] of running.entries()) {
        const handle = pool.workers.find((worker) => worker.job === job);
        expect(handle?.id).toBe(job.context?.worker);
        job.end();
        await settle();
        expect(pool.tryRetrieve().finished).toMatchObject({ job, worker: handle?.id });
        expect(handle).toMatchObject({ ...IDLE, id: i });
      }
    });

    it("P12: handles are live: what a worker runs, and how many it has completed", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const worker = pool.workers[0]!;
      expect(worker).toMatchObject({ busy: true, job: running[0], completed: 0 });

      running[0]!.end();
      await settle();
      expect(worker).toMatchObject({ ...IDLE, completed: 1 });

      const next = quick("fails");
      Object.assign(next, { run: () => Promise.reject(new Error("no")) });
      await pool.queue(next);
      await settle();
      expect(worker).toMatchObject({ ...IDLE, completed: 2 });
      expect(pool.workers[0]).toBe(worker);
    });

    it("P12: a submitted function makes a worker busy without a job, and counts", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const worker = pool.workers[0]!;
      const gate = new Gate();
      const value = pool.submit(() => gate.promise);
      await settle();

      expect(worker).toMatchObject({ busy: true, job: undefined });
      expect(typeof worker.since).toBe("number");
      gate.open(undefined);
      await value;

      expect(worker).toMatchObject({ ...IDLE, completed: 1 });
    });

    it("P12: since is when the present job was started, in epoch milliseconds", async () => {
      jest.useFakeTimers({ now: 1000 });
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const worker = pool.workers[0]!;
      const gates = [new Gate(), new Gate()];
      for (const gate of gates) void pool.submit(() => gate.promise);

      jest.setSystemTime(2000);
      await settle();
      expect(worker.since).toBe(2000);
      jest.setSystemTime(3000);
      expect(worker.since).toBe(2000);
      gates[0]!.open(undefined);
      await settle();
      expect(worker.since).toBe(3000);
      gates[1]!.open(undefined);
      await settle();

      expect(worker.since).toBeUndefined();
    });

    it("P12: since is the same however often it is asked for, and nothing afterwards, for a synchronous job", async () => {
      jest.useFakeTimers({ now: 1000 });
      const pool = new WorkerPool({ workers: 1 });
      const worker = pool.workers[0]!;
      const seen: unknown[] = [];
      const look = () => {
        seen.push(worker.since);
        jest.setSystemTime(Date.now() + 1000);
        seen.push(worker.since);
      };

      await Promise.all([pool.submit(look), pool.submit(look)]);

      expect(seen).toEqual([1000, 1000, 2000, 2000]);
      expect(worker.since).toBeUndefined();
    });

    it("P12: since is when a job gave its promise, if one that was synchronous came before it", async () => {
      jest.useFakeTimers({ now: 1000 });
      const pool = new WorkerPool({ workers: 1 });
      const worker = pool.workers[0]!;
      await pool.submit(() => undefined);

      for (const start of [2000, 3000]) {
        jest.setSystemTime(start);
        const gate = new Gate();
        const value = pool.submit(() => gate.promise);
        await settle();
        jest.setSystemTime(start + 500);
        expect(worker.since).toBe(start);
        gate.open(undefined);
        await value;
      }
    });

    it.each([
      ["if it is the first", []],
      ["if the one before it gave one, too", [() => undefined, () => Promise.resolve()]],
    ])(
      "P12: since is exact for a job that computes before it gives its promise, %s",
      async (_, before) => {
        jest.useFakeTimers({ now: 1000 });
        const pool = new WorkerPool({ workers: 1 });
        const worker = pool.workers[0]!;
        for (const fn of before) await pool.submit(fn);
        const gate = new Gate();

        const value = pool.submit(() => {
          jest.setSystemTime(1500);
          return gate.promise;
        });
        await settle();
        expect(worker.since).toBe(1000);
        gate.open(undefined);
        await value;
      },
    );

    it("P12: a handle is idle for the reader of the result", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const seen: unknown[] = [];
      void pool.retrieve().then(() => {
        const { busy, completed } = pool.workers[0]!;
        seen.push(busy, completed);
      });

      running[0]!.end();
      await settle();

      expect(seen).toEqual([false, 1]);
    });

    it("P12: stay as they are when the pool has terminated", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      for (const job of running) job.end();
      await pool.close();

      expect(pool.workers).toMatchObject([
        { ...IDLE, id: 0, completed: 1 },
        { ...IDLE, id: 1, completed: 1 },
      ]);
    });
  });
});

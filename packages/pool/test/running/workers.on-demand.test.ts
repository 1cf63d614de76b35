// Workers come into being when there is something for them to do, and keep their numbers.

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { activityOf } from "../support/activity.js";
import { isGarbage } from "../support/garbage.js";
import { busyPool, jobs, quick, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { watch } from "../support/watch.js";

const ids = (pool: WorkerPool<TestJob>) => pool.workers.map(({ id }) => id);
const busy = (pool: WorkerPool<TestJob>) => pool.workers.map((worker) => worker.busy);

describe("WorkerPool", () => {
  describe("workers on demand", () => {
    it("P13: making a pool, and closing it, starts nothing", async () => {
      const { first } = await activityOf(() => {
        new WorkerPool({ workers: 1000 }).resize(2000);
      });

      expect(first).toEqual([]);
    });

    it("P13: a pool of as many workers as there are numbers costs what the busy ones cost", async () => {
      const pool = new WorkerPool<TestJob>({ workers: Number.MAX_SAFE_INTEGER, queueSize: 0 });
      const queued = jobs("a", "b", "c");
      for (const job of queued) expect(pool.tryQueue(job)).toBe(true);
      await settle();
      expect(queued.map(({ context }) => context?.worker)).toEqual([0, 1, 2]);

      pool.resize(Number.MAX_SAFE_INTEGER - 1);
      const closed = watch(pool.abort());
      for (const job of queued) job.end();
      await settle();

      expect(closed.status).toBe("fulfilled");
    });

    it("P13: one job after the other needs one worker", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 9 });
      const seen: unknown[] = [];
      for (let i = 0; i < 4; i++) seen.push(await pool.submit(({ worker }) => worker));

      expect(seen).toEqual([0, 0, 0, 0]);
      expect(pool.workers.map(({ completed }) => completed)).toEqual([4, 0, 0, 0, 0, 0, 0, 0, 0]);
    });

    it("P12: of those that are idle the one that has been so the longest is next", async () => {
      const { pool, running } = await busyPool({ workers: 4 });
      for (const i of [2, 0, 1]) {
        running[i]!.end();
        await settle();
      }
      const next = jobs("a", "b", "c");
      for (const job of next) pool.tryQueue(job);
      await settle();

      expect(next.map(({ context }) => context?.worker)).toEqual([2, 0, 1]);
    });

    it("P12: so they take turns also if one is needed at a time, and none is lost", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      for (const job of running) job.end();
      await settle();
      const seen: number[] = [];
      for (let i = 0; i < 4; i++) seen.push(await pool.submit(({ worker }) => worker));
      expect(seen).toEqual([0, 1, 0, 1]);

      const both = jobs("a", "b");
      for (const job of both) pool.tryQueue(job);
      await settle();
      expect(both.map(({ context }) => context?.worker)).toEqual([0, 1]);
    });

    it("P12: a handle that was asked for before its worker has come into being is the worker's", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 3 });
      const handles = pool.workers;
      const [job] = jobs("job");
      pool.tryQueue(job);
      await settle();

      expect(handles[0]).toMatchObject({ busy: true, job });
      expect(pool.workers.every((handle, i) => handle === handles[i])).toBe(true);
    });
  });

  describe("handles on workers that are yet to come", () => {
    it("P13: cost nothing that stays, and neither do those that have left", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      running[1]!.end();
      await settle();
      const look = () => pool.workers.slice(1).map((handle) => new WeakRef(handle));
      const refs = look();
      pool.resize(1);
      pool.resize(100);
      refs.push(...look());

      expect(await isGarbage(...refs)).toBe(true);
      expect(ids(pool)).toEqual(Array.from({ length: 100 }, (_, id) => id));
      expect(running[0]!.context!.worker).toBe(0);
    });

    it("P12: are those of the workers that come, though all others are dropped", async () => {
      const { pool } = await busyPool({ workers: 1 });
      pool.resize(4);
      const second = pool.workers[2]!;
      const ref = new WeakRef(pool.workers[3]!);
      expect(await isGarbage(new WeakRef({}))).toBe(true);

      const next = jobs("a", "b");
      for (const job of next) pool.tryQueue(job);
      await settle();

      expect(second).toMatchObject({ id: 2, busy: true, job: next[1] });
      expect(pool.workers[2]).toBe(second);
      expect(await isGarbage(ref)).toBe(true);
      next[1].end();
      await settle();
      pool.resize(1);
      expect(second).toMatchObject({ busy: false, job: undefined, completed: 1 });
    });

    it("P12: are of the next that comes in a place only until it comes", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 3 });
      const before = pool.workers;
      const seen: unknown[] = [];
      for (const size of [1, 3]) {
        const next = jobs("a", "b");
        for (const job of next) pool.tryQueue(job);
        await settle();
        seen.push(pool.workers[1] === before[1]);
        for (const job of next) job.end();
        await settle();
        pool.resize(size);
        pool.resize(3);
      }

      expect(seen).toEqual([true, false]);
      expect([before, pool.workers].map((handles) => handles[1]!.completed)).toEqual([1, 1]);
    });

    it("P12: are live where there is no WeakRef, too", async () => {
      const there = WeakRef;
      Object.assign(globalThis, { WeakRef: undefined });
      try {
        const pool = new WorkerPool<TestJob>({ workers: 2 });
        const handles = pool.workers;
        const [job] = jobs("job");
        pool.tryQueue(job);
        await settle();

        expect(handles[0]).toMatchObject({ busy: true, job });
        expect(pool.workers[1]).toBe(handles[1]);
      } finally {
        Object.assign(globalThis, { WeakRef: there });
      }
    });

    it("P12: of one that has left is not of the one that comes in its place", async () => {
      const { pool, running } = await busyPool({ workers: 3 });
      const [, left] = pool.workers;
      pool.resize(1);
      running[1]!.end();
      await settle();
      const [, comes] = pool.workers;
      pool.resize(3);
      const [job] = jobs("job");
      pool.tryQueue(job);
      await settle();

      expect(job.context).toMatchObject({ worker: 1 });
      expect(left).toMatchObject({ id: 1, busy: false, completed: 1 });
      expect(comes).toMatchObject({ id: 1, busy: true, job, completed: 0 });
    });
  });

  describe("workers after shrinking", () => {
    it("P12: workers[i].id is i: one that has left shows idle, up to the highest that still runs", async () => {
      const { pool, running } = await busyPool({ workers: 4 });
      pool.resize(1);
      expect(ids(pool)).toEqual([0, 1, 2, 3]);

      running[1]!.end();
      running[3]!.end();
      await settle();

      expect(ids(pool)).toEqual([0, 1, 2]);
      expect(busy(pool)).toEqual([true, false, true]);
      expect(pool.workers[1]).toMatchObject({ job: undefined, since: undefined });
      expect(pool.workers[1]!.abort("nothing")).toBe(false);
      expect(pool.workers[2]!.abort("enough")).toBe(true);
      expect(running.map(({ context }) => context!.signal.aborted)).toEqual([
        false,
        false,
        true,
        false,
      ]);
    });

    it("P12: numbers are taken again from the lowest, and none that still runs is taken twice", async () => {
      const { pool, running } = await busyPool({ workers: 4, queueSize: 9 });
      pool.resize(1);
      for (const i of [0, 1, 3]) running[i]!.end();
      await settle();
      expect(busy(pool)).toEqual([false, false, true]);

      pool.resize(5);
      const next = jobs("a", "b", "c", "d", "e");
      for (const job of next) pool.tryQueue(job);
      await settle();

      expect(next.map(({ context }) => context?.worker)).toEqual([0, 1, 3, 4, undefined]);
      running[2]!.end();
      await settle();
      expect(next[4].context?.worker).toBe(2);
      expect(ids(pool)).toEqual([0, 1, 2, 3, 4]);
    });

    it("P5: abort reaches those beyond one that has left", async () => {
      const { pool, running } = await busyPool({ workers: 3 });
      running[1]!.end();
      await settle();
      pool.resize(1);

      void pool.abort("enough");

      const aborted = running.map(({ context }) => context!.signal.aborted);
      expect(aborted).toEqual([true, false, true]);
    });

    it("P12: idle ones leave at once, those that stay keep their order and their counts", async () => {
      const { pool, running } = await busyPool({ workers: 5 });
      for (const i of [4, 1, 3, 0]) {
        running[i]!.end();
        await settle();
      }
      const [stays, leaves] = [pool.workers[1]!, pool.workers[4]!];

      pool.resize(4);
      expect(pool.workers[1]).toBe(stays);
      pool.resize(5);
      const next = jobs("a", "b", "c", "d");
      for (const job of next) pool.tryQueue(job);
      await settle();

      expect(next.map(({ context }) => context?.worker)).toEqual([1, 3, 0, 4]);
      expect([stays.busy, stays.completed]).toEqual([true, 1]);
      expect([leaves.busy, leaves.completed]).toEqual([false, 1]);
      expect(pool.workers[4]).not.toBe(leaves);
      expect(pool.workers[4]!.completed).toBe(0);
    });

    it("P12: the only idle one may leave, and come again", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      running[1]!.end();
      await settle();
      pool.resize(1);
      pool.resize(3);
      const next = jobs("a", "b");
      for (const job of next) pool.tryQueue(job);
      await settle();

      expect(next.map(({ context }) => context?.worker)).toEqual([1, 2]);
    });
  });

  describe("user code", () => {
    it("P13: is never called from inside a call of the pool's methods", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 1 });
      let depth = 0;
      const depths: number[] = [];
      const call = <R>(act: () => R): R => {
        depth++;
        const result = act();
        depth--;
        return result;
      };
      const body = () => void depths.push(depth);

      call(() => pool.tryQueue(new TestJob("a", body)));
      watch(call(() => pool.queue(new TestJob("b", body))));
      watch(call(() => pool.submit(body)));
      call(() => pool.resize(4));
      watch(call(() => pool.trySubmit(body)!));
      await settle();
      call(() => pool.tryRetrieve());
      watch(call(() => pool.submit(body)));
      watch(call(() => pool.close()));
      call(() => pool.resize(5));
      await settle();

      expect(depths).toEqual([0, 0, 0, 0, 0]);
    });

    it("P13: a thousand jobs that each resize the pool do not stand on each other", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: Infinity });
      const depths: number[] = [];
      let depth = 0;
      for (let i = 0; i < 1000; i++) {
        pool.tryQueue(
          new TestJob("grows", async () => {
            depths.push(++depth);
            pool.resize(i + 2);
            depth--;
            await Promise.resolve();
          }),
        );
      }

      await pool.close();

      expect(Math.max(...depths)).toBe(1);
      expect(pool.stats).toEqual(counters({ accepted: 1000, finished: 1000 }));
    });

    it("P13: a job that resizes its pool sees more jobs start when it waits, not before", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const next = quick("next");
      const seen: number[] = [];
      pool.tryQueue(
        new TestJob("grows", async () => {
          pool.resize(2);
          seen.push(next.runs);
          await settle();
          seen.push(next.runs);
        }),
      );
      pool.tryQueue(next);
      await pool.close();

      expect(seen).toEqual([0, 1]);
    });
  });
});

// What starts first of that which waits.

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import "../support/still-clock.js";
import { type JobOptions, WorkerPool, type WorkerPoolOptions } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, names, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { watch } from "../support/watch.js";

/** A pool whose only worker is busy until `startAll`, which tells in which order the others started. */
async function waitingPool(options: Partial<WorkerPoolOptions> = {}) {
  const { pool, running } = await busyPool({ workers: 1, queueSize: 99, ...options });
  const add = (name: string, priority?: number) => pool.tryQueue(quick(name), { priority });
  const startAll = async () => {
    running[0]!.end();
    await settle();
    return names(readAll(pool)).slice(1);
  };
  return { pool, running, add, startAll };
}

describe("WorkerPool", () => {
  describe("priority", () => {
    it("P20: of the jobs that wait one of the highest priority starts first, among equals the first accepted", async () => {
      const { add, startAll } = await waitingPool();

      add("a", 1);
      add("b");
      add("c", 2);
      add("d", 0);
      add("e", -1);
      add("f", 2);
      add("g", 0.5);

      expect(await startAll()).toEqual(["c", "f", "a", "g", "b", "d", "e"]);
    });

    it("P20: is taken by every verb that queues", async () => {
      const { pool, add, startAll } = await waitingPool();
      const order: string[] = [];
      const noting = (name: string) => new TestJob(name, () => void order.push(name));

      add("tryQueue", 1);
      void pool.queue(noting("queue"), { priority: 4 });
      watch(pool.submit(() => order.push("submit"), { priority: 3 }));
      watch(pool.trySubmit(() => order.push("trySubmit"), { priority: 5 })!);
      pool.tryQueue(noting("tryQueue"), { priority: 2 });
      await startAll();

      expect(order).toEqual(["trySubmit", "queue", "submit", "tryQueue"]);
    });

    it("P20: a job that comes while the turn of another is on its way goes first", async () => {
      for (const first of ["submit", "queue"] as const) {
        const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
        const order: string[] = [];
        if (first === "submit") watch(pool.submit(() => order.push("low")));
        else void pool.queue(new TestJob("low", () => void order.push("low")));
        watch(pool.submit(() => order.push("high"), { priority: 2 }));
        pool.tryQueue(new TestJob("mid", () => void order.push("mid")), { priority: 1 });
        await settle();

        expect(order).toEqual(["high", "mid", "low"]);
      }
    });

    it("P4: those that wait for room stay first come, first served", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      pool.tryQueue(new TestJob("waits"));
      const order: string[] = [];
      for (const [name, priority] of [
        ["a", 0],
        ["b", 9],
      ] as const) {
        void pool.queue(quick(name), { priority }).then(() => order.push(name));
      }

      running[0]!.end();
      await settle();

      expect(order).toEqual(["a"]);
    });

    it("P10: a function with a priority is withdrawn from wherever it stands", async () => {
      const { pool, add, startAll } = await waitingPool();
      add("a", 1);
      const controller = new AbortController();
      const { signal } = controller;
      const withdrawn = [3, 0, 2, 1].map((priority) =>
        watch(pool.submit(() => 1, { signal, priority })),
      );
      add("b", 2);
      add("c");

      controller.abort("enough");

      expect(pool.stats).toEqual(counters({ accepted: 8, inProgress: 1, waiting: 3, skipped: 4 }));
      expect(await startAll()).toEqual(["b", "a", "c"]);
      expect(withdrawn.every(({ reason }) => reason === "enough")).toBe(true);
    });

    it("P5: stop skips all of them, and tells them in the order in which they would have started", async () => {
      const { pool, running, add } = await waitingPool();
      add("a");
      add("b", 1);
      const skipped = pool.stop();
      running[0]!.end();

      expect(names(await skipped)).toEqual(["b", "a"]);
    });

    it.each([NaN, Infinity, -Infinity, "1", null])("P20: %p throws RangeError", async (value) => {
      const pool = new WorkerPool<TestJob>({ workers: 1, name: "db" });
      const options = { priority: value as number };
      const error = `pool "db": priority must be a finite number, not ${value === "1" ? "1 (a string)" : String(value)}`;

      expect(() => pool.tryQueue(quick("job"), options)).toThrow(RangeError);
      expect(() => pool.tryQueue(quick("job"), options)).toThrow(error);
      await expect(pool.queue(quick("job"), options)).rejects.toThrow(RangeError);
      await expect(pool.submit(() => 1, options)).rejects.toThrow(error);
      await expect(pool.trySubmit(() => 1, options)).rejects.toThrow(error);
      expect(pool.stats).toEqual(counters({}));
    });

    it("P20: bad options are refused after what is no job, and before an aborted signal", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      void pool.close();
      const noJob = {} as never;
      const bad: JobOptions = { priority: NaN, signal: AbortSignal.abort("aborted") };

      await expect(pool.queue(noJob, bad)).rejects.toThrow(TypeError);
      await expect(pool.submit(1 as never, bad)).rejects.toThrow(TypeError);
      await expect(pool.trySubmit(1 as never, bad)).rejects.toThrow(TypeError);
      expect(() => pool.tryQueue(noJob, bad)).toThrow(TypeError);
      await expect(pool.queue(quick("a"), bad)).rejects.toThrow(RangeError);
      await expect(pool.submit(() => 1, bad)).rejects.toThrow(RangeError);
      await expect(pool.trySubmit(() => 1, bad)).rejects.toThrow(RangeError);
      expect(() => pool.tryQueue(quick("a"), bad)).toThrow(RangeError);
      await expect(pool.submit(() => 1, { ...bad, priority: 1 })).rejects.toBe("aborted");
    });

    it("P16: options whose getters throw refuse the job with that", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const odd = {
        get priority(): number {
          throw new Error("no");
        },
      };

      expect(() => pool.tryQueue(quick("job"), odd)).toThrow("no");
      await expect(pool.queue(quick("job"), odd)).rejects.toThrow("no");
      await expect(pool.submit(() => 1, odd)).rejects.toThrow("no");
      await expect(pool.trySubmit(() => 1, odd)).rejects.toThrow("no");
      expect(pool.stats).toEqual(counters({}));
    });

    it("P20: options that submit to the pool when they are read tell no other outcome", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      let inner: Promise<string> | undefined;
      const odd = {
        get priority(): number {
          inner = pool.submit(() => "inner");
          return 0;
        },
      };

      await expect(pool.submit(() => "outer", odd)).resolves.toBe("outer");
      await expect(inner).resolves.toBe("inner");
    });
  });

  describe("ageing", () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it("P20: raises the rank of what waits by 1 in so many milliseconds, evenly", async () => {
      const { add, startAll } = await waitingPool({ ageing: 100 });

      add("old");
      jest.advanceTimersByTime(150);
      add("young 1", 1);
      add("young 2", 2);
      jest.advanceTimersByTime(49);
      add("younger 2", 2);
      jest.advanceTimersByTime(1);
      add("2, as old has waited", 2);
      add("youngest 3", 3);

      expect(await startAll()).toEqual([
        "youngest 3",
        "young 2",
        "younger 2",
        "old",
        "2, as old has waited",
        "young 1",
      ]);
    });

    it("P20: among equal ranks the first that was accepted starts first", async () => {
      const { add, startAll } = await waitingPool({ ageing: 100 });

      add("0");
      jest.advanceTimersByTime(100);
      add("1", 1);
      add("also 1", 1);
      jest.advanceTimersByTime(100);
      add("2", 2);

      expect(await startAll()).toEqual(["0", "1", "also 1", "2"]);
    });

    it("P20: counts from the acceptance, not from the call", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 2, ageing: 100 });
      const before = [new TestJob("first"), new TestJob("second")] as const;
      for (const job of before) pool.tryQueue(job);
      void pool.queue(quick("blocked for long"));
      jest.advanceTimersByTime(1000);
      for (const job of [running[0]!, before[0]]) {
        job.end();
        await settle();
      }
      expect(pool.tryQueue(quick("young"), { priority: 1 })).toBe(true);
      before[1].end();
      await settle();

      expect(names(readAll(pool)).slice(3)).toEqual(["young", "blocked for long"]);
    });

    it("T4: is not misled by a wall clock that is set", async () => {
      const { add, startAll } = await waitingPool({ ageing: 100 });

      add("a", 1);
      jest.setSystemTime(0);
      add("b", 1);

      expect(await startAll()).toEqual(["a", "b"]);
    });

    it("P20: plain jobs are first in, first out with it, too, and no timer is started for it", async () => {
      const { add, startAll } = await waitingPool({ ageing: 1 });

      for (const name of ["a", "b", "c"]) {
        add(name);
        jest.advanceTimersByTime(1);
      }
      expect(jest.getTimerCount()).toBe(0);

      expect(await startAll()).toEqual(["a", "b", "c"]);
    });

    it.each([0, -1, NaN, "1", null])("P20: ageing %p throws RangeError", (value) => {
      const make = () => new WorkerPool({ workers: 1, ageing: value as number });

      expect(make).toThrow(RangeError);
      expect(make).toThrow(/^ageing must be positive milliseconds or Infinity, not /);
    });
  });
});

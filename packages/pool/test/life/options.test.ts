import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { PoolClosedError, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, quick, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { statuses, watch, watchAll } from "../support/watch.js";

const notSizes = [-1, 0.5, NaN, -Infinity, 2 ** 53, "1", null];

describe("WorkerPool", () => {
  describe("options", () => {
    it.each([0, Infinity, undefined, ...notSizes])("P1: workers: %p throws RangeError", (value) => {
      const workers = value as number;

      expect(() => new WorkerPool({ workers })).toThrow(RangeError);
      expect(() => new WorkerPool({ workers })).toThrow(
        `workers must be a positive integer, not ${String(value)}`,
      );
    });

    describe.each(["queueSize", "finishedSize"])("%s", (name) => {
      it.each(notSizes)("P1: %p throws RangeError", (value) => {
        const options = { workers: 1, [name]: value };

        expect(() => new WorkerPool(options)).toThrow(RangeError);
        expect(() => new WorkerPool(options)).toThrow(
          `${name} must be a non-negative integer or Infinity, not ${String(value)}`,
        );
      });

      it.each([0, 1, 1000, Infinity])("P1: %p is a size", (size) => {
        expect(() => new WorkerPool({ workers: 1, [name]: size })).not.toThrow();
      });
    });

    const sizeError = " must be a non-negative integer or Infinity, not -1";
    it.each([
      [{ workers: 0 }, new RangeError("workers must be a positive integer, not 0")],
      [{ queueSize: -1 }, new RangeError(`queueSize${sizeError}`)],
      [{ finishedSize: -1 }, new RangeError(`finishedSize${sizeError}`)],
      [{ bind: 1 }, new TypeError("bind must be a function, such as AsyncResource.bind")],
      [{ queue_size: 1 }, new TypeError('"queue_size" is no option of a pool: write queueSize')],
    ])("P17: what is wrong with %p names the pool, if it has a name", (wrong, error) => {
      const make = (name?: string) => () =>
        new WorkerPool({ workers: 1, name, ...(wrong as object) });
      const Class = error.constructor as new (message: string) => Error;

      expect(make("db")).toThrow(new Class(`pool "db": ${error.message}`));
      expect(make("db")).toThrow(Class);
      expect(make()).toThrow(error);
    });

    it("P1: as many jobs as there are workers may wait by default", async () => {
      const { pool } = await busyPool({ workers: 3 });

      const accepted = ["a", "b", "c", "d"].map((name) => pool.tryQueue(quick(name)));

      expect(accepted).toEqual([true, true, true, false]);
    });

    it.each([0, 1, 5])("P1: %p jobs may wait if queueSize says so", async (queueSize) => {
      const { pool } = await busyPool({ workers: 2, queueSize });

      for (let i = 0; i < queueSize; i++) expect(pool.tryQueue(quick("waits"))).toBe(true);
      expect(pool.tryQueue(quick("too many"))).toBe(false);
    });

    it("P1: without a bound, any number of jobs may wait", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: Infinity });

      for (let i = 0; i < 5000; i++) pool.tryQueue(quick("waits"));

      expect(pool.stats.waiting).toBe(5000);
    });

    it("P1: results may lie unread without a bound by default", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: Infinity });

      for (let i = 0; i < 5000; i++) pool.tryQueue(quick("unread"));
      await settle();

      expect(pool.finished.cap).toBe(Infinity);
      expect(pool.stats.finished).toBe(5000);
    });

    it("keeps its name", () => {
      expect(new WorkerPool({ workers: 1, name: "thumbnails" }).name).toBe("thumbnails");
      expect(new WorkerPool({ workers: 1 }).name).toBeUndefined();
    });
  });

  describe("refusing", () => {
    const notJobs = [undefined, null, {}, { run: 1 }, "job", 1];

    it.each(notJobs)("P1: %p is not a job, which is a TypeError", async (value) => {
      const pool = new WorkerPool({ workers: 1 });
      const job = value as unknown as TestJob;

      await expect(pool.queue(job)).rejects.toThrow(new TypeError("a job must have a run method"));
      expect(() => pool.tryQueue(job)).toThrow(new TypeError("a job must have a run method"));
      expect(pool.stats).toEqual(counters({}));
    });

    it("P17: a function is not a job: the error says what to do with it", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const job = (() => undefined) as unknown as TestJob;
      const error = new TypeError("a job must have a run method; to run a function, call submit");

      await expect(pool.queue(job)).rejects.toThrow(error);
      expect(() => pool.tryQueue(job)).toThrow(error);
      expect(pool.stats).toEqual(counters({}));
    });

    it("P1: queue rejects, and throws nothing, if a job does not let itself be looked at", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const job = {
        get run(): never {
          throw new Error("do not look");
        },
      };

      await expect(pool.queue(job)).rejects.toThrow("do not look");
      expect(() => pool.tryQueue(job)).toThrow("do not look");
      expect(pool.stats).toEqual(counters({}));
    });

    it("P1: a function with a run method is a job", async () => {
      const pool = new WorkerPool({ workers: 1 });

      await pool.queue(Object.assign(() => undefined, { run: () => undefined }));
      await settle();

      expect(pool.stats).toEqual(counters({ accepted: 1, finished: 1 }));
    });

    it("P1: what is submitted must be a function", async () => {
      const pool = new WorkerPool({ workers: 1 });

      await expect(pool.submit(quick("job") as never)).rejects.toThrow(
        new TypeError("fn must be a function"),
      );
      expect(pool.stats).toEqual(counters({}));
    });

    it("P1: of several reasons the first counts: no job, signal aborted, not open", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      await pool.close();
      const signal = AbortSignal.abort("aborted");
      const no = {} as unknown as TestJob;
      const noFunction = {} as unknown as () => void;

      await expect(pool.queue(no, { signal })).rejects.toBeInstanceOf(TypeError);
      await expect(pool.submit(noFunction, { signal })).rejects.toBeInstanceOf(TypeError);
      expect(() => pool.tryQueue(no)).toThrow(TypeError);
      await expect(pool.queue(quick("a"), { signal })).rejects.toBe("aborted");
      await expect(pool.submit(() => 1, { signal })).rejects.toBe("aborted");
      await expect(pool.queue(quick("a"))).rejects.toBeInstanceOf(PoolClosedError);
    });

    it("P1: what is refused is not counted, and never runs", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const signal = AbortSignal.abort();
      const refused = quick("refused");
      let calls = 0;

      watch(pool.queue(refused, { signal }));
      watch(pool.submit(() => calls++, { signal }));
      expect(pool.tryQueue(refused)).toBe(false);
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));
      const blocked = watchAll(
        pool.queue(refused),
        pool.submit(() => calls++),
      );
      void pool.close();
      watch(pool.queue(refused));
      watch(pool.submit(() => calls++));
      running[0]!.end();
      await settle();

      expect(statuses(blocked)).toEqual(["rejected", "rejected"]);
      expect([refused.runs, calls]).toEqual([0, 0]);
      expect(pool.stats).toEqual(counters({ accepted: 1, finished: 1 }));
    });
  });
});

import { describe, expect, it, jest } from "@jest/globals";

import "../support/still-clock.js";
import { type JobContext, WorkerPool } from "../../src/index.js";
import { counters, lost } from "../support/counters.js";
import { busyPool, Gate, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { fakeTime, pass } from "../support/time.js";
import { stoppingVerbs, verbNames, verbs } from "../support/verbs.js";
import { watch } from "../support/watch.js";

const TIMED_OUT = { name: "TimeoutError", code: 23 };

describe("WorkerPool", () => {
  describe("timeout", () => {
    fakeTime();

    it("P18: aborts context.signal with a TimeoutError, when so much has passed since the start", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const [first, second] = [new TestJob("first"), new TestJob("second")];
      pool.tryQueue(first);
      pool.tryQueue(second, { timeout: 100 });
      await pass(1000);
      first.end();
      await pass(99);
      const { signal } = second.context!;
      expect(signal.aborted).toBe(false);

      await pass(1);
      expect(signal.aborted).toBe(true);
      expect(signal.reason).toBeInstanceOf(DOMException);
      expect(signal.reason).toMatchObject(TIMED_OUT);
      second.end();
    });

    it("P18: the signal of a job that asks for it later is aborted, too", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const job = new TestJob("job");
      pool.tryQueue(job, { timeout: 10 });

      await pass(10);

      expect(job.context!.signal.reason).toMatchObject(TIMED_OUT);
    });

    it("P18: the promise of submit rejects at once; the worker is busy, and failed comes, when the function has ended", async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 9, name: "db" });
      const gate = new Gate();
      const outcome = watch(pool.submit(() => gate.promise, { timeout: 50 }));
      await pass(49);
      expect(outcome.status).toBe("pending");

      await pass(1);
      expect(outcome.reason).toMatchObject(TIMED_OUT);
      expect((outcome.reason as Error).message).toBe(
        'pool "db": the job was not done within 50 ms',
      );
      expect(pool.workers[0]!.busy).toBe(true);
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));

      gate.open("late");
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1, failed: 1 }));
      expect(pool.workers[0]!.busy).toBe(false);
    });

    it.each([
      ["returns", (gate: Gate) => gate.open("late")],
      ["fails for another reason", (gate: Gate) => gate.fail(new Error("late"))],
    ])("P18: the outcome of a job that %s later is the timeout", async (_, end) => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const gate = new Gate();
      const job = new TestJob("job", () => gate.promise);
      pool.tryQueue(job, { timeout: 50 });
      const behind = quick("behind");
      pool.tryQueue(behind);

      await pass(60);
      expect([readAll(pool), behind.runs, pool.stats.failed]).toEqual([[], 0, 0]);

      end(gate);
      await settle();
      expect(readAll(pool)).toMatchObject([
        { job, worker: 0, attempts: 1, status: "rejected", reason: TIMED_OUT },
        { job: behind, status: "fulfilled" },
      ]);
      expect(pool.stats).toEqual(counters({ accepted: 2, retrieved: 2, failed: 1 }));
    });

    it("P18: a job that ends in time is not timed out, and its timer goes with it", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const job = new TestJob("job");
      pool.tryQueue(job, { timeout: 50 });
      await pass(49);
      job.end();
      await settle();

      expect(jest.getTimerCount()).toBe(0);
      await pass(1000);
      expect(readAll(pool)).toMatchObject([{ status: "fulfilled" }]);
      expect(job.context!.signal.aborted).toBe(false);
    });

    it("P18: a timer exists only while a job with a timeout runs", async () => {
      const { pool, running } = await busyPool({ workers: 2, queueSize: 9 });
      const jobs = [10, 20, undefined].map((timeout) => {
        const job = new TestJob(String(timeout));
        pool.tryQueue(job, { timeout });
        return job;
      });
      await settle();
      expect(jest.getTimerCount()).toBe(0);

      running[0]!.end();
      await settle();
      running[1]!.end();
      await settle();
      expect(jest.getTimerCount()).toBe(1);
      jobs[0]!.end();
      await settle();
      expect(jest.getTimerCount()).toBe(1);
      jobs[1]!.end();
      await settle();
      expect(jest.getTimerCount()).toBe(0);
      expect(pool.stats.inProgress).toBe(1);
    });

    it("P18: each job has its own, whatever the order of their ends", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 9 });
      const timeouts = [300, 100, 200, 100, 50];
      const running = timeouts.map((timeout, i) => {
        const job = new TestJob(String(i));
        pool.tryQueue(job, { timeout });
        return job;
      });
      const aborted = () => running.map(({ context }) => Number(context!.signal.aborted));

      await pass(40);
      running[4]!.end();
      await pass(59);
      expect(aborted()).toEqual([0, 0, 0, 0, 0]);
      await pass(1);
      expect(aborted()).toEqual([0, 1, 0, 1, 0]);
      running[0]!.end();
      await pass(99);
      expect(aborted()).toEqual([0, 1, 0, 1, 0]);
      await pass(1);
      expect(aborted()).toEqual([0, 1, 1, 1, 0]);
      for (const job of running) job.end();
      await settle();
      expect(pool.stats).toMatchObject({ finished: 5, failed: 3 });
    });

    it("P18: a synchronous job is never timed out, however long it takes", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, timeout: 10 });
      const slow = () => {
        jest.setSystemTime(Date.now() + 1000);
        return "done";
      };
      const outcome = watch(pool.submit(slow));
      pool.tryQueue(new TestJob("slow", slow));

      await pass(1000);

      expect(outcome.value).toBe("done");
      expect(readAll(pool)).toMatchObject([{ status: "fulfilled" }]);
    });

    it("P18: counts from the start of a run, its synchronous part included", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const gate = new Gate();
      const busyAtFirst = () => {
        jest.advanceTimersByTime(60);
        return gate.promise;
      };
      const outcome = watch(pool.submit(busyAtFirst, { timeout: 100 }));
      await pass(39);
      expect(outcome.status).toBe("pending");

      await pass(1);
      expect(outcome.reason).toMatchObject(TIMED_OUT);
      gate.open(1);
      await settle();
    });

    it("P18: the pool's is the default, and Infinity none at all", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 9, timeout: 100 });
      const body = (context: JobContext) =>
        new Promise((_, reject) => {
          context.signal.addEventListener("abort", () => reject(new Error("aborted")));
        });
      const [standard, shorter, none] = [undefined, 50, Infinity].map((timeout) =>
        watch(pool.submit(body, { timeout })),
      );
      const job = new TestJob("job", body);
      pool.tryQueue(job);

      await pass(50);
      expect([standard, shorter, none].map((it) => it!.status)).toEqual([
        "pending",
        "rejected",
        "pending",
      ]);
      await pass(50);
      expect([standard, none].map((it) => it!.status)).toEqual(["rejected", "pending"]);
      expect(readAll(pool)).toMatchObject([{ job, reason: TIMED_OUT }]);
      await pass(1_000_000);
      expect(none!.status).toBe("pending");
    });

    it.each([0, -1, NaN, "1", null])("P18: %p throws RangeError", async (value) => {
      const timeout = value as number;
      const error = /^timeout must be positive milliseconds or Infinity, not /;
      const make = () => new WorkerPool({ workers: 1, timeout });
      expect(make).toThrow(RangeError);
      expect(make).toThrow(error);

      const pool = new WorkerPool<TestJob>({ workers: 1 });
      expect(() => pool.tryQueue(quick("job"), { timeout })).toThrow(error);
      await expect(pool.queue(quick("job"), { timeout })).rejects.toThrow(RangeError);
      await expect(pool.submit(() => 1, { timeout })).rejects.toThrow(RangeError);
      await expect(pool.trySubmit(() => 1, { timeout })).rejects.toThrow(RangeError);
    });

    it("T1: delays beyond what setTimeout can count are kept", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const outcome = watch(pool.submit(() => new Promise(() => undefined), { timeout: 2 ** 32 }));
      await pass(2 ** 31);
      await pass(2 ** 31 - 1);
      expect(outcome.status).toBe("pending");

      await pass(1);
      expect(outcome.reason).toMatchObject(TIMED_OUT);
    });

    it("T4: a wall clock that is set makes nothing due", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const outcome = watch(pool.submit(() => new Promise(() => undefined), { timeout: 100 }));
      await settle();
      jest.setSystemTime(0);
      await pass(99);
      expect(outcome.status).toBe("pending");

      await pass(1);
      expect(outcome.status).toBe("rejected");
    });

    it.each(verbNames)(
      "P6: a pool that is ended by %s terminates when what was timed out has ended",
      async (verb) => {
        const pool = new WorkerPool<TestJob>({ workers: 1 });
        const job = new TestJob("job");
        pool.tryQueue(job, { timeout: 50 });
        await pass(50);

        const ended = watch(verbs[verb](pool));
        await settle();
        expect([pool.state, ended.status]).toEqual([
          verb === "close" ? "closing" : "stopping",
          "pending",
        ]);

        job.end();
        await settle();
        expect([pool.state, ended.status]).toEqual(["terminated", "fulfilled"]);
        expect(pool.stats).toMatchObject({ accepted: 1, failed: 1 });
      },
    );

    it.each(verbNames)("P18: goes on in a pool that is ended by %s", async (verb) => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const gate = new Gate();
      const outcome = watch(pool.submit(() => gate.promise, { timeout: 50 }));
      await settle();
      void verbs[verb](pool);
      await pass(50);

      expect(outcome.reason).toMatchObject(TIMED_OUT);
      gate.open(1);
      await settle();
      expect(pool.state).toBe("terminated");
    });

    it("P11: the law holds for what listens to the abort, and for what acts on the pool then", async () => {
      for (const verb of stoppingVerbs) {
        const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
        const gate = new Gate();
        const seen: unknown[] = [];
        const outcome = watch(
          pool.submit(
            ({ signal }) => {
              signal.addEventListener("abort", () => {
                void verbs[verb](pool);
                seen.push(lost(pool.stats), pool.stats.inProgress);
              });
              return gate.promise;
            },
            { timeout: 50, retry: { times: 5 } },
          ),
        );
        await pass(50);
        expect(seen).toEqual([0, 1]);
        expect(outcome.reason).toMatchObject(TIMED_OUT);

        gate.open(1);
        await settle();
        expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1, failed: 1 }));
        expect(pool.state).toBe("terminated");
      }
    });

    it("P18: an abort of the signal before does not change the outcome", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const job = new TestJob("job");
      pool.tryQueue(job, { timeout: 50 });
      await pass(10);
      pool.workers[0]!.abort("enough");
      await pass(40);
      job.end();
      await settle();

      expect(job.context!.signal.reason).toBe("enough");
      expect(readAll(pool)).toMatchObject([{ status: "rejected", reason: TIMED_OUT }]);
    });

    it("P18: without DOMException it is an Error of that name", async () => {
      const { DOMException } = globalThis;
      Object.defineProperty(globalThis, "DOMException", { value: undefined, configurable: true });
      try {
        const pool = new WorkerPool({ workers: 1 });
        const outcome = watch(pool.submit(() => new Promise(() => undefined), { timeout: 5 }));
        await pass(5);

        expect(outcome.reason).toBeInstanceOf(Error);
        expect(outcome.reason).toMatchObject(TIMED_OUT);
      } finally {
        Object.defineProperty(globalThis, "DOMException", {
          value: DOMException,
          configurable: true,
          writable: true,
        });
      }
    });

    it("P10: a signal that is aborted after the timeout changes nothing any more", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const controller = new AbortController();
      const gate = new Gate();
      const { signal } = controller;
      const outcome = watch(pool.submit(() => gate.promise, { signal, timeout: 5 }));
      await pass(5);
      controller.abort("enough");
      gate.open(1);
      await settle();

      expect(outcome.reason).toMatchObject(TIMED_OUT);
      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1, failed: 1 }));
    });
  });
});

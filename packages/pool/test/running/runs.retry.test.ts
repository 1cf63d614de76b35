import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";

import { describe, expect, it, jest } from "@jest/globals";

import "../support/still-clock.js";
import { type JobContext, type RetryPolicy, WorkerPool } from "../../src/index.js";
import { counters, lost } from "../support/counters.js";
import { busyPool, Gate, names, quick, readAll, TestJob } from "../support/jobs.js";
import { nextTurn, settle } from "../support/settle.js";
import { fakeTime, pass } from "../support/time.js";
import { watch } from "../support/watch.js";

const NO = new Error("no");

/** A job that fails so many times before it gives its name. */
function failing(name: string, times: number): TestJob {
  return new TestJob(name, ({ attempt }) => {
    if (attempt <= times) throw new Error(`${name} ${attempt}`);
    return name;
  });
}

describe("WorkerPool", () => {
  describe("retry, and the event loop", () => {
    it("C11: tries without delay leave the event loop its turns", async () => {
      for (const [how, run] of [
        [
          "queue",
          (pool: WorkerPool<TestJob>, fail: () => unknown) =>
            void pool.queue(new TestJob("job", fail), { retry: { times: Infinity } }),
        ],
        [
          "submit",
          (pool: WorkerPool<TestJob>, fail: () => unknown) =>
            watch(pool.submit(fail, { retry: { times: Infinity } })),
        ],
      ] as const) {
        for (const isAsync of [false, true]) {
          const pool = new WorkerPool<TestJob>({ workers: 1 });
          let runs = 0;
          const fail = () => {
            if (++runs > 1_000_000) return how;
            if (isAsync) return Promise.reject(NO);
            throw NO;
          };
          run(pool, fail);
          await nextTurn();
          await nextTurn();

          expect(runs).toBeGreaterThan(1);
          expect(runs).toBeLessThan(1_000_000);
          void pool.stop();
          await nextTurn();
          expect(pool.state).toBe("terminated");
        }
      }
    });
  });

  describe("retry", () => {
    fakeTime();

    it("P19: a job that fails is run again, at most so many times more", async () => {
      for (const [failures, attempts, status] of [
        [0, 1, "fulfilled"],
        [1, 2, "fulfilled"],
        [2, 3, "fulfilled"],
        [3, 3, "rejected"],
      ] as const) {
        const pool = new WorkerPool<TestJob>({ workers: 1 });
        const job = failing("job", failures);
        pool.tryQueue(job, { retry: { times: 2 } });
        await settle();

        expect(job.runs).toBe(attempts);
        expect(readAll(pool)).toMatchObject([{ job, worker: 0, attempts, status }]);
        const failed = status === "rejected" ? 1 : 0;
        expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1, failed }));
      }
    });

    it("P19: the last outcome is told, of a function to its caller", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const attempts: number[] = [];
      const run = async ({ attempt }: JobContext) => {
        attempts.push(attempt);
        if (attempt < 3) throw new Error(`failure ${attempt}`);
        return "done";
      };

      await expect(pool.submit(run, { retry: { times: 2 } })).resolves.toBe("done");
      expect(attempts).toEqual([1, 2, 3]);
      await expect(pool.submit(run, { retry: { times: 1 } })).rejects.toThrow("failure 2");
      await expect(pool.trySubmit(run, { retry: { times: 0 } })).rejects.toThrow("failure 1");
      expect(pool.stats).toEqual(counters({ accepted: 3, retrieved: 3, failed: 2 }));
    });

    it("P19: the pool's policy is the default, and times 0 none at all", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9, retry: { times: 1 } });
      const jobs = ["a", "b", "c"].map((name) => failing(name, 99));
      pool.tryQueue(jobs[0]!);
      pool.tryQueue(jobs[1]!, { retry: { times: 2 } });
      pool.tryQueue(jobs[2]!, { retry: { times: 0 } });
      await settle();

      expect(jobs.map(({ runs }) => runs)).toEqual([2, 3, 1]);
    });

    it("P19: with no delay it keeps its place: it is next", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const order: string[] = [];
      const noting = (name: string, failures: number) =>
        new TestJob(name, ({ attempt }) => {
          order.push(`${name}${attempt}`);
          if (attempt <= failures) throw NO;
        });
      const retry = { times: 5 };
      pool.tryQueue(noting("a", 2), { retry });
      watch(pool.submit((context) => noting("b", 1).run(context), { retry }));
      pool.tryQueue(noting("c", 0));
      pool.tryQueue(noting("d", 1), { retry, priority: 1 });
      await settle();

      expect(order).toEqual(["d1", "d2", "a1", "a2", "a3", "b1", "b2", "c1"]);
    });

    it("P20: a try has the priority of its job, and waits by it", async () => {
      const { pool, running } = await busyPool({ workers: 2, queueSize: 9 });
      const low = new TestJob("low");
      pool.tryQueue(low, { retry: { times: 1 }, priority: -1 });
      running[0]!.end();
      await settle();
      pool.tryQueue(quick("plain"));
      pool.pause();
      low.fail(NO);
      running[1]!.end();
      await settle();
      expect(pool.stats.waiting).toBe(2);

      pool.resume();
      pool.resize(1);
      await settle();
      expect(names(readAll(pool)).slice(2)).toEqual(["plain", "low"]);
    });

    it("P19: waits for its delay, counts as waiting, and holds no worker", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const asked: unknown[][] = [];
      const delay = (...args: [number, unknown]) => {
        asked.push([...args, pool.stats.inProgress]);
        return 100 * args[0];
      };
      const job = failing("job", 2);
      pool.tryQueue(job, { retry: { times: 5, delay } });
      const behind = quick("behind");
      pool.tryQueue(behind);
      await settle();

      expect(asked).toEqual([[1, new Error("job 1"), 1]]);
      expect(behind.runs).toBe(1);
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 1, finished: 1 }));
      expect(pool.workers[0]!.busy).toBe(false);
      await pass(99);
      expect(job.runs).toBe(1);
      await pass(1);
      expect(job.runs).toBe(2);
      await pass(199);
      expect(job.runs).toBe(2);
      await pass(1);
      expect([job.runs, asked.length]).toEqual([3, 2]);
      expect(readAll(pool)).toMatchObject([{}, { job, attempts: 3, status: "fulfilled" }]);
    });

    it("P19: comes back in the order of its acceptance", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const retry = { times: 1, delay: () => 10 };
      const order: string[] = [];
      for (const name of ["a", "b"]) {
        pool.tryQueue(
          new TestJob(name, ({ attempt }) => {
            order.push(name);
            if (attempt === 1) throw NO;
          }),
          { retry },
        );
      }
      const busy = new TestJob("busy");
      pool.tryQueue(busy);
      pool.tryQueue(new TestJob("c", () => void order.push("c")));
      await pass(10);
      expect([order, pool.stats.waiting]).toEqual([["a", "b"], 3]);

      busy.end();
      await settle();
      expect(order).toEqual(["a", "b", "a", "b", "c"]);
    });

    it.each([
      ["undefined", () => undefined],
      ["NaN", () => NaN],
      ["no number", () => "10" as never],
      [
        "an error",
        () => {
          throw new Error("another");
        },
      ],
    ])(
      "P19: a delay that gives %s ends the tries, with the job's own failure",
      async (_, delay) => {
        const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
        const job = failing("job", 9);
        pool.tryQueue(job, { retry: { times: 5, delay } });
        await settle();

        expect(readAll(pool)).toMatchObject([
          { attempts: 1, status: "rejected", reason: new Error("job 1") },
        ]);
      },
    );

    it.each([0, -1, -Infinity])("P19: a delay of %p is none", async (ms) => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const job = failing("job", 2);
      pool.tryQueue(job, { retry: { times: Infinity, delay: () => ms } });
      await settle();

      expect(job.runs).toBe(3);
    });

    it("P19: an endless delay waits until the pool is stopped", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const job = failing("job", 9);
      pool.tryQueue(job, { retry: { times: 1, delay: () => Infinity } });
      await pass(1_000_000);
      expect([pool.stats.waiting, jest.getTimerCount()]).toEqual([1, 0]);

      await expect(pool.stop()).resolves.toEqual([]);
      expect(readAll(pool)).toMatchObject([{ job, attempts: 1 }]);
    });

    it("P19: delay is asked once a failure that may be followed by a try, with the policy as its receiver", async () => {
      class BackOff implements RetryPolicy {
        readonly times = 2;
        asked: number[] = [];
        delay(failures: number): number {
          this.asked.push(failures);
          return 0;
        }
      }
      const policy = new BackOff();
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      pool.tryQueue(failing("job", 9), { retry: policy });
      await settle();

      expect(policy.asked).toEqual([1, 2]);
    });

    it("P19: a policy is read in the call", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const retry: { times: number; delay?: () => number } = { times: 1 };
      const job = failing("job", 9);
      pool.tryQueue(job, { retry });
      retry.times = 5;
      retry.delay = () => NaN;
      await settle();

      expect(job.runs).toBe(2);
    });

    it.each([
      [{ times: -1 }, RangeError, "times must be a non-negative integer or Infinity, not -1"],
      [{ times: 0.5 }, RangeError, "times must be a non-negative integer or Infinity, not 0.5"],
      [{}, RangeError, "times must be a non-negative integer or Infinity, not undefined"],
      [{ times: NaN }, RangeError, "times must be a non-negative integer or Infinity, not NaN"],
      [{ times: 1, delay: 5 }, TypeError, "delay must be a function, not 5"],
      [3, TypeError, "retry must be an object, such as { times: 3 }, not 3"],
      [null, TypeError, "retry must be an object, such as { times: 3 }, not null"],
    ])("P19: %p is refused", async (value, Class, message) => {
      const retry = value as RetryPolicy;
      expect(() => new WorkerPool({ workers: 1, retry })).toThrow(Class);
      const pool = new WorkerPool<TestJob>({ workers: 1, name: "db" });
      const error = new Class(`pool "db": ${message}`);

      expect(() => pool.tryQueue(quick("job"), { retry })).toThrow(error);
      await expect(pool.queue(quick("job"), { retry })).rejects.toThrow(Class);
      await expect(pool.submit(() => 1, { retry })).rejects.toThrow(error);
      await expect(pool.trySubmit(() => 1, { retry })).rejects.toThrow(error);
      expect(pool.stats).toEqual(counters({}));
    });

    it("P19: a job that WorkerInfo.abort ends is run again, with a signal of its own", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const signals: AbortSignal[] = [];
      const job = new TestJob("job", ({ signal, attempt }) => {
        signals.push(signal);
        if (attempt > 1) return "done";
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      });
      pool.tryQueue(job, { retry: { times: 1 } });
      await settle();

      pool.workers[0]!.abort("enough");
      await settle();

      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
      expect(readAll(pool)).toMatchObject([{ attempts: 2, status: "fulfilled" }]);
    });

    it("P19: room is waiting < queueSize + free workers, whatever fails", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 1 });
      const retry = { times: 9, delay: () => 10 };
      const jobs = ["a", "b", "c"].map((name) => failing(name, 1));
      for (const job of jobs) pool.tryQueue(job, { retry });
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 3, waiting: 3 }));
      expect(pool.tryQueue(quick("no room"))).toBe(false);
      const blocked = watch(pool.queue(new TestJob("blocked")));
      expect(blocked.status).toBe("pending");

      await pass(10);
      expect(readAll(pool)).toHaveLength(3);
      expect(pool.stats).toEqual(counters({ accepted: 4, inProgress: 1, retrieved: 3 }));
    });

    it("P19: a job that fails makes room only for as many as its worker may start", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 0 });
      const job = failing("job", 1);
      pool.tryQueue(job, { retry: { times: 1, delay: () => 10 } });
      await settle();
      const seen: boolean[] = [];
      // It waits, and its worker is free: that is its place.
      expect(pool.tryQueue(quick("no room"))).toBe(false);
      const queued = watch(pool.queue(quick("blocked")));
      await settle();
      seen.push(queued.status === "fulfilled");
      await pass(10);
      seen.push(queued.status === "fulfilled");

      expect(seen).toEqual([false, true]);
      expect(names(readAll(pool))).toEqual(["job", "blocked"]);
    });

    describe("with a timeout", () => {
      it("P19: a job that is timed out is run again, when the run has really ended", async () => {
        const pool = new WorkerPool({ workers: 1 });
        const gates = [new Gate<string>(), new Gate<string>()];
        const asked: unknown[] = [];
        const retry = {
          times: 1,
          delay: (failures: number, reason: unknown) => {
            asked.push([failures, (reason as Error).name]);
            return 0;
          },
        };
        const outcome = watch(
          pool.submit(({ attempt }) => gates[attempt - 1]!.promise, { timeout: 50, retry }),
        );
        await pass(50);
        expect(asked).toEqual([[1, "TimeoutError"]]);
        expect([outcome.status, pool.stats.inProgress]).toEqual(["pending", 1]);

        await pass(1000);
        gates[0]!.fail(NO);
        await settle();
        expect(asked).toHaveLength(1);
        expect([outcome.status, pool.stats.inProgress]).toEqual(["pending", 1]);

        gates[1]!.open("done");
        await settle();
        expect(outcome.value).toBe("done");
        expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1 }));
      });

      it("P18: each run has its own timeout; after the last the promise rejects at once", async () => {
        const pool = new WorkerPool({ workers: 1 });
        const gates = [new Gate(), new Gate()];
        const outcome = watch(
          pool.submit(({ attempt }) => gates[attempt - 1]!.promise, {
            timeout: 50,
            retry: { times: 1 },
          }),
        );
        await pass(80);
        gates[0]!.open("late");
        await pass(49);
        expect(outcome.status).toBe("pending");

        await pass(1);
        expect(outcome.reason).toMatchObject({ name: "TimeoutError" });
        expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));
        gates[1]!.open("late");
        await settle();
        expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1, failed: 1 }));
      });

      it("P19: the delay before the next try begins when the run has ended", async () => {
        const pool = new WorkerPool<TestJob>({ workers: 1 });
        const gate = new Gate();
        const job = new TestJob("job", ({ attempt }) => (attempt === 1 ? gate.promise : 1));
        pool.tryQueue(job, { timeout: 50, retry: { times: 1, delay: () => 100 } });
        await pass(500);
        gate.open("late");
        await pass(99);
        expect([job.runs, pool.stats.waiting]).toEqual([1, 1]);

        await pass(1);
        expect(readAll(pool)).toMatchObject([{ attempts: 2, status: "fulfilled" }]);
      });

      it("P19: a policy that gives up at the timeout rejects the promise at once", async () => {
        const pool = new WorkerPool({ workers: 1 });
        const gate = new Gate();
        const retry = { times: 1, delay: () => undefined };
        const outcome = watch(pool.submit(() => gate.promise, { timeout: 50, retry }));
        await pass(50);

        expect(outcome.reason).toMatchObject({ name: "TimeoutError" });
        gate.open(1);
        await settle();
        expect(pool.stats).toMatchObject({ failed: 1, inProgress: 0 });
      });
    });

    describe("and the async context", () => {
      const storage = new AsyncLocalStorage<string>();

      it("P15: each try of a function runs in that of its caller, whatever an earlier one has entered", async () => {
        const pool = storage.run("maker", () => new WorkerPool({ workers: 1, queueSize: 9 }));
        const seen: unknown[] = [];
        const fail = (isAsync: boolean) => (context: JobContext) => {
          seen.push(storage.getStore());
          storage.enterWith("entered");
          if (context.attempt > 2) return seen.push(storage.getStore());
          if (isAsync) return Promise.reject(NO);
          throw NO;
        };
        const retry = { times: 2, delay: (failures: number) => (failures === 2 ? 10 : 0) };
        const outcomes = [false, true].map((isAsync) =>
          storage.run(`caller ${String(isAsync)}`, () =>
            watch(pool.submit(fail(isAsync), { retry })),
          ),
        );
        await settle();
        storage.run("another", () => jest.advanceTimersByTime(10));
        await settle();

        expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
        const those = (who: string) => seen.filter((store) => store === who).length;
        expect([those("caller false"), those("caller true"), those("entered")]).toEqual([3, 3, 2]);
        expect(seen).toHaveLength(8);
      });

      it("P15: each try of a queued job runs in none, or in that to which it was bound", async () => {
        for (const [bind, expected] of [
          [undefined, undefined],
          [AsyncResource.bind, "caller"],
        ] as const) {
          const pool = new WorkerPool<TestJob>({ workers: 1, bind });
          const seen: unknown[] = [];
          const job = new TestJob("job", ({ attempt }) => {
            seen.push(storage.getStore());
            if (attempt < 3) throw NO;
          });
          const retry = { times: 2, delay: () => 10 };
          storage.run("caller", () => pool.tryQueue(job, { retry }));
          for (let i = 0; i < 2; i++) {
            await settle();
            storage.run("another", () => jest.advanceTimersByTime(10));
          }
          await settle();

          expect(seen).toEqual([expected, expected, expected]);
        }
      });
    });

    it("P11: the law holds while a policy is asked, and it may do anything to the pool", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const seen: unknown[] = [];
      const delay = (failures: number) => {
        seen.push(lost(pool.stats), pool.stats.inProgress);
        pool.tryQueue(quick(`behind ${failures}`));
        pool.resize(failures + 1);
        pool.pause();
        return 0;
      };
      pool.tryQueue(failing("job", 1), { retry: { times: 2, delay } });
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 2 }));
      pool.resume();
      await settle();

      expect(seen).toEqual([0, 1]);
      expect(names(readAll(pool))).toEqual(["job", "behind 1"]);
    });
  });
});

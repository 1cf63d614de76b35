// What ends tries: the verbs that end a pool, and the signals of functions.

import { describe, expect, it, jest } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, Gate, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { fakeTime, pass } from "../support/time.js";
import { stoppingVerbs, verbs } from "../support/verbs.js";
import { watch } from "../support/watch.js";

const NO = new Error("no");
const delayed = { times: 5, delay: () => 100 };
const fail = () => {
  throw NO;
};

/** A pool in which a job and a function have failed once, and wait: for their time, or for a worker. */
async function poolWithTries(until: "time" | "worker") {
  const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9 });
  const gate = new Gate();
  const job = new TestJob("job", () => gate.promise);
  const controller = new AbortController();
  const pausing = () => {
    pool.pause();
    return 0;
  };
  const retry = until === "time" ? delayed : { times: 5, delay: pausing };
  pool.tryQueue(job, { retry });
  const outcome = watch(pool.submit(() => gate.promise, { retry, signal: controller.signal }));
  await settle();
  gate.fail(NO);
  await settle();
  expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 2 }));
  return { pool, job, outcome, controller };
}

describe("WorkerPool", () => {
  describe("the end of tries", () => {
    fakeTime();

    it.each(stoppingVerbs)(
      "P19: %s ends those that wait for their time: finished with the last failure, not skipped",
      async (verb) => {
        const { pool, job, outcome } = await poolWithTries("time");
        pool.pause();
        const fresh = quick("fresh");
        pool.tryQueue(fresh);
        expect(pool.stats).toEqual(counters({ accepted: 3, waiting: 3 }));

        const ended = watch(verbs[verb](pool));
        expect(pool.state).toBe("terminated");
        expect(jest.getTimerCount()).toBe(0);
        await settle();

        const failure = { job, worker: 0, attempts: 1, status: "rejected", reason: NO };
        const [skipped, unread, read] =
          verb === "shutdown"
            ? [(ended.value as { skipped: unknown }).skipped, [failure], []]
            : [ended.value, [], [failure]];
        expect(skipped).toEqual([fresh]);
        expect(readAll(pool)).toEqual(read);
        expect(await pool.shutdown()).toEqual({ skipped: [fresh], unread });
        expect(outcome.reason).toBe(NO);
        expect(job.runs).toBe(1);
        expect(pool.stats).toEqual(counters({ accepted: 3, retrieved: 2, skipped: 1, failed: 2 }));
      },
    );

    it.each(stoppingVerbs)("P19: %s ends those that wait for a worker", async (verb) => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 9 });
      pool.resize(3);
      const gate = new Gate();
      const retry = { times: 5 };
      const job = new TestJob("job", () => gate.promise);
      pool.tryQueue(job, { retry });
      const outcome = watch(pool.submit(() => gate.promise, { retry }));
      await settle();
      pool.resize(1);
      gate.fail(NO);
      await settle();
      expect(pool.stats).toEqual(counters({ accepted: 3, inProgress: 1, waiting: 2 }));

      const ended = watch(verbs[verb](pool));
      expect(pool.stats).toMatchObject({ waiting: 0, inProgress: 1, skipped: 0, failed: 2 });
      running[0]!.end();
      await settle();

      expect([ended.status, outcome.reason, job.runs]).toEqual(["fulfilled", NO, 1]);
      expect(pool.state).toBe("terminated");
    });

    it.each(stoppingVerbs)("P8: a reader that waits is told of them by %s", async (verb) => {
      const { pool } = await poolWithTries("time");
      const readers = [watch(pool.retrieve()), watch(pool.retrieve())];

      void verbs[verb](pool);
      await settle();

      const first = verb === "shutdown" ? undefined : expect.objectContaining({ reason: NO });
      expect(readers.map(({ value }) => value)).toEqual([first, undefined]);
    });

    it("P19: close waits for the tries", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const job = new TestJob("job", ({ attempt }) => {
        if (attempt < 3) throw NO;
      });
      pool.tryQueue(job, { retry: delayed });
      await settle();
      const closed = watch(pool.close());
      await pass(100);
      expect([closed.status, pool.state, job.runs]).toEqual(["pending", "closing", 2]);

      await pass(100);
      expect([closed.status, pool.state, job.runs]).toEqual(["fulfilled", "terminated", 3]);
      expect(readAll(pool)).toMatchObject([{ attempts: 3, status: "fulfilled" }]);
    });

    it.each(stoppingVerbs)(
      "P19: after %s a failure is followed by no try, and delay is not asked",
      async (verb) => {
        const { pool, running } = await busyPool({ workers: 1 });
        let asked = 0;
        const gate = new Gate();
        const job = new TestJob("job", () => gate.promise);
        pool.resize(2);
        pool.tryQueue(job, { retry: { times: 5, delay: () => asked++ } });
        await settle();
        void verbs[verb](pool);
        gate.fail(NO);
        running[0]!.end();
        await settle();

        expect([job.runs, asked, pool.stats.failed, pool.state]).toEqual([1, 0, 1, "terminated"]);
      },
    );

    it.each(stoppingVerbs)("P19: a policy that calls %s is not followed", async (verb) => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const job = new TestJob("job", fail);
      const delay = () => {
        void verbs[verb](pool);
        return 0;
      };
      pool.tryQueue(job, { retry: { times: 5, delay } });
      await settle();

      expect([job.runs, pool.stats.failed, pool.state]).toEqual([1, 1, "terminated"]);
    });

    it("P19: a policy that closes the pool is followed", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const job = new TestJob("job", fail);
      const delay = () => {
        void pool.close();
        return 10;
      };
      pool.tryQueue(job, { retry: { times: 2, delay } });
      await pass(10);
      await pass(10);

      expect([job.runs, pool.stats.failed, pool.state]).toEqual([3, 1, "terminated"]);
    });

    it.each(stoppingVerbs)(
      "P18: %s rejects a promise at once that waits for the end of a run that was timed out",
      async (verb) => {
        const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9 });
        const gate = new Gate();
        const options = { timeout: 50, retry: { times: 5 } };
        const outcome = watch(pool.submit(() => gate.promise, options));
        const job = new TestJob("job", () => gate.promise);
        pool.tryQueue(job, options);
        await pass(50);
        expect(outcome.status).toBe("pending");

        const ended = watch(verbs[verb](pool));
        await settle();
        expect(outcome.reason).toMatchObject({ name: "TimeoutError" });
        expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 2 }));

        gate.open("late");
        await settle();
        expect([ended.status, job.runs, pool.state]).toEqual(["fulfilled", 1, "terminated"]);
        expect(pool.stats).toMatchObject({ failed: 2, skipped: 0 });
      },
    );
  });

  describe("the signal of a function that is tried", () => {
    fakeTime();

    it("P19: ends the wait for a try: rejects with its reason; counts as failed and retrieved", async () => {
      const { pool, outcome, controller } = await poolWithTries("time");
      controller.abort("enough");
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 1, retrieved: 1, failed: 1 }));
      await settle();
      expect(outcome.reason).toBe("enough");
      await pool.stop();
    });

    it("P19: ends the wait for a worker, too", async () => {
      const { pool, outcome, controller } = await poolWithTries("worker");
      controller.abort("enough");
      await settle();
      expect(outcome.reason).toBe("enough");
      expect(pool.stats).toEqual(counters({ accepted: 2, waiting: 1, retrieved: 1, failed: 1 }));
      await pool.stop();
    });

    it("P6: terminates a closing pool, and makes room", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 0 });
      const controller = new AbortController();
      const { signal } = controller;
      const outcome = watch(pool.submit(fail, { retry: delayed, signal }));
      await settle();
      const blocked = watch(pool.queue(quick("blocked")));
      controller.abort("enough");
      await settle();
      expect([outcome.reason, blocked.status]).toEqual(["enough", "fulfilled"]);

      const again = new AbortController();
      const last = watch(pool.submit(fail, { retry: delayed, signal: again.signal }));
      await settle();
      const closed = watch(pool.close());
      again.abort("enough, too");
      expect(pool.state).toBe("terminated");
      await settle();
      expect([closed.status, last.reason]).toEqual(["fulfilled", "enough, too"]);
    });

    it("P19: a failure after the abort is the last one, and is told; delay is not asked", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const controller = new AbortController();
      let asked = 0;
      const gate = new Gate();
      const retry = { times: 5, delay: () => asked++ };
      const outcome = watch(pool.submit(() => gate.promise, { retry, signal: controller.signal }));
      await settle();
      controller.abort("enough");
      gate.fail(NO);
      await settle();

      expect([outcome.reason, asked]).toEqual([NO, 0]);
      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1, failed: 1 }));
    });

    it("P19: a policy that aborts it is not followed", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const controller = new AbortController();
      let runs = 0;
      const run = () => {
        runs++;
        throw NO;
      };
      const delay = () => {
        controller.abort("enough");
        return 0;
      };
      const retry = { times: 5, delay };
      const outcome = watch(pool.submit(run, { retry, signal: controller.signal }));
      await settle();

      expect([runs, outcome.reason]).toEqual([1, NO]);
    });

    it("P18: rejects a promise at once, with the timeout, that waits for the end of a run that was timed out", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const controller = new AbortController();
      const gate = new Gate();
      let runs = 0;
      const run = () => {
        runs++;
        return gate.promise;
      };
      const options = { timeout: 50, retry: { times: 5 }, signal: controller.signal };
      const outcome = watch(pool.submit(run, options));
      await pass(50);
      expect(outcome.status).toBe("pending");

      controller.abort("enough");
      await settle();
      expect(outcome.reason).toMatchObject({ name: "TimeoutError" });
      expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1 }));
      gate.open(1);
      await settle();
      expect([runs, pool.stats.failed, pool.stats.inProgress]).toEqual([1, 1, 0]);
    });

    it("P10: is passed on to each try", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const controller = new AbortController();
      const outcome = watch(
        pool.submit(
          ({ attempt, signal }) => {
            if (attempt === 1) throw NO;
            return new Promise((_, reject) => {
              signal.addEventListener("abort", () => reject(signal.reason));
            });
          },
          { retry: { times: 1 }, signal: controller.signal },
        ),
      );
      await settle();
      expect(pool.stats.inProgress).toBe(1);
      controller.abort("enough");
      await settle();

      expect(outcome.reason).toBe("enough");
    });

    it("P10: one that is aborted, but whose listener has yet to run, ends its try before a stop does", async () => {
      const { pool, outcome } = await poolWithTries("time");
      const other = new AbortController();
      other.signal.addEventListener("abort", () => void pool.stop());
      const mine = watch(pool.submit(fail, { retry: delayed, signal: other.signal }));
      await settle();
      other.abort("enough");
      await settle();

      expect([mine.reason, outcome.reason]).toEqual(["enough", NO]);
    });
  });
});

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { type JobContext, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { watchAll } from "../support/watch.js";

const reasons: [name: string, reason: unknown][] = [
  ["an Error", new Error("why")],
  ["undefined", undefined],
  ["null", null],
  ["a string", "why"],
  ["0", 0],
  ["an object", { then: 1 }],
  ["a promise", Promise.resolve(1)],
];

type Settle = (value: unknown) => void;

const thenable = (then: (resolve: Settle, reject: Settle) => void) => ({ then });

const NO = new Error("no");

/** What a job may do, and what it has failed with then, if it has. */
const endings: { does: string; body: () => unknown; failure?: unknown }[] = [
  { does: "returns", body: () => 1 },
  { does: "returns undefined", body: () => undefined },
  { does: "returns null", body: () => null },
  { does: "returns a promise", body: async () => 1 },
  { does: "returns a function", body: () => () => 1 },
  { does: "returns what is almost a thenable", body: () => ({ then: 1 }) },
  { does: "returns a thenable", body: () => thenable((resolve) => resolve(1)) },
  {
    does: "returns a thenable function",
    body: () =>
      Object.assign(
        () => 1,
        thenable((_, reject) => reject(NO)),
      ),
    failure: NO,
  },
  {
    does: "returns a thenable that resolves twice",
    body: () =>
      thenable((resolve) => {
        resolve(1);
        resolve(2);
      }),
  },
  {
    does: "returns a thenable that resolves, then rejects, then throws",
    body: () =>
      thenable((resolve, reject) => {
        resolve(1);
        reject(NO);
        throw NO;
      }),
  },
  {
    does: "returns a thenable that rejects, then resolves",
    body: () =>
      thenable((resolve, reject) => {
        reject(NO);
        resolve(1);
      }),
    failure: NO,
  },
  {
    does: "returns a thenable that throws",
    body: () =>
      thenable(() => {
        throw NO;
      }),
    failure: NO,
  },
  {
    does: "returns something whose then throws when looked at",
    body: () => ({
      get then() {
        throw NO;
      },
    }),
    failure: NO,
  },
];

describe("WorkerPool", () => {
  describe.each(reasons)("a failure with %s", (_, reason) => {
    const fail = () => {
      throw reason;
    };

    it.each([
      { by: "throwing", body: fail },
      { by: "rejecting", body: async () => fail() },
    ])("P9: by $by it: the job is finished, the reason is the very value", async ({ body }) => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const job = new TestJob("fails", body);

      await pool.queue(job);
      await settle();

      const { finished } = pool.tryRetrieve();
      expect(finished).toStrictEqual({ job, worker: 0, attempts: 1, status: "rejected", reason });
      expect(finished?.status === "rejected" && finished.reason).toBe(reason);
      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1, failed: 1 }));
    });

    it("P10: of a function, by throwing or by rejecting, goes to its caller", async () => {
      const pool = new WorkerPool({ workers: 1 });

      const outcomes = watchAll(
        pool.submit(fail),
        pool.submit(async () => fail()),
      );
      await settle();

      for (const outcome of outcomes) {
        expect(outcome.status).toBe("rejected");
        expect(outcome.reason).toBe(reason);
      }
      expect(pool.stats).toEqual(counters({ accepted: 2, retrieved: 2, failed: 2 }));
    });
  });

  describe("a job that", () => {
    it.each(endings)("P9: $does is finished once, and its worker goes on", async (ending) => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 1 });
      const [job, next] = [new TestJob("job", ending.body), quick("next")];

      pool.tryQueue(job);
      pool.tryQueue(next);
      await settle();

      const failed = "failure" in ending;
      expect(readAll(pool)).toStrictEqual([
        failed
          ? { job, worker: 0, attempts: 1, status: "rejected", reason: ending.failure }
          : { job, worker: 0, attempts: 1, status: "fulfilled" },
        { job: next, worker: 0, attempts: 1, status: "fulfilled" },
      ]);
      expect(pool.stats).toEqual(counters({ accepted: 2, retrieved: 2, failed: failed ? 1 : 0 }));
      expect(pool.workers[0]).toMatchObject({ busy: false, completed: 2 });
    });

    it("P9: never ends keeps no other worker from its jobs", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9 });
      pool.tryQueue(new TestJob("never ends", () => thenable(() => undefined)));

      for (let i = 0; i < 9; i++) pool.tryQueue(quick("quick"));
      await settle();

      expect(pool.stats).toEqual(counters({ accepted: 10, inProgress: 1, finished: 9 }));
    });

    it("P9: has lost its run method since it was accepted has failed", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const job = quick("job");
      pool.tryQueue(job);

      Object.assign(job, { run: undefined });
      running[0]!.end();
      await settle();

      expect(readAll(pool)[1]).toMatchObject({ job, status: "rejected" });
      expect(pool.stats.failed).toBe(1);
    });
  });

  describe("run", () => {
    it("is called as a method of the job, with the context", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const seen: unknown[] = [];
      const job = {
        run(context: JobContext) {
          seen.push(this, context.worker, context.signal.aborted);
        },
      };

      await pool.queue(job);
      await settle();

      expect(seen[0]).toBe(job);
      expect(seen.slice(1)).toEqual([0, false]);
    });
  });
});

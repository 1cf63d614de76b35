// What other pools get wrong about a job: how it fails, is aborted, is counted. Who does so stands
// in the name; more is in `other-pools.test.ts`.

import { describe, expect, it } from "@jest/globals";

import "./support/still-clock.js";
import { WorkerPool } from "../src/index.js";
import { counters } from "./support/counters.js";
import { busyPool, Gate, quick, readAll, TestJob } from "./support/jobs.js";
import { settle } from "./support/settle.js";
import { watch } from "./support/watch.js";

describe("a job of a WorkerPool", () => {
  it.each<unknown>([undefined, null, "text", Symbol("s"), () => 1])(
    "that fails comes back with the very %p, and costs no worker (piscina gives {} and loses the worker if it cannot clone; tinypool and poolifier never tell if a worker exits; frankkopp/workerpool prints it)",
    async (reason) => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 2 });
      const fail = (): never => {
        throw reason;
      };
      pool.tryQueue(new TestJob("throws", fail));
      pool.tryQueue(new TestJob("rejects", async () => fail()));
      pool.tryQueue(quick("next"));

      await pool.close();

      const results = readAll(pool);
      expect(results.map((r) => r.status)).toEqual(["rejected", "rejected", "fulfilled"]);
      for (const r of results) if (r.status === "rejected") expect(r.reason).toBe(reason);
      expect(results.map((r) => r.worker)).toEqual([0, 0, 0]);
    },
  );

  it("that fails is a rejection for its caller (push of async resolves)", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1 });
    const error = new Error("failure");

    await expect(pool.submit(() => Promise.reject(error))).rejects.toBe(error);
  });

  it.each<[string, (pool: WorkerPool<TestJob>) => unknown]>([
    ["its worker", (pool) => pool.workers[0]!.abort()],
    ["its pool", (pool) => void pool.abort()],
  ])(
    "that is aborted by %s keeps its worker until it has ended (after a timeout p-queue starts another by its side)",
    async (_, abort) => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const next = quick("next");
      pool.tryQueue(next);

      abort(pool);
      await settle();

      expect(running[0]!.context?.signal.aborted).toBe(true);
      expect([next.runs, pool.stats.inProgress]).toEqual([0, 1]);
      running[0]!.end();
    },
  );

  it("that is aborted by its caller is not over for him before it is (p-queue rejects at once)", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1 });
    const [abort, gate] = [new AbortController(), new Gate<string>()];
    const value = watch(pool.submit(() => gate.promise, abort));
    await settle();

    abort.abort();
    await settle();
    expect([value.status, pool.stats.inProgress]).toEqual(["pending", 1]);
    gate.open("cleaned up");
    await settle();

    expect(value).toMatchObject({ status: "fulfilled", value: "cleaned up" });
  });
});

describe("the counters of a WorkerPool", () => {
  it("count what waits from the first instant (piscina and tinypool deduct workers that still start)", () => {
    const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 2 });

    for (const name of ["a", "b", "c", "d"]) pool.tryQueue(quick(name));

    expect(pool.stats).toEqual(counters({ accepted: 4, waiting: 4 }));
  });
});

// What hurts most in other pools, each named by the guarantee that we give instead.

import { describe, expect, it } from "@jest/globals";

import "./support/still-clock.js";
import { JobSkippedError, PoolClosedError, WorkerPool } from "../src/index.js";
import { counters, lost } from "./support/counters.js";
import { busyPool, Gate, names, quick, readAll, TestJob } from "./support/jobs.js";
import { toldToProcess } from "./support/process.js";
import { settle } from "./support/settle.js";
import { stoppingVerbs, verbNames, verbs } from "./support/verbs.js";
import { statuses, watch, watchAll } from "./support/watch.js";

describe("whoever waits for a dropped job is told", () => {
  it.each(stoppingVerbs)("%s: callers of skipped functions, and of refused ones", async (verb) => {
    const { pool } = await busyPool({ workers: 1, queueSize: 1 });
    const waiting = watch(pool.submit(() => 1));
    const blocked = watchAll(
      pool.submit(() => 1),
      pool.queue(quick("blocked")),
    );

    void verbs[verb](pool);
    await settle();

    expect(waiting.reason).toBeInstanceOf(JobSkippedError);
    for (const { reason } of blocked) expect(reason).toBeInstanceOf(PoolClosedError);
  });

  it("nobody is left pending when a pool with much to do is torn down", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 4, queueSize: 8, finishedSize: 1 });
    const gate = new Gate();
    const outcomes = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0
        ? watch<unknown>(pool.submit(() => gate.promise))
        : watch<unknown>(pool.queue(quick("job"))),
    );
    outcomes.push(...watchAll(pool.retrieve(), pool.retrieve(), pool.retrieve()));
    await settle();

    void pool.shutdown();
    gate.open(undefined);
    await settle();

    expect(statuses(outcomes)).not.toContain("pending");
  });
});

describe("close kills no running job", () => {
  it("a long job is waited for, with several workers, and its result is kept", async () => {
    const { pool, running } = await busyPool({ workers: 2 });
    const closed = watch(pool.close());

    running[0]!.end();
    await settle();
    await settle();
    expect(closed.status).toBe("pending");
    expect(running[1]!.context!.signal.aborted).toBe(false);
    running[1]!.end();
    await settle();

    expect(closed.status).toBe("fulfilled");
    expect(readAll(pool)).toMatchObject([{ status: "fulfilled" }, { status: "fulfilled" }]);
  });

  it("a job that waits is run, also if nothing runs when close is called", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1 });
    pool.tryQueue(quick("waits"));

    await pool.close();

    expect(names(readAll(pool))).toEqual(["waits"]);
  });
});

describe("a refused job never runs", () => {
  it("with queueSize 0 and a busy worker it is refused for good", async () => {
    const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
    const refused = quick("refused");

    expect(pool.tryQueue(refused)).toBe(false);
    running[0]!.end();
    await settle();
    await pool.close();

    expect(refused.runs).toBe(0);
    expect(names(readAll(pool))).toEqual(["running0"]);
  });

  it("one that gave up waiting is not run when its turn would have come", async () => {
    const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
    const controller = new AbortController();
    const refused = quick("refused");
    watch(pool.queue(refused, { signal: controller.signal }));

    running[0]!.end();
    controller.abort();
    await settle();

    expect(refused.runs).toBe(0);
    expect(pool.stats).toEqual(counters({ accepted: 1, finished: 1 }));
  });
});

describe("counters do not drift", () => {
  it("over failures, cancellations, skips and refusals, each job counts once", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 6 });
    const controller = new AbortController();
    const { signal } = controller;
    const gate = new Gate();
    const slow = () => gate.promise;

    watchAll(pool.submit(slow, { signal }), pool.queue(new TestJob("slow", slow)));
    await settle();
    watchAll(pool.submit(slow, { signal }), pool.submit(slow), pool.queue(quick("job")));
    controller.abort();
    gate.fail(new Error("no"));
    await settle();
    watchAll(pool.submit(slow, { signal }), pool.queue(quick("skipped")));
    void pool.stop();
    watch(pool.queue(quick("refused")));
    await settle();

    expect(pool.stats).toEqual(
      counters({ accepted: 6, finished: 2, retrieved: 2, skipped: 2, failed: 3 }),
    );
    expect(lost(pool.stats)).toBe(0);
  });

  it("a cancelled function keeps its worker until it really ends", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1 });
    const controller = new AbortController();
    const gate = new Gate();
    const next = quick("next");
    watch(pool.submit(() => gate.promise, { signal: controller.signal }));
    await settle();
    pool.tryQueue(next);

    controller.abort();
    await settle();
    expect([next.runs, pool.stats.inProgress]).toEqual([0, 1]);
    gate.open(undefined);
    await settle();

    expect(next.runs).toBe(1);
  });
});

describe("results that nobody reads block nothing", () => {
  it.each(verbNames)("%s ends, whatever lies unread, and loses none of it", async (verb) => {
    const pool = new WorkerPool<TestJob>({ workers: 3, queueSize: 9, finishedSize: 0 });
    for (let i = 0; i < 9; i++) pool.tryQueue(quick(`job${i}`));
    await settle();
    expect(pool.stats).toMatchObject({ waiting: 6, finished: 3 });

    await verbs[verb](pool);

    const { skipped, unread } = await pool.shutdown();
    expect([...names(unread), ...names(skipped)]).toHaveLength(9);
  });
});

describe("no outcome is lost, doubled, or left to the process", () => {
  it("what fails in a pool is no unhandled rejection of ours", async () => {
    const { pool, running } = await busyPool({ workers: 2, queueSize: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const fail = () => Promise.reject(new Error("no"));

    const unhandled = await toldToProcess("unhandledRejection", () => {
      pool.tryQueue(new TestJob("fails", fail));
      const outcomes = watchAll(
        pool.submit(fail),
        pool.submit(() => 1, { signal }),
        pool.submit(() => 1),
        pool.retrieve({ signal }),
      );
      running[0]!.fail(new Error("no"));
      controller.abort();
      void pool.abort();
      running[1]!.fail(undefined);
      return settle().then(() => expect(statuses(outcomes)).not.toContain("pending"));
    });

    expect(unhandled).toEqual([]);
    expect(pool.state).toBe("terminated");
  });

  it("C12: a rejection that a caller leaves floating is one, once", async () => {
    const { pool } = await busyPool({ workers: 1, queueSize: 1 });

    const unhandled = await toldToProcess("unhandledRejection", () => {
      void pool.submit(() => 1);
      void pool.submit(() => 1);
      void pool.queue(quick("blocked"));
      void pool.stop();
    });

    expect(unhandled.map((error) => (error as Error).name).sort()).toEqual([
      "JobSkippedError",
      "PoolClosedError",
      "PoolClosedError",
    ]);
  });

  it("one job may be queued twice: it runs twice, and comes back twice", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 2 });
    const job = quick("twice");

    pool.tryQueue(job);
    pool.tryQueue(job);
    await pool.close();

    expect(job.runs).toBe(2);
    expect(readAll(pool).map((result) => result.job)).toEqual([job, job]);
  });
});

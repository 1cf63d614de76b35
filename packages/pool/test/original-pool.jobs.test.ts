// The bugs O10 to O16 of the Go pool that this one descends from: its jobs, errors and workers.

import { describe, expect, it, jest } from "@jest/globals";

import "./support/still-clock.js";
import { PoolClosedError, WorkerPool } from "../src/index.js";
import { counters } from "./support/counters.js";
import { isGarbage } from "./support/garbage.js";
import { busyPool, quick, TestJob } from "./support/jobs.js";
import { settle } from "./support/settle.js";

describe("the bugs of the original pool", () => {
  it("O10: a job could kill its worker for good; here each worker survives each job", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
    for (const reason of [undefined, null, new Error("fatal")] as unknown[]) {
      pool.tryQueue(
        new TestJob("throws", () => {
          throw reason;
        }),
      );
    }
    pool.tryQueue(quick("after"));
    await settle();

    expect(pool.stats).toEqual(counters({ accepted: 4, finished: 4, failed: 3 }));
    expect(pool.workers[0]).toMatchObject({ busy: false, completed: 4 });
    expect(pool.state).toBe("open");
  });

  it("O10: a job that never ends stays counted, and another worker can take over", async () => {
    const { pool } = await busyPool({ workers: 1 });
    const next = quick("next");
    pool.tryQueue(next);

    pool.resize(2);
    await settle();

    expect(next.runs).toBe(1);
    expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 1, finished: 1 }));
  });

  it("O11: Stop from inside a job waited for itself; here the call returns", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1 });
    const waiting = quick("waiting");
    let stopped: Promise<readonly TestJob[]> | undefined;
    pool.tryQueue(
      new TestJob("stops", () => {
        stopped = pool.stop();
      }),
    );
    pool.tryQueue(waiting);
    await settle();

    await expect(stopped).resolves.toEqual([waiting]);
  });

  it("O12: jobs that queued jobs deadlocked on a full queue; here they need not wait", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 1 });
    const children = Array.from({ length: 3 }, (_, i) => quick(`child${i}`));
    pool.tryQueue(
      new TestJob("parent", () => {
        for (const child of children) void pool.queue(child);
      }),
    );
    await settle();
    expect(children.map(({ runs }) => runs)).toEqual([1, 1, 1]);

    const tried: boolean[] = [];
    pool.tryQueue(
      new TestJob("tries", () => {
        for (const child of children) tried.push(pool.tryQueue(child));
      }),
    );
    await settle();
    expect(tried).toEqual([true, false, false]);
  });

  it("O12: a job that does wait for a place in its own queue is woken by stop", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 0 });
    pool.tryQueue(new TestJob("parent", () => pool.queue(quick("child"))));
    await settle();
    expect(pool.stats).toEqual(counters({ accepted: 1, inProgress: 1, blocked: 1 }));

    await pool.stop();

    const { finished } = pool.tryRetrieve();
    expect(finished).toMatchObject({ status: "rejected" });
    expect(finished?.status === "rejected" && finished.reason).toBeInstanceOf(PoolClosedError);
  });

  it("O13: errors went to a global log, without their stack; here to the reader, untouched", async () => {
    const error = new Error("no");
    const console = (["log", "error", "warn"] as const).map((name) =>
      jest.spyOn(globalThis.console, name),
    );
    const { pool, running } = await busyPool({ workers: 1 });

    running[0]!.fail(error);
    await settle();

    const { finished } = pool.tryRetrieve();
    expect(finished?.status === "rejected" && finished.reason).toBe(error);
    for (const spy of console) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it("O14: one of two texts at random; here always one typed error with a code", async () => {
    const errors = new Set<unknown>();
    for (let trial = 0; trial < 50; trial++) {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      void pool.close();
      const { reason } = await pool.queue(quick("late")).then(
        () => ({ reason: undefined }),
        (reason: unknown) => ({ reason }),
      );
      expect(reason).toBeInstanceOf(PoolClosedError);
      errors.add((reason as PoolClosedError).message);
    }

    expect([...errors]).toEqual([expect.stringMatching(/^pool is closed: /)]);
  });

  it("O15: a pool that was dropped leaked its workers; here it is garbage", async () => {
    const make = () => new WeakRef(new WorkerPool({ workers: 8 }));

    expect(await isGarbage(make())).toBe(true);
  });

  it("O16: no result could be tied to its job but by identity; here submit gives its own", async () => {
    const pool = new WorkerPool({ workers: 3 });

    const squares = await Promise.all([3, 1, 2].map((n) => pool.submit(async () => n * n)));

    expect(squares).toEqual([9, 1, 4]);
  });
});

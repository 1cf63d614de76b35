// What the Go pool that this one descends from promised.

import { describe, expect, it } from "@jest/globals";

import "./support/still-clock.js";
import { type Finished, WorkerPool } from "../src/index.js";
import { counters } from "./support/counters.js";
import { busyPool, names, quick, readAll, TestJob } from "./support/jobs.js";

describe("the promises of the original pool", () => {
  it("a new pool has all its workers, idle, and no jobs", () => {
    const pool = new WorkerPool({ workers: 4 });

    expect(pool.workers.filter(({ busy }) => !busy)).toHaveLength(4);
    expect([pool.state, pool.stats]).toEqual(["open", counters({})]);
  });

  it("many producers and consumers: what was produced is consumed, once, and all end", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 3, queueSize: 2, finishedSize: 2 });
    const consumed: Finished<TestJob>[] = [];
    const consume = async () => {
      for (let r = await pool.retrieve(); r !== undefined; r = await pool.retrieve()) {
        consumed.push(r);
      }
    };
    const produce = async (by: string) => {
      for (let i = 0; i < 100; i++) await pool.queue(new TestJob(`${by}${i}`, async () => i));
    };

    const consumers = [consume(), consume()];
    await Promise.all([produce("a"), produce("b")]);
    await pool.close();
    await Promise.all(consumers);

    expect(new Set(names(consumed)).size).toBe(200);
    expect(pool.stats).toEqual(counters({ accepted: 200, retrieved: 200 }));
  });

  it("stopped between producers and consumers: fewer are consumed, the rest is told", async () => {
    const { pool, running } = await busyPool({ workers: 2, queueSize: 50 });
    for (let i = 0; i < 50; i++) pool.tryQueue(quick(`job${i}`));

    const stopped = pool.stop();
    for (const job of running) job.end();
    const skipped = await stopped;

    expect([readAll(pool).length, skipped.length]).toEqual([2, 50]);
  });
});

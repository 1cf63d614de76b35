// The bugs O1 to O9 of the Go pool that this one descends from: its ends, counters and options. Its
// others, O10 to O16, are in original-pool.jobs.test.ts.

import { describe, expect, it } from "@jest/globals";

import "./support/still-clock.js";
import { WorkerPool } from "../src/index.js";
import { counters, lost } from "./support/counters.js";
import { busyPool, jobs, names, quick, readAll, TestJob } from "./support/jobs.js";
import { settle } from "./support/settle.js";
import { verbNames, verbs } from "./support/verbs.js";
import { watch, watchAll } from "./support/watch.js";

describe("the bugs of the original pool", () => {
  it("O1: Stop after Close did nothing, all queued jobs still ran; here stop overrides close", async () => {
    const { pool, running } = await busyPool({ workers: 1, queueSize: 10 });
    const queued = Array.from({ length: 10 }, (_, i) => quick(`queued${i}`));
    for (const job of queued) pool.tryQueue(job);

    void pool.close();
    const stopped = pool.stop();
    running[0]!.end();

    await expect(stopped).resolves.toEqual(queued);
    expect(queued.filter(({ runs }) => runs > 0)).toEqual([]);
  });

  it("O2: Stop hung when the finished queue was full and nobody read; here it ends", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9, finishedSize: 1 });
    for (let i = 0; i < 9; i++) pool.tryQueue(quick(`job${i}`));
    await settle();
    expect(pool.stats.finished).toBe(3);

    const skipped = await pool.stop();

    expect(skipped).toHaveLength(6);
    expect(readAll(pool)).toHaveLength(3);
  });

  it("O3: Stop started some queued jobs, at random; here none, in any of many pools", async () => {
    for (let trial = 0; trial < 100; trial++) {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 3 });
      const queued = jobs("a", "b", "c");
      for (const job of queued) pool.tryQueue(job);

      if (trial % 2 === 0) running[0]!.end();
      const stopped = pool.stop();
      if (trial % 2 === 1) running[0]!.end();

      await expect(stopped).resolves.toEqual(queued);
    }
  });

  it("O4: Close never ended without a consumer; here it does, and the results are kept", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9, finishedSize: 0 });
    for (let i = 0; i < 9; i++) pool.tryQueue(quick(`job${i}`));

    await pool.close();

    expect(readAll(pool)).toHaveLength(9);
  });

  it("O5: a receive from the closed queue gave no job, not done, and a count of -1", async () => {
    const { pool, running } = await busyPool({ workers: 1 });
    running[0]!.end();
    await pool.close();

    const read = [pool.tryRetrieve(), pool.tryRetrieve(), await pool.retrieve()];

    expect(read[0]).toMatchObject({ done: false });
    expect(read.slice(1)).toEqual([{ finished: undefined, done: true }, undefined]);
    expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1 }));
  });

  it("O6: counters drifted: by a fast reader, nil jobs, unqueued results, skipped jobs", async () => {
    const { pool, running } = await busyPool({ workers: 1, queueSize: 20 });
    const seen: number[] = [];
    void pool.retrieve().then(() => seen.push(lost(pool.stats)));
    expect(() => pool.tryQueue(undefined as unknown as TestJob)).toThrow(TypeError);
    watch(pool.submit(() => seen.push(lost(pool.stats))));
    running[0]!.end();
    await settle();
    for (let i = 0; i < 20; i++) pool.tryQueue(new TestJob("stuck"));
    await settle();

    void pool.stop();
    seen.push(lost(pool.stats));

    expect(seen).toEqual([0, 0, 0]);
    expect(pool.stats).toEqual(
      counters({ accepted: 22, inProgress: 1, retrieved: 2, skipped: 19 }),
    );
  });

  it("O7: a second Stop returned an error at once; here it waits, as the first does", async () => {
    const { pool, running } = await busyPool({ workers: 1 });
    const outcomes = watchAll(pool.stop(), pool.stop(), pool.close(), pool.stop());
    await settle();
    for (const { status } of outcomes) expect(status).toBe("pending");

    running[0]!.end();
    await settle();

    for (const { status } of outcomes) expect(status).toBe("fulfilled");
  });

  it.each(verbNames)(
    "O8: a job queued while the pool was being closed was lost; here %s leaves no gap",
    async (verb) => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const [before, blocked, after] = [quick("before"), quick("blocked"), quick("after")];
      const accepted = watchAll(pool.queue(before), pool.queue(blocked));

      void verbs[verb](pool);
      const refused = watch(pool.queue(after));
      running[0]!.end();
      await settle();

      expect([...accepted, refused].map(({ status }) => status)).toEqual([
        "fulfilled",
        "rejected",
        "rejected",
      ]);
      const skipped = names(await pool.stop());
      expect(before.runs + skipped.length).toBe(1);
      expect([blocked.runs, after.runs]).toEqual([0, 0]);
    },
  );

  it("O9: no workers hung for ever, a negative size panicked; here both are RangeErrors", () => {
    for (const workers of [0, -1]) expect(() => new WorkerPool({ workers })).toThrow(RangeError);
    expect(() => new WorkerPool({ workers: 1, queueSize: -1 })).toThrow(RangeError);
  });
});

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { Chan, select } from "@chankit/channel";
import { type Finished, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, names, quick, readAll, type TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { statuses, watch, watchAll } from "../support/watch.js";

const NOTHING_YET = { finished: undefined, done: false };
const DONE = { finished: undefined, done: true };

describe("WorkerPool", () => {
  describe("tryRetrieve", () => {
    it("P7: gives a finished job, or says that there is none yet, or that there never will be", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      expect(pool.tryRetrieve()).toEqual(NOTHING_YET);

      running[0]!.end();
      await settle();
      expect(pool.tryRetrieve()).toEqual({
        finished: { job: running[0], worker: 0, attempts: 1, status: "fulfilled" },
        done: false,
      });
      expect(pool.tryRetrieve()).toEqual(NOTHING_YET);

      void pool.close();
      expect(pool.tryRetrieve()).toEqual(DONE);
      expect(pool.tryRetrieve()).toEqual(DONE);
    });

    it("P7: is not done before a terminated pool is drained", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      for (const job of running) job.end();
      await pool.close();

      expect(names(readAll(pool))).toEqual(["running0", "running1"]);
      expect(pool.tryRetrieve()).toEqual(DONE);
    });

    it("P7: is not done while a job is in progress on a closing pool", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      void pool.close();
      expect(pool.tryRetrieve()).toEqual(NOTHING_YET);

      running[0]!.end();
      await settle();

      expect(names(readAll(pool))).toEqual(["running0"]);
      expect(pool.tryRetrieve()).toEqual(DONE);
    });
  });

  describe("retrieve", () => {
    it("P7: takes what is there during the call", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      running[0]!.end();
      await settle();

      const result = pool.retrieve();

      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1 }));
      await expect(result).resolves.toEqual({
        job: running[0],
        worker: 0,
        attempts: 1,
        status: "fulfilled",
      });
    });

    it("P7: waits while there can be another", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const results = watchAll(pool.retrieve(), pool.retrieve());
      await settle();
      expect(statuses(results)).toEqual(["pending", "pending"]);

      void pool.close();
      await settle();
      expect(statuses(results)).toEqual(["pending", "pending"]);
      running[0]!.end();
      await settle();

      expect(results[0]!.value).toMatchObject({ job: running[0] });
      expect(results[1]).toMatchObject({ status: "fulfilled", value: undefined });
      await expect(pool.retrieve()).resolves.toBeUndefined();
    });

    it("P7: each finished job goes to one reader, first come, first served", async () => {
      const { pool, running } = await busyPool({ workers: 3 });
      const readers = [pool.retrieve(), pool.finished.recv(), pool.retrieve()] as const;
      expect(pool.tryRetrieve()).toEqual(NOTHING_YET);

      for (const i of [1, 2, 0]) {
        running[i]!.end();
        await settle();
      }

      expect((await readers[0])?.job).toBe(running[1]);
      expect((await readers[1]).value?.job).toBe(running[2]);
      expect((await readers[2])?.job).toBe(running[0]);
      expect(pool.stats).toEqual(counters({ accepted: 3, retrieved: 3 }));
      expect(pool.tryRetrieve()).toEqual(NOTHING_YET);
    });

    it("C7: a signal withdraws a reader, which takes no result along", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const controller = new AbortController();
      const reader = watch(pool.retrieve({ signal: controller.signal }));

      controller.abort("enough");
      running[0]!.end();
      await settle();

      expect(reader).toMatchObject({ status: "rejected", reason: "enough" });
      expect(names(readAll(pool))).toEqual(["running0"]);
    });

    it("C7: an aborted signal wins, also when a result is there, and when none will be", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const signal = AbortSignal.abort("enough");
      running[0]!.end();
      await pool.close();

      await expect(pool.retrieve({ signal })).rejects.toBe("enough");
      expect(names(readAll(pool))).toEqual(["running0"]);
      await expect(pool.retrieve({ signal })).rejects.toBe("enough");
    });
  });

  describe("finished", () => {
    it("P7: is the same queue: a channel whose length is the number of unread results", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      for (const job of running) job.end();
      await settle();
      expect([pool.finished.len, pool.finished.closed]).toEqual([2, false]);

      expect(pool.finished.tryRecv()?.value?.job).toBe(running[0]);
      expect(pool.finished.len).toBe(1);
      expect(pool.stats).toEqual(counters({ accepted: 2, finished: 1, retrieved: 1 }));
      expect(names(readAll(pool))).toEqual(["running1"]);
      expect(pool.finished.tryRecv()).toBeUndefined();
    });

    it("P6: is closed when the pool has terminated, and then drained", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      running[0]!.end();
      await pool.close();

      expect(pool.finished.closed).toBe(true);
      await expect(pool.finished.recv()).resolves.toMatchObject({ ok: true });
      await expect(pool.finished.recv()).resolves.toEqual({ ok: false, done: true });
    });

    it("P2: is a case of select, beside a channel to quit by", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const quit = new Chan<string>();
      const next = () => select({ result: pool.finished, quit });

      const result = watch(next());
      running[0]!.end();
      await settle();
      expect(result.value).toMatchObject({ key: "result", ok: true, value: { job: running[0] } });
      const told = watch(next());
      void quit.send("now");
      await settle();
      expect(told.value).toMatchObject({ key: "quit", value: "now" });
      const last = watch(next());
      await pool.close();
      expect(last.value).toMatchObject({ key: "result", ok: false });
    });

    it("S6: a select that has chosen another case takes no result", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const quit = new Chan<string>(1);
      const selected = select({ result: pool.finished, quit });

      quit.trySend("now");
      running[0]!.end();
      await settle();

      expect((await selected).key).toBe("quit");
      expect(names(readAll(pool))).toEqual(["running0"]);
    });
  });

  describe("for await", () => {
    it("P7: several loops share the results and end when the pool has terminated", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 20 });
      const results: Finished<TestJob>[] = [];
      const read = async (iterable: AsyncIterable<Finished<TestJob>>) => {
        for await (const result of iterable) results.push(result);
      };
      const readers = [read(pool), read(pool.finished)];

      const queued = Array.from({ length: 20 }, (_, i) => quick(`job${i}`));
      for (const job of queued) pool.tryQueue(job);
      await pool.close();
      await Promise.all(readers);

      expect(names(results)).toEqual(names(queued));
      expect(pool.stats).toEqual(counters({ accepted: 20, retrieved: 20 }));
    });

    it("C8: leaving early closes nothing and takes nothing more", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      for (const job of running) job.end();
      await settle();

      for await (const { job } of pool) {
        expect(job).toBe(running[0]);
        break;
      }
      pool.tryQueue(quick("later"));
      await settle();

      expect(pool.state).toBe("open");
      expect(names(readAll(pool))).toEqual(["running1", "later"]);
    });
  });
});

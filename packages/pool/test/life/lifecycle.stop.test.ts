import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { JobSkippedError, type PoolState, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { busyPool, Gate, jobs, names, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { stoppingVerbs, verbs } from "../support/verbs.js";
import { watch, watchAll } from "../support/watch.js";

describe("WorkerPool", () => {
  describe("stop", () => {
    it("P5: runs jobs in progress to the end, and starts no other", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      const waiting = jobs("a", "b");
      for (const job of waiting) pool.tryQueue(job);

      const stopped = watch(pool.stop());
      expect(pool.stats).toEqual(counters({ accepted: 4, inProgress: 2, skipped: 2 }));
      running[0]!.end();
      await settle();
      expect([stopped.status, pool.state]).toEqual(["pending", "stopping"]);
      running[1]!.fail("failed");
      await settle();

      expect(names(stopped.value!)).toEqual(["a", "b"]);
      expect(waiting.map(({ runs }) => runs)).toEqual([0, 0]);
      expect(names(readAll(pool))).toEqual(["running0", "running1"]);
    });

    it.each(stoppingVerbs)(
      "P5: %s starts no job that was handed to a worker but not started",
      async (verb) => {
        const pool = new WorkerPool<TestJob>({ workers: 3, queueSize: 0 });
        await settle();
        const handed = jobs("a", "b", "c");
        for (const job of handed) expect(pool.tryQueue(job)).toBe(true);

        void verbs[verb](pool);
        expect(pool.state).toBe("terminated");
        await settle();

        expect(handed.map(({ runs }) => runs)).toEqual([0, 0, 0]);
        expect(pool.stats).toEqual(counters({ accepted: 3, skipped: 3 }));
        await expect(pool.stop()).resolves.toEqual(handed);
      },
    );

    it("P5: starts no job that takes the place of one that ends in the same tick", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const next = quick("next");
      pool.tryQueue(next);

      running[0]!.end();
      const stopped = pool.stop();

      await expect(stopped).resolves.toEqual([next]);
      expect(next.runs).toBe(0);
    });

    it("P5: starts no job that a resize has just made room for", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      const idle = [quick("a"), quick("b")];
      for (const job of running) job.end();
      await settle();

      for (const job of idle) pool.tryQueue(job);
      pool.resize(1);
      const stopped = pool.stop();

      await expect(stopped).resolves.toEqual(idle);
    });

    it("P5: tells of the queued jobs in their order; functions are told by their promise", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 4 });
      const [a, b] = jobs("a", "b");
      let calls = 0;
      pool.tryQueue(a);
      const first = watch(pool.submit(() => calls++));
      pool.tryQueue(b);
      const second = watch(pool.submit(() => calls++));

      const stopped = pool.stop();
      await settle();
      for (const { reason } of [first, second]) expect(reason).toBeInstanceOf(JobSkippedError);
      running[0]!.end();

      await expect(stopped).resolves.toEqual([a, b]);
      expect(calls).toBe(0);
      expect(pool.stats).toEqual(counters({ accepted: 5, finished: 1, skipped: 4 }));
    });

    it("P5: overrides close", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const waiting = quick("waiting");
      pool.tryQueue(waiting);
      const closed = watch(pool.close());
      await settle();

      const stopped = watch(pool.stop());
      expect(pool.state).toBe("stopping");
      running[0]!.end();
      await settle();

      expect([closed.status, stopped.value]).toEqual(["fulfilled", [waiting]]);
      expect(waiting.runs).toBe(0);
    });

    it("P5: every stop, abort and shutdown tells all that were skipped", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const waiting = quick("waiting");
      pool.tryQueue(waiting);

      const told = [pool.stop(), pool.abort(), pool.stop()];
      const shut = pool.shutdown();
      running[0]!.end();
      await settle();

      for (const skipped of [...told, pool.stop(), pool.abort()]) {
        await expect(skipped).resolves.toEqual([waiting]);
      }
      expect((await shut).skipped).toEqual([waiting]);
      expect((await pool.shutdown()).skipped).toEqual([waiting]);
    });

    it("P5: resolves once the pool has terminated", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const seen: PoolState[] = [];
      void pool.stop().then(() => seen.push(pool.state));
      await settle();
      expect(seen).toEqual([]);

      running[0]!.end();
      await settle();

      expect(seen).toEqual(["terminated"]);
    });

    it("P5: tells of no job when none was waiting", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      running[0]!.end();
      await settle();

      await expect(pool.stop()).resolves.toEqual([]);
      await pool.close();
      await expect(pool.stop()).resolves.toEqual([]);
    });

    it("P5: a job may stop its pool, and those behind it are skipped", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 4 });
      const gate = new Gate();
      const skipped = [quick("a"), quick("b")];
      const slow = new TestJob("slow", () => gate.promise);
      for (const job of [slow, new TestJob("stops", () => void pool.stop()), ...skipped]) {
        pool.tryQueue(job);
      }
      await settle();
      expect(pool.state).toBe("stopping");
      gate.open(undefined);

      await expect(pool.stop()).resolves.toEqual(skipped);
      expect(names(readAll(pool))).toEqual(["stops", "slow"]);
    });

    it("P5: tells each caller in a list of its own", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const waiting = quick("waits");
      pool.tryQueue(waiting);
      const lists = Promise.all([pool.stop(), pool.stop(), pool.shutdown()]);
      running[0]!.end();

      const [first, second, { skipped, unread }] = await lists;
      (first as TestJob[]).length = 0;
      (unread as unknown[]).length = 0;

      expect([second, skipped, await pool.stop()]).toEqual([[waiting], [waiting], [waiting]]);
      expect((await pool.shutdown()).unread).toHaveLength(1);
    });

    it("P5: keeps unread results readable", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      running[1]!.end();
      await settle();

      const stopped = pool.stop();
      const read = await pool.retrieve();
      const readers = watchAll(pool.retrieve(), pool.retrieve());
      running[0]!.end();
      await stopped;
      await settle();

      expect(read?.job).toBe(running[1]);
      expect(readers[0]!.value).toMatchObject({ job: running[0] });
      expect(readers[1]).toMatchObject({ status: "fulfilled", value: undefined });
    });
  });
});

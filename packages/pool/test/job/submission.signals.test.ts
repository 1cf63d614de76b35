import { getEventListeners } from "node:events";
import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { busyPool, Gate, quick, type TestJob } from "../support/jobs.js";
import { toldToProcess } from "../support/process.js";
import { settle } from "../support/settle.js";
import { verbNames, verbs } from "../support/verbs.js";
import { statuses, watchAll } from "../support/watch.js";
import { isFull } from "../../../../tools/testing/depth.js";

const MANY = isFull ? 1000 : 200;

const listeners = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

/** A busy pool, and many that wait with one signal: in the queue, for a place in it, for a result. */
async function crowd() {
  const { pool, running } = await busyPool({ workers: 1, queueSize: MANY });
  const controller = new AbortController();
  const { signal } = controller;
  const times = <T>(wait: () => Promise<T>) => Array.from({ length: MANY }, wait);
  const waiting = [
    ...times(() => pool.submit(() => 1, { signal })),
    ...times(() => pool.submit(() => 1, { signal })),
    ...times(() => pool.queue(quick("blocked"), { signal })),
    ...times(() => pool.retrieve({ signal })),
  ];
  return { pool, running, controller, signal, outcomes: watchAll(...waiting) };
}

describe("WorkerPool", () => {
  describe("one signal in many calls", () => {
    it("C7: has one listener, however many wait with it, and raises no warning", async () => {
      let full: Awaited<ReturnType<typeof crowd>> | undefined;
      const warnings = await toldToProcess("warning", async () => (full = await crowd()));

      expect(full?.pool.stats).toMatchObject({ waiting: MANY, blocked: 2 * MANY });
      expect(full && listeners(full.signal)).toBe(1);
      expect(warnings).toEqual([]);
    });

    it("C7: has none when all of them have been served", async () => {
      const { pool, running, signal, outcomes } = await crowd();

      running[0]!.end();
      await settle();
      for (let i = 0; i < MANY; i++) pool.tryQueue(quick("for a reader"));
      await settle();

      expect(new Set(statuses(outcomes))).toEqual(new Set(["fulfilled"]));
      expect(listeners(signal)).toBe(0);
    });

    it("C7: has none when it has withdrawn them", async () => {
      const { pool, controller, signal, outcomes } = await crowd();

      controller.abort("enough");
      expect(pool.stats).toMatchObject({ waiting: 0, blocked: 0, skipped: MANY });
      await settle();

      expect(new Set(outcomes.map(({ reason }) => reason))).toEqual(new Set(["enough"]));
      expect(listeners(signal)).toBe(0);
    });

    it.each(verbNames)("C7: has none when the pool has ended by %s", async (verb) => {
      const { pool, running, signal, outcomes } = await crowd();

      void verbs[verb](pool);
      running[0]!.end();
      await settle();

      expect(statuses(outcomes)).not.toContain("pending");
      expect(listeners(signal)).toBe(0);
    });

    it("C7: has one while functions run with it, and none at their end", async () => {
      const pool = new WorkerPool<TestJob>({ workers: MANY });
      const { signal } = new AbortController();
      const gate = new Gate();
      const fail = async () => {
        await gate.promise;
        throw new Error("no");
      };
      const outcomes = watchAll(
        ...Array.from({ length: MANY / 2 }, () => pool.submit(() => gate.promise, { signal })),
        ...Array.from({ length: MANY / 2 }, () => pool.submit(fail, { signal })),
      );
      await settle();
      expect(pool.stats.inProgress).toBe(MANY);
      expect(listeners(signal)).toBe(1);

      gate.open(undefined);
      await settle();
      watchAll(
        pool.submit(
          () => {
            throw new Error("no");
          },
          { signal },
        ),
      );
      await settle();

      expect(statuses(outcomes)).not.toContain("pending");
      expect(listeners(signal)).toBe(0);
    });

    it("C7: has none for what was done, or refused, at once", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const { signal } = new AbortController();

      await pool.queue(quick("job"), { signal });
      await pool.retrieve({ signal });
      await pool.close();
      watchAll(
        pool.queue(quick("job"), { signal }),
        pool.submit(() => 1, { signal }),
        pool.retrieve({ signal }),
      );

      expect(listeners(signal)).toBe(0);
    });
  });
});

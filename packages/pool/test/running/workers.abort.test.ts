import { afterEach, describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool } from "../../src/index.js";
import { busyPool, Gate, quick, type TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";

describe("WorkerPool", () => {
  describe("workers[i].abort", () => {
    it("P12: aborts the signal of the job that it runs now, and of no other", async () => {
      const { pool, running } = await busyPool({ workers: 2 });
      const [first, second] = running.map(({ context }) => context!.signal);

      expect(pool.workers[1]!.abort("enough")).toBe(true);

      expect(first!.aborted).toBe(false);
      expect(second!.reason).toBe("enough");
      expect(pool.state).toBe("open");
      running[1]!.end();
      await settle();
      expect(pool.tryRetrieve().finished).toMatchObject({ job: running[1], status: "fulfilled" });
    });

    it("P12: is false, and does nothing, if the worker is idle", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const worker = pool.workers[0]!;
      expect(worker.abort("early")).toBe(false);

      const handed = pool.submit(({ signal }) => signal.aborted);
      expect(worker.abort("handed, but not started")).toBe(false);

      await expect(handed).resolves.toBe(false);
      expect(worker.abort("late")).toBe(false);
    });

    it("P12: hits neither the job before nor the job after", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const worker = pool.workers[0]!;
      const before = running[0]!.context!.signal;
      const gates = [new Gate(), new Gate()];
      const signals: AbortSignal[] = [];
      for (const gate of gates) {
        void pool.queue(
          Object.assign(quick("job"), {
            run: ({ signal }: { signal: AbortSignal }) => {
              signals.push(signal);
              return gate.promise;
            },
          }),
        );
      }
      running[0]!.end();
      await settle();

      expect(worker.abort("now")).toBe(true);
      await settle();
      expect(signals).toHaveLength(1);
      gates[0]!.open(undefined);
      await settle();

      expect(before.aborted).toBe(false);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    });

    it("P12: makes a signal that is asked for late aborted already", async () => {
      const { pool, running } = await busyPool({ workers: 1 });

      expect(pool.workers[0]!.abort("enough")).toBe(true);
      expect(pool.workers[0]!.abort("more than enough")).toBe(true);

      expect(running[0]!.context!.signal).toMatchObject({ aborted: true, reason: "enough" });
    });

    it("P12: without a reason it gives the platform's AbortError", async () => {
      const { pool, running } = await busyPool({ workers: 1 });

      pool.workers[0]!.abort();

      expect(running[0]!.context!.signal.reason).toMatchObject({ name: "AbortError" });
    });

    it("P12: reaches submitted functions", async () => {
      const pool = new WorkerPool({ workers: 1 });
      const gate = new Gate();
      let signal: AbortSignal | undefined;
      const value = pool.submit((context) => ((signal = context.signal), gate.promise));
      await settle();

      pool.workers[0]!.abort("enough");
      gate.open("value");

      expect(signal?.reason).toBe("enough");
      await expect(value).resolves.toBe("value");
    });
  });

  describe("context.signal", () => {
    const { AbortController } = globalThis;
    let made = 0;

    afterEach(() => {
      globalThis.AbortController = AbortController;
    });

    it("P12: costs nothing unless it is asked for, and is one signal then", async () => {
      made = 0;
      globalThis.AbortController = class extends AbortController {
        constructor() {
          super();
          made++;
        }
      };
      const pool = new WorkerPool<TestJob>({ workers: 2 });
      const controller = new AbortController();

      await pool.queue(quick("job"));
      await pool.submit(() => 1);
      await pool.submit(() => 1, { signal: controller.signal });
      expect(made).toBe(0);

      await expect(pool.submit((context) => context.signal === context.signal)).resolves.toBe(true);
      expect(made).toBe(1);
    });
  });
});

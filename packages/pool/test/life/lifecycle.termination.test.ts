import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { CustomRecvChan, select } from "@chankit/channel";

import { type PoolState, WorkerPool } from "../../src/index.js";
import { busyPool, Gate, jobs, quick, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { verbNames, verbs } from "../support/verbs.js";
import { watch } from "../support/watch.js";

describe("WorkerPool", () => {
  describe("termination", () => {
    it.each(verbNames)("P6: %s terminates an idle pool at once", (verb) => {
      const pool = new WorkerPool<TestJob>({ workers: 3 });
      expect(pool.state).toBe("open");

      void verbs[verb](pool);

      expect([pool.state, pool.finished.closed]).toEqual(["terminated", true]);
      expect(pool.tryRetrieve()).toEqual({ finished: undefined, done: true });
    });

    it("P6: an open pool does not terminate, however long it has nothing to do", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      running[0]!.end();
      await settle();

      expect([pool.state, pool.finished.closed]).toEqual(["open", false]);
      expect(pool.tryQueue(quick("later"))).toBe(true);
    });

    it("P6: comes with the end of the last job, at once", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 2 });
      const seen: PoolState[] = [];
      const look = () => void seen.push(pool.state);
      const gate = new Gate();
      pool.tryQueue(new TestJob("last but one", look));
      void pool.submit(() => (look(), gate.promise)).then(look);
      const reader = (async () => {
        for await (const { job } of pool) expect(job.name).toBe("last but one");
        look();
      })();

      void pool.close();
      await settle();
      expect(seen).toEqual(["closing", "closing"]);
      gate.open(undefined);
      await reader;

      expect(seen).toEqual(["closing", "closing", "terminated", "terminated"]);
    });

    it("P6: the reader of the last result finds the pool terminated", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const seen: unknown[] = [];
      void pool.retrieve().then(() => seen.push(pool.state, pool.tryRetrieve().done));

      void pool.close();
      running[0]!.end();
      await settle();

      expect(seen).toEqual(["terminated", true]);
    });

    it("P6: is there for code that runs while an outcome is told", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const seen: PoolState[] = [];
      // The promise of the caller asks what it is resolved to for its `then`.
      const value = {
        isAwaited: false,
        get then() {
          if (this.isAwaited) seen.push(pool.state);
          this.isAwaited = true;
          return undefined;
        },
      };
      void pool.submit(() => value);

      void pool.close();
      await settle();

      expect(seen).toEqual(["terminated"]);
    });

    it("P6: is there for a channel that leaves a select which reads the last result", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const seen: unknown[] = [];
      class Watching extends CustomRecvChan<never> {
        readonly cap = 0;
        readonly len = 0;
        protected poll(): undefined {
          return undefined;
        }
        protected override unwatch(): void {
          seen.push(pool.state, pool.finished.closed);
        }
      }
      const chosen = select([new Watching(), pool.finished]);

      void pool.close();
      running[0]!.end();
      await settle();

      expect((await chosen).key).toBe(1);
      expect(seen).toEqual(["terminated", true]);
    });

    it.each(verbNames)("P5: %s tells of the end after the last outcome was told", async (verb) => {
      const order: string[] = [];
      const { pool, running } = await busyPool({ workers: 2 });
      running[0]!.end();
      await settle();
      const gate = new Gate();
      const told = (who: string) => () => void order.push(who);
      const value = pool.submit(() => gate.promise);
      await settle();
      void verbs[verb](pool).then(told(verb));
      void value.then(told("function"));
      const close = pool.close().then(told("close"));
      running[1]!.end();
      await settle();
      expect(order).toEqual([]);
      gate.open(undefined);
      await close;
      await settle();

      expect(order[0]).toBe("function");
      expect(order.slice(1).sort()).toEqual(["close", verb].sort());
    });

    it("P5: a reader is told of the last result before close tells of the end", async () => {
      const order: string[] = [];
      const { pool, running } = await busyPool({ workers: 1 });
      const closed = pool.close().then(() => void order.push("closed"));
      void pool.finished.recv().then(() => void order.push("result"));
      running[0]!.end();
      await closed;

      expect(order).toEqual(["result", "closed"]);
    });

    it("P6: comes with the withdrawal of the last function that waits, at once", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const controller = new AbortController();
      const withdrawn = watch(pool.submit(() => 1, { signal: controller.signal }));
      const closed = watch(pool.close());
      expect(pool.state).toBe("closing");

      controller.abort();
      expect([pool.state, pool.finished.closed]).toEqual(["terminated", true]);
      await settle();

      expect([closed.status, withdrawn.status]).toEqual(["fulfilled", "rejected"]);
    });

    it("P6: does not come with a withdrawal while a job is in progress", async () => {
      const { pool, running } = await busyPool({ workers: 1 });
      const controller = new AbortController();
      watch(pool.submit(() => 1, { signal: controller.signal }));

      void pool.close();
      controller.abort();
      expect(pool.state).toBe("closing");
      running[0]!.end();
      await settle();

      expect(pool.state).toBe("terminated");
    });

    it.each(verbNames)("P6: comes without a reader, whatever the bound, by %s", async (verb) => {
      const [a, b] = jobs("a", "b");
      const pool = new WorkerPool<TestJob>({ workers: 2, finishedSize: 0 });
      for (const job of [a, b]) pool.tryQueue(job);
      await settle();
      a.end();
      await settle();

      const ended = watch(verbs[verb](pool));
      b.end();
      await settle();

      expect([ended.status, pool.state]).toEqual(["fulfilled", "terminated"]);
    });
  });
});

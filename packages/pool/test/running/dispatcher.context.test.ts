// In which async context what runs.

import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { WorkerPool, type WorkerPoolOptions } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { isGarbage } from "../support/garbage.js";
import { busyPool, Gate, names, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { watch, watchAll } from "../support/watch.js";

const storage = new AsyncLocalStorage<string>();

/** A job that notes in which context it runs, before and after a wait. */
function noting(seen: unknown[], name = "job"): TestJob {
  return new TestJob(name, async () => {
    seen.push(storage.getStore());
    await Promise.resolve();
    seen.push(storage.getStore());
  });
}

/** A pool that was made, and that has run a job, in a context of its own. */
async function poolOfAnother(options: WorkerPoolOptions): Promise<WorkerPool<TestJob>> {
  const pool = storage.run("maker", () => new WorkerPool<TestJob>(options));
  storage.run("first", () => pool.tryQueue(quick("first")));
  await settle();
  readAll(pool);
  return pool;
}

describe("WorkerPool", () => {
  describe("the async context of a queued job", () => {
    it("P15: is none, whichever call made, resized or woke the pool", async () => {
      const pool = await poolOfAnother({ workers: 1, queueSize: 9 });
      const seen: unknown[] = [];

      storage.run("tryQueue", () => pool.tryQueue(noting(seen)));
      await settle();
      await storage.run("queue", () => pool.queue(noting(seen)));
      storage.run("resize", () => pool.resize(3));
      for (let i = 0; i < 3; i++) storage.run("more", () => pool.tryQueue(noting(seen)));
      await settle();

      expect(seen).toEqual(Array.from({ length: 10 }, () => undefined));
    });

    it("P15: is none if the end of another job, or of a function, makes room for it", async () => {
      const pool = await poolOfAnother({ workers: 1, queueSize: 0 });
      const seen: unknown[] = [];
      const gates = [new Gate(), new Gate()];
      watch(storage.run("submit", () => pool.submit(() => gates[0]!.promise)));
      watchAll(
        storage.run("a", () => pool.queue(noting(seen))),
        storage.run("b", () => pool.submit(() => gates[1]!.promise)),
        storage.run("c", () => pool.queue(noting(seen))),
      );

      for (const gate of gates) {
        await settle();
        storage.run("opener", () => gate.open(undefined));
      }
      await settle();

      expect(seen).toEqual([undefined, undefined, undefined, undefined]);
    });

    it("P15: is none if a reader, or the end of the pool, makes room for it", async () => {
      const pool = await poolOfAnother({ workers: 1, queueSize: 9, finishedSize: 0 });
      const seen: unknown[] = [];
      for (let i = 0; i < 3; i++) storage.run("queue", () => pool.tryQueue(noting(seen)));
      await settle();
      expect(seen).toHaveLength(2);

      storage.run("reader", () => pool.tryRetrieve());
      await settle();
      expect(seen).toHaveLength(4);
      await storage.run("closer", () => pool.close());

      expect(seen).toEqual(Array.from({ length: 6 }, () => undefined));
    });

    it("P15: is none after the end of a job that has entered a context", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
      const seen: unknown[] = [];
      pool.tryQueue(new TestJob("enters", async () => storage.enterWith("entered")));
      pool.tryQueue(noting(seen));
      await settle();
      pool.tryQueue(noting(seen));
      await settle();

      expect(seen).toEqual([undefined, undefined, undefined, undefined]);
    });

    it("P15: is none in another pool, after a job that has entered a context", async () => {
      const [first, second] = [0, 1].map(() => new WorkerPool<TestJob>({ workers: 1 }));
      const seen: unknown[] = [];
      for (let i = 0; i < 2; i++) {
        first!.tryQueue(new TestJob("enters", () => storage.enterWith("entered")));
        second!.tryQueue(noting(seen));
        await settle();
      }

      expect(seen).toEqual([undefined, undefined, undefined, undefined]);
    });

    it("P15: keeps nothing of the maker's and of the callers' stores", async () => {
      const stores = new AsyncLocalStorage<object>();
      const refs: WeakRef<object>[] = [];
      const within = <R>(act: () => R): R => {
        const store = {};
        refs.push(new WeakRef(store));
        return stores.run(store, act);
      };
      const pool = within(() => new WorkerPool({ workers: 1, queueSize: 9 }));
      // A `TestJob` has a promise of its own, which would hold the store.
      within(() => pool.tryQueue({ run: () => 1 }));
      watch(within(() => pool.queue({ run: async () => 1 })));
      watch(within(() => pool.submit(() => 1)));
      within(() => pool.resize(2));
      await settle();

      expect(await isGarbage(...refs)).toBe(true);
      expect(pool.stats).toMatchObject({ accepted: 3, finished: 2 });
    });
  });

  describe("the async context of a submitted function", () => {
    it("P15: is that of its caller, whenever it is started", async () => {
      const pool = await poolOfAnother({ workers: 1, queueSize: 1 });
      const seen: unknown[] = [];
      const note = async () => {
        seen.push(storage.getStore());
        await Promise.resolve();
        seen.push(storage.getStore());
      };

      // The first finds a worker free, the next waits in the queue, and the others for a place there.
      const callers = ["a", "b", "c", "d"];
      await Promise.all(callers.map((who) => storage.run(who, () => pool.submit(note))));
      await storage.run("e", () => pool.trySubmit(note));

      expect(seen).toEqual(["a", "a", "b", "b", "c", "c", "d", "d", "e", "e"]);
    });

    it("P15: is that of its caller also if a resize has taken its worker away before its turn", async () => {
      const { pool, running } = await busyPool({ workers: 2, queueSize: 9 });
      running[0]!.end();
      await settle();
      const seen: unknown[] = [];
      const note = (name: string) => () => seen.push([name, storage.getStore()]);
      const results = ["a", "b"].map((who) => storage.run(who, () => pool.submit(note(who))));

      pool.resize(1);
      await settle();
      expect([seen, pool.stats.waiting]).toEqual([[], 2]);
      storage.run("other", () => pool.resize(2));
      await Promise.all(results);

      expect(seen).toEqual([
        ["a", "a"],
        ["b", "b"],
      ]);
    });

    it("P15: is that of its caller, for each that had to wait, after stops and starts", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 9 });
      const seen: unknown[] = [];
      const results = ["a", "b", "c"].map((who) =>
        storage.run(who, () => pool.submit(() => seen.push(storage.getStore()))),
      );

      running[0]!.end();
      await Promise.all(results);

      expect(seen).toEqual(["a", "b", "c"]);
    });
  });

  describe("the start of a submitted function", () => {
    it("P3: is in the order of the calls, among queued jobs and with several workers", async () => {
      for (const workers of [1, 2, 3, 20]) {
        const pool = new WorkerPool<TestJob>({ workers, queueSize: 20 });
        const started: number[] = [];
        for (let i = 0; i < 12; i++) {
          const body = () => void started.push(i);
          const asynchronous = async () => body();
          const run = i % 4 < 2 ? body : asynchronous;
          if (i % 3 === 0) watch(pool.submit(run));
          else pool.tryQueue(new TestJob(String(i), run));
        }
        await settle();

        expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      }
    });

    it("P15: has not come before it is called: stop skips it until then", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      let calls = 0;
      const outcome = watch(pool.submit(() => calls++));
      expect(pool.stats).toEqual(counters({ accepted: 1, waiting: 1 }));

      void pool.stop();
      await settle();

      expect(calls).toBe(0);
      expect(outcome.reason).toMatchObject({ code: "ERR_JOB_SKIPPED" });
      expect(pool.stats).toEqual(counters({ accepted: 1, skipped: 1 }));
    });

    it("P15: has not come before it is called, if the end of a job gives it the worker", async () => {
      const { pool } = await busyPool({ workers: 1, queueSize: 3 });
      const pair = new WorkerPool<TestJob>({ workers: 1, queueSize: 3 });
      let calls = 0;
      pair.tryQueue(quick("before"));
      const outcome = watch(pair.submit(() => calls++));
      const behind = quick("behind");
      pair.tryQueue(behind);
      // The turn of the queued job comes first, and then that of the function.
      await Promise.resolve();
      expect(pair.stats).toEqual(counters({ accepted: 3, waiting: 2, finished: 1 }));

      const stopped = pair.stop();
      await settle();

      expect([calls, behind.runs]).toEqual([0, 0]);
      expect(outcome.reason).toMatchObject({ code: "ERR_JOB_SKIPPED" });
      await expect(stopped).resolves.toEqual([behind]);
      expect(pool.state).toBe("open");
    });

    it("P10: withdrawn between its turn's being on its way and the turn, it leaves the turn to the next", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 3 });
      const controller = new AbortController();
      let calls = 0;
      watch(pool.submit(() => calls++, { signal: controller.signal }));
      const next = quick("next");
      pool.tryQueue(next);

      controller.abort();
      await settle();

      expect([calls, next.runs]).toEqual([0, 1]);
    });
  });

  describe("bind", () => {
    const bind = AsyncResource.bind;

    it("P15: AsyncResource.bind makes queued jobs run in the context of their callers", async () => {
      const pool = await poolOfAnother({ workers: 1, queueSize: 1, bind });
      const seen: unknown[] = [];

      const queued = ["a", "b", "c"].map((who) =>
        storage.run(who, () => pool.queue(noting(seen, who))),
      );
      await Promise.all(queued);
      await settle();
      storage.run("d", () => pool.tryQueue(noting(seen, "d")));
      await settle();

      expect(seen).toEqual(["a", "a", "b", "b", "c", "c", "d", "d"]);
      expect(names(readAll(pool))).toEqual(["a", "b", "c", "d"]);
    });

    it("P15: is called once, in the call, with one function, which runs the job with its context", async () => {
      const bound: unknown[][] = [];
      const pool = new WorkerPool<TestJob>({
        workers: 1,
        queueSize: 0,
        bind: (...args) => {
          bound.push(args);
          return args[0];
        },
      });
      const [first, second] = [new TestJob("first"), new TestJob("second")];

      pool.tryQueue(first);
      expect(bound).toEqual([[expect.any(Function)]]);
      await settle();
      const queued = watch(pool.queue(second));
      expect(bound).toHaveLength(2);
      expect(pool.tryQueue(quick("no room"))).toBe(false);
      first.end();
      await settle();

      expect([queued.status, second.runs, second.context?.worker]).toEqual(["fulfilled", 1, 0]);
      expect(bound).toHaveLength(2);
    });

    it("P15: what it throws refuses the job, and so does what is no function", async () => {
      let result: unknown;
      const pool = new WorkerPool<TestJob>({
        workers: 1,
        bind: () => {
          if (result instanceof Error) throw result;
          return result as never;
        },
      });
      const job = quick("job");

      result = new Error("not now");
      await expect(pool.queue(job)).rejects.toBe(result);
      expect(() => pool.tryQueue(job)).toThrow("not now");
      result = 1;
      await expect(pool.queue(job)).rejects.toThrow(new TypeError("bind must return a function"));
      expect(() => pool.tryQueue(job)).toThrow(new TypeError("bind must return a function"));

      expect([job.runs, pool.stats]).toEqual([0, counters({})]);
    });

    it("P1: comes after the other reasons to refuse, and is not called then", async () => {
      let calls = 0;
      const pool = new WorkerPool<TestJob>({
        workers: 1,
        bind: () => {
          calls++;
          throw new Error("not now");
        },
      });
      const signal = AbortSignal.abort("aborted");

      await expect(pool.queue(undefined as never)).rejects.toThrow(TypeError);
      await expect(pool.queue(quick("a"), { signal })).rejects.toBe("aborted");
      void pool.close();
      await expect(pool.queue(quick("a"))).rejects.toMatchObject({ code: "ERR_POOL_CLOSED" });
      expect(() => pool.tryQueue(quick("a"))).toThrow(
        expect.objectContaining({ code: "ERR_POOL_CLOSED" }),
      );

      expect(calls).toBe(0);
    });

    it("P15: has nothing to do with submitted functions", async () => {
      let calls = 0;
      const pool = new WorkerPool({
        workers: 1,
        bind: (run) => {
          calls++;
          return run;
        },
      });

      const result = storage.run("caller", () => pool.submit(() => storage.getStore()));

      await expect(result).resolves.toBe("caller");
      expect(calls).toBe(0);
    });
  });
});

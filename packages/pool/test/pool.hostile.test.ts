// Jobs, signals and results that are not what they seem: each fails by itself.

import { describe, expect, it } from "@jest/globals";

import "./support/still-clock.js";
import { type Job, PoolClosedError, WorkerPool } from "../src/index.js";
import { counters, lost } from "./support/counters.js";
import { busyPool, Gate, quick, TestJob } from "./support/jobs.js";
import { toldToProcess } from "./support/process.js";
import { settle } from "./support/settle.js";
import { stoppingVerbs, verbs } from "./support/verbs.js";
import { watch } from "./support/watch.js";

const TRAPS = ["get", "has", "getPrototypeOf", "getOwnPropertyDescriptor", "ownKeys", "set"];

/** A job whose every trap throws once it is armed, but for `get` if the job has to be called. */
function trapped(run: () => unknown, except?: string): { job: Job; arm: () => void } {
  let isArmed = false;
  const handler = Object.fromEntries(
    TRAPS.filter((trap) => trap !== except).map((trap) => [
      trap,
      (...args: unknown[]) => {
        if (isArmed) throw new Error(`trap: ${trap}`);
        return (Reflect as unknown as Record<string, (...args: unknown[]) => unknown>)[trap]!(
          ...args,
        );
      },
    ]),
  );
  return { job: new Proxy({ run }, handler), arm: () => (isArmed = true) };
}

function callTwice(resolve: (value: unknown) => void): void {
  resolve(1);
  resolve(2);
}

/** Runs `job` before another one on the only worker; gives what became of both. */
async function beforeAnother(job: Job, arm?: () => void) {
  const pool = new WorkerPool<Job>({ workers: 1, queueSize: 9 });
  const next = quick("next");
  pool.tryQueue(job);
  pool.tryQueue(next);
  arm?.();
  await settle();
  const first = pool.tryRetrieve().finished;
  const second = pool.tryRetrieve().finished;
  expect(second).toEqual({ job: next, worker: 0, attempts: 1, status: "fulfilled" });
  expect(next.runs).toBe(1);
  await pool.close();
  expect(pool.state).toBe("terminated");
  return { first, pool };
}

describe("WorkerPool", () => {
  it.each([
    ["queue", (pool: WorkerPool, options: object) => pool.queue(quick("job"), options)],
    ["tryQueue", (pool: WorkerPool, options: object) => pool.tryQueue(quick("job"), options)],
    ["submit", (pool: WorkerPool, options: object) => pool.submit(() => 1, options)],
    ["trySubmit", (pool: WorkerPool, options: object) => pool.trySubmit(() => 1, options)],
    ["map", (pool: WorkerPool, options: object) => pool.map([1], () => 1, options).next()],
  ])(
    "P16: %s reads each option once: one that changes cannot get around its check",
    async (_, call) => {
      const pool = new WorkerPool({ workers: 1 });
      const reads: string[] = [];
      const given = {
        priority: 1,
        timeout: 5,
        retry: { times: 1 },
        signal: undefined,
        ordered: true,
      };
      const options = new Proxy(given, {
        get: (target, option: keyof typeof given) => {
          reads.push(option);
          return target[option];
        },
      });

      await call(pool, options);

      expect(reads.length).toBeGreaterThan(2);
      expect(new Set(reads).size).toBe(reads.length);
    },
  );

  describe("a hostile job", () => {
    it("P16: a proxy that is revoked while it waits fails, and nothing else", async () => {
      const { proxy, revoke } = Proxy.revocable<Job>({ run: () => 1 }, {});

      const { first, pool } = await beforeAnother(proxy, revoke);

      expect(first?.job === proxy).toBe(true);
      expect(first?.reason).toBeInstanceOf(TypeError);
      expect(pool.stats).toEqual(counters({ accepted: 2, retrieved: 2, failed: 1 }));
    });

    it("P16: a proxy that was revoked before is refused", async () => {
      const pool = new WorkerPool<Job>({ workers: 1 });
      const { proxy, revoke } = Proxy.revocable<Job>({ run: () => 1 }, {});
      revoke();

      await expect(pool.queue(proxy)).rejects.toBeInstanceOf(TypeError);
      expect(() => pool.tryQueue(proxy)).toThrow(TypeError);
      expect(pool.stats).toEqual(counters({}));
    });

    it("P16: a proxy of which only run may be read is run, and is never looked at otherwise", async () => {
      const { job, arm } = trapped(() => 1, "get");

      const { first } = await beforeAnother(job, arm);

      expect(first?.status).toBe("fulfilled");
      expect(first?.job === job).toBe(true);
    });

    it("P16: a proxy whose traps throw fails with what they throw", async () => {
      const { job, arm } = trapped(() => 1);

      const { first } = await beforeAnother(job, arm);

      expect(first?.reason).toEqual(new Error("trap: get"));
    });

    it.each(stoppingVerbs)("P16: proxies whose traps throw are skipped by %s", async (verb) => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 9 });
      const { job, arm } = trapped(() => 1);
      pool.tryQueue(job as never);
      pool.tryQueue(quick("behind"));
      arm();

      void verbs[verb](pool);
      running[0]!.end();
      const skipped = await pool.stop();

      expect(skipped.length).toBe(2);
      expect(skipped[0] === job).toBe(true);
      expect(pool.stats).toMatchObject({ accepted: 3, skipped: 2 });
    });

    it("P16: a revoked proxy is shown by its worker, which can be aborted", async () => {
      const pool = new WorkerPool<Job>({ workers: 1 });
      let signal: AbortSignal | undefined;
      const body: Job = {
        run: (context) => {
          signal = context.signal;
          return new Promise(() => undefined);
        },
      };
      const { proxy, revoke } = Proxy.revocable(body, {});
      pool.tryQueue(proxy);
      await settle();
      revoke();

      expect(pool.workers[0]!.job === proxy).toBe(true);
      expect(pool.workers[0]!.abort("enough")).toBe(true);
      expect(signal?.reason).toBe("enough");
    });

    it("P16: a run that is a function at first, and then none, fails", async () => {
      let looks = 0;
      const job = {
        get run() {
          return looks++ === 0 ? () => 1 : (undefined as never);
        },
      };

      const { first } = await beforeAnother(job);

      expect(first?.reason).toBeInstanceOf(TypeError);
    });

    it("P16: a run that throws when it is looked at for the second time fails with that", async () => {
      let looks = 0;
      const job = {
        get run() {
          if (looks++ > 0) throw new Error("looked at");
          return () => 1;
        },
      };

      const { first } = await beforeAnother(job);

      expect(first?.reason).toEqual(new Error("looked at"));
    });

    it("P16: one job may be queued twice, and ends twice", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 2 });
      const job = quick("twice");

      expect([pool.tryQueue(job), pool.tryQueue(job)]).toEqual([true, true]);
      await settle();

      expect(job.runs).toBe(2);
      expect(pool.stats).toEqual(counters({ accepted: 2, finished: 2 }));
    });

    it("P16: a function is called without a receiver: it does not get hold of what is ours", async () => {
      const pool = new WorkerPool({ workers: 1, bind: (run) => run });
      const seen: unknown[] = [];

      await pool.submit(function (this: unknown) {
        seen.push(this);
      });
      const job = {
        run() {
          seen.push(this === job);
        },
      };
      await pool.queue(job);
      await pool.close();

      expect(seen).toEqual([undefined, true]);
    });
  });

  describe("a hostile result", () => {
    const NO = new Error("no");
    const odd: { what: string; result: () => unknown; reason?: unknown }[] = [
      {
        what: "a thenable that calls back at once, and twice",
        result: () => ({ then: callTwice }),
      },
      {
        what: "a thenable whose then is there only once",
        result: () => {
          let looks = 0;
          return {
            get then() {
              return looks++ === 0 ? () => undefined : undefined;
            },
          };
        },
      },
      {
        what: "a thenable whose then throws at the second look",
        result: () => {
          let looks = 0;
          return {
            get then() {
              if (looks++ > 0) throw NO;
              return () => undefined;
            },
          };
        },
        reason: NO,
      },
      {
        what: "a promise with a then of its own that calls back twice",
        result: () =>
          Object.assign(Promise.resolve(1), {
            then: callTwice,
          }),
      },
      {
        what: "a promise whose constructor throws",
        result: () =>
          Object.defineProperty(Promise.resolve(1), "constructor", {
            get() {
              throw NO;
            },
          }),
        reason: NO,
      },
      {
        what: "a revoked proxy",
        result: () => {
          const { proxy, revoke } = Proxy.revocable({}, {});
          revoke();
          return proxy;
        },
        reason: expect.any(TypeError),
      },
    ];

    it.each(odd)("P16: $what is the outcome of its job alone", async ({ result, reason }) => {
      const { first, pool } = await beforeAnother({ run: result });

      expect(first?.status).toBe(reason === undefined ? "fulfilled" : "rejected");
      expect(first?.reason).toEqual(reason);
      expect(pool.stats).toMatchObject({ accepted: 2, retrieved: 2 });
    });

    it.each(odd)("P16: $what is the outcome of its function alone", async ({ result, reason }) => {
      const pool = new WorkerPool({ workers: 1 });

      const outcome = watch(pool.submit(result));
      await expect(pool.submit(() => "next")).resolves.toBe("next");
      await settle();

      expect(outcome.status).toBe(reason === undefined ? "fulfilled" : "rejected");
      expect(outcome.reason).toEqual(reason);
      expect(pool.stats).toMatchObject({ accepted: 2, retrieved: 2, inProgress: 0 });
    });

    it("P16: a thenable that never calls back keeps its own worker only", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2 });
      pool.tryQueue(new TestJob("never", () => ({ then: () => undefined })));

      await expect(pool.submit(() => "other")).resolves.toBe("other");

      expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 1, retrieved: 1 }));
    });
  });

  describe("a hostile signal", () => {
    const mocks: [name: string, signal: unknown][] = [
      ["an object", {}],
      ["a mock without listeners", { aborted: false }],
      ["an aborted mock without listeners", { aborted: true, reason: "why" }],
      ["a mock that cannot forget", { aborted: false, addEventListener: () => undefined }],
      ["a mock that cannot listen", { aborted: false, removeEventListener: () => undefined }],
      ["a string", "signal"],
      ["a controller", new AbortController()],
    ];

    it.each(mocks)("P16: %s is refused, and nothing is accepted", async (_, signal) => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const options = { signal: signal as AbortSignal };
      const error = new TypeError("signal must be an AbortSignal");
      const job = quick("refused");

      await expect(pool.queue(job, options)).rejects.toThrow(error);
      await expect(pool.submit(() => job.runs++, options)).rejects.toThrow(error);
      await expect(pool.trySubmit(() => job.runs++, options)).rejects.toThrow(error);
      await settle();

      expect(job.runs).toBe(0);
      expect(pool.stats).toEqual(counters({}));
    });

    it("P16: options that throw refuse the call", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1 });
      const options = {
        get signal(): never {
          throw new Error("do not look");
        },
      };

      await expect(pool.queue(quick("a"), options)).rejects.toThrow("do not look");
      await expect(pool.submit(() => 1, options)).rejects.toThrow("do not look");
      await expect(pool.trySubmit(() => 1, options)).rejects.toThrow("do not look");
      expect(pool.stats).toEqual(counters({}));
    });

    it("P16: a signal that does not let itself be listened to is refused by itself", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 2 });
      const { signal } = new AbortController();
      Object.defineProperty(signal, "addEventListener", {
        value: () => {
          throw new Error("no listeners");
        },
      });

      const outcomes = [pool.submit(() => 1, { signal }), pool.trySubmit(() => 1, { signal })!];
      for (const outcome of outcomes) await expect(outcome).rejects.toThrow("no listeners");
      await expect(pool.submit(() => "next")).resolves.toBe("next");

      expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1 }));
    });

    it("P16: a signal that cannot tell whether it is aborted, or why, withdraws all the same", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 9 });
      const controller = new AbortController();
      const { signal } = controller;
      const outcome = watch(pool.submit(() => 1, { signal }));
      const blind = watch(pool.submit(() => 2, { signal: new AbortController().signal }));
      const fails = () => {
        throw new Error("cannot tell");
      };
      // Aborted, but its listeners are never called: it is found so in its turn.
      Object.defineProperty(signal, "aborted", { value: true });
      Object.defineProperty(signal, "reason", { get: fails });
      running[0]!.end();
      await settle();

      expect(outcome.reason).toEqual(new Error("cannot tell"));
      expect(blind.value).toBe(2);
      expect(pool.stats).toEqual(counters({ accepted: 3, finished: 1, retrieved: 1, skipped: 1 }));
    });

    it.each(["AbortError", "AbortError, where there is no DOMException"])(
      "P16: a signal that has no reason, as React Native's, withdraws with an %s",
      async (what) => {
        const { pool, running } = await busyPool({ workers: 1, queueSize: 9 });
        const { signal } = new AbortController();
        const outcome = watch(pool.submit(() => 1, { signal }));
        // Aborted, but its listeners are never called: it is found so in its turn.
        Object.defineProperty(signal, "aborted", { value: true });
        Object.defineProperty(signal, "reason", { value: undefined });
        const there = DOMException;
        if (what !== "AbortError") Object.assign(globalThis, { DOMException: undefined });
        try {
          running[0]!.end();
          await settle();
        } finally {
          Object.assign(globalThis, { DOMException: there });
        }

        const error = outcome.reason as Error & { code: unknown };
        expect([error.name, error.message, error.code]).toEqual([
          "AbortError",
          "This operation was aborted",
          20,
        ]);
        expect(error instanceof there).toBe(what === "AbortError");
        expect(pool.stats.skipped).toBe(1);
      },
    );

    it("P5, P16: a signal that stops the pool when it is asked for its reason has its function rejected once", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 9 });
      let asked = 0;
      const signal = {
        aborted: false,
        get reason() {
          if (++asked === 1) void pool.stop();
          return lost;
        },
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
      };
      const outcome = watch(pool.submit(() => 1, { signal: signal as never }));
      await settle();
      signal.aborted = true;

      const errors = await toldToProcess("unhandledRejection", async () => {
        running[0]!.end();
        await settle();
      });

      expect(errors).toEqual([]);
      expect(outcome).toMatchObject({ status: "rejected", reason: lost });
      expect(pool.stats).toEqual(counters({ accepted: 2, finished: 1, skipped: 1 }));
      expect(pool.state).toBe("terminated");
    });

    it("P4, P16: a signal that closes the pool when it is listened to is refused as by a closed pool", async () => {
      for (const submit of ["submit", "trySubmit"] as const) {
        const pool = new WorkerPool<TestJob>({ workers: 1 });
        const signal = {
          aborted: false,
          addEventListener: () => void pool.close(),
          removeEventListener: () => undefined,
        } as unknown as AbortSignal;

        const outcome = pool[submit](() => "never", { signal });

        await expect(outcome).rejects.toBeInstanceOf(PoolClosedError);
        expect(pool.stats).toEqual(counters({}));
        expect(pool.state).toBe("terminated");
      }
    });

    it("P13: a signal that takes a worker away when it is looked at starts nothing beyond the size", async () => {
      const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 9 });
      const gate = new Gate();
      await pool.queue(new TestJob("running", () => gate.promise));
      await settle();
      let isArmed = false;
      const signal = {
        get aborted() {
          if (isArmed) pool.resize(1);
          return false;
        },
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
      } as unknown as AbortSignal;

      const outcome = watch(pool.submit(() => "started", { signal }));
      isArmed = true;
      await settle();
      expect(outcome.status).toBe("pending");
      expect(pool.stats).toMatchObject({ waiting: 1, inProgress: 1 });

      gate.open(undefined);
      await settle();
      expect(outcome).toMatchObject({ status: "fulfilled", value: "started" });
      await pool.close();
    });

    it("P16: a signal that throws when it is looked at in its turn is not aborted", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 9 });
      const { signal } = new AbortController();
      const outcome = watch(pool.submit(() => 1, { signal }));
      Object.defineProperty(signal, "aborted", {
        get() {
          throw new Error("cannot tell");
        },
      });

      running[0]!.end();
      await settle();

      expect(outcome.value).toBe(1);
    });

    const places = ["aborted", "reason", "removeEventListener", "addEventListener"] as const;
    const acts: [string, (pool: WorkerPool<TestJob>) => unknown][] = [
      ...(["close", "stop", "abort", "shutdown"] as const).map(
        (verb): [string, (pool: WorkerPool<TestJob>) => unknown] => [
          verb,
          (pool) => verbs[verb](pool),
        ],
      ),
      ["resize", (pool) => pool.resize(1)],
      ["tryQueue", (pool) => pool.tryQueue(quick("odd"))],
      ["trySubmit", (pool) => pool.trySubmit(() => 1)?.catch(() => undefined)],
    ];

    // Acts on the pool at the nth use of the signal, whatever that use is.
    it.each(places.flatMap((place) => acts.map(([what, act]) => ({ place, what, act }))))(
      "P16, P11: a signal of which $place calls $what is the fault of its function alone",
      async ({ place, act }) => {
        for (let nth = 0; nth < 10; nth++) {
          const pool = new WorkerPool<TestJob>({ workers: 1, queueSize: 9 });
          const gate = new Gate();
          watch(pool.submit(() => gate.promise));
          let uses = 0;
          let isAborted = false;
          const use = (at: string) => {
            if (at !== place) return;
            expect(lost(pool.stats)).toBe(0);
            if (uses++ === nth) {
              try {
                act(pool);
              } catch (error) {
                expect(error).toBeInstanceOf(PoolClosedError);
              }
            }
            expect(lost(pool.stats)).toBe(0);
          };
          const signal = {
            get aborted() {
              use("aborted");
              return isAborted;
            },
            get reason() {
              use("reason");
              return "why";
            },
            addEventListener: () => {
              use("addEventListener");
            },
            removeEventListener: () => {
              use("removeEventListener");
            },
          } as unknown as AbortSignal;
          let runs = 0;
          const odd = watch(pool.submit(() => ++runs, { signal }));
          const next = watch(pool.submit(() => "next"));
          isAborted = nth % 2 === 1;

          gate.open(undefined);
          await settle();
          await pool.close();

          expect(odd.status).toBe(runs === 1 ? "fulfilled" : "rejected");
          expect(next.status).not.toBe("pending");
          expect(lost(pool.stats)).toBe(0);
          expect(pool.stats).toMatchObject({ waiting: 0, inProgress: 0 });
        }
      },
    );

    it("P4, P16: a signal that takes the last place when it is listened to has its function wait", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 1 });
      const controller = new AbortController();
      const { signal } = controller;
      const listen = signal.addEventListener.bind(signal);
      signal.addEventListener = (...args: Parameters<typeof listen>) => {
        pool.tryQueue(quick("odd"));
        listen(...args);
      };

      expect(pool.trySubmit(() => 1, { signal })).toBeUndefined();
      expect(pool.stats).toEqual(counters({ accepted: 2, inProgress: 1, waiting: 1 }));
      const outcome = watch(pool.submit(() => 2, { signal }));
      expect(pool.stats).toMatchObject({ waiting: 1, blocked: 1 });
      running[0]!.end();
      await settle();

      expect(outcome.value).toBe(2);
    });

    it("P4, P16: a signal that closes the pool when it is looked at has the next caller refused", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const { signal } = new AbortController();
      const blocked = watch(pool.submit(() => 1, { signal }));
      Object.defineProperty(signal, "aborted", {
        get() {
          void pool.close();
          return false;
        },
      });

      const outcome = watch(pool.queue(quick("late")));
      running[0]!.end();
      await settle();

      expect(outcome.reason).toBeInstanceOf(PoolClosedError);
      expect(blocked.reason).toBeInstanceOf(PoolClosedError);
      expect(pool.stats).toEqual(counters({ accepted: 1, finished: 1 }));
      expect(pool.state).toBe("terminated");
    });

    it("C7: null is no signal", async () => {
      const { pool, running } = await busyPool({ workers: 1, queueSize: 0 });
      const options = { signal: null as never };
      const outcomes = [
        watch(pool.queue(quick("waits"), options)),
        watch(pool.submit(() => 1, options)),
      ];
      expect(pool.trySubmit(() => 2, options)).toBeUndefined();
      running[0]!.end();
      await settle();

      expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
      await expect(pool.trySubmit(() => 3, options)).resolves.toBe(3);
    });

    it("C12: a refused call leaves no other rejection behind", async () => {
      const told = await toldToProcess("unhandledRejection", async () => {
        const { pool } = await busyPool({ workers: 1, queueSize: 0 });
        const blocked = watch(pool.submit(() => 1));
        void pool.stop();
        watch(pool.submit(() => 1));
        watch(pool.trySubmit(() => 1)!);
        await settle();
        expect(blocked.status).toBe("rejected");
      });

      expect(told).toEqual([]);
    });
  });
});

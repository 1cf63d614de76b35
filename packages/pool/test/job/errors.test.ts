import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { JobSkippedError, PoolClosedError, WorkerPool } from "../../src/index.js";
import { busyPool, quick, TestJob } from "../support/jobs.js";
import { toldToProcess } from "../support/process.js";
import { settle } from "../support/settle.js";
import { verbNames, verbs } from "../support/verbs.js";
import { statuses, watch, watchAll } from "../support/watch.js";

const errors = [
  { type: PoolClosedError, name: "PoolClosedError", code: "ERR_POOL_CLOSED" },
  { type: JobSkippedError, name: "JobSkippedError", code: "ERR_JOB_SKIPPED" },
];

const CLOSED =
  "pool is closed: queue before close, stop, abort or shutdown is called, or make a new pool";
const SKIPPED =
  "pool was stopped before the function was started: " +
  "close, unlike stop, abort and shutdown, runs what was accepted";
const TERMINATED = "pool has terminated: resize it earlier, or make a new pool";

describe.each(errors)("$name", ({ type, name, code }) => {
  it("is an Error with a name and a code", () => {
    const error = new type("why");

    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ name, code, message: "why" });
    expect(String(error)).toBe(`${name}: why`);
    expect(error.stack).toContain("errors.test");
    expect("cause" in error).toBe(false);
  });

  it("has a name that a minifier of class names leaves alone", () => {
    expect(Object.hasOwn(type.prototype, "name")).toBe(true);
  });
});

/** The errors that a pool gives: to a caller that waits, to later ones, to a skipped function. */
async function errorsOf(name: string | undefined, end: (pool: WorkerPool<TestJob>) => unknown) {
  const { pool, running } = await busyPool({ workers: 1, queueSize: 1, name });
  const skipped = watch(pool.submit(() => 1));
  const blocked = watchAll(
    pool.queue(quick("a")),
    pool.submit(() => 1),
  );
  void end(pool);
  const late = watchAll(
    pool.queue(quick("b")),
    pool.submit(() => 1),
    pool.trySubmit(() => 1)!,
  );
  const thrown: unknown[] = [];
  for (const act of [() => pool.tryQueue(quick("c")), () => pool.resize(2)]) {
    running[0]!.end();
    try {
      act();
    } catch (error) {
      thrown.push(error);
    }
    await settle();
  }
  const closed = [...[...blocked, ...late].map(({ reason }) => reason), thrown[0]];
  return { closed, skipped: skipped.reason, terminated: thrown[1] };
}

describe("WorkerPool", () => {
  it.each(verbNames)("P4: refuses jobs with one message, when ended by %s", async (verb) => {
    const { closed, terminated } = await errorsOf(undefined, verbs[verb]);

    expect(closed).toHaveLength(6);
    for (const error of closed) expect(error).toStrictEqual(new PoolClosedError(CLOSED));
    expect(terminated).toStrictEqual(new PoolClosedError(TERMINATED));
  });

  it("P4: gives each caller that comes too late an error of its own", async () => {
    const { closed } = await errorsOf(undefined, (pool) => pool.close());

    expect(new Set(closed.slice(2)).size).toBe(4);
  });

  it("B9: gives the callers that one close refuses one error", async () => {
    const { closed } = await errorsOf(undefined, (pool) => pool.close());

    expect(closed[0]).toBe(closed[1]);
    expect(closed[1]).not.toBe(closed[2]);
  });

  it("P10: makes one error a stop, however many functions are skipped", async () => {
    const { pool } = await busyPool({ workers: 1, queueSize: 3 });
    const skipped = watchAll(...[1, 2, 3].map((n) => pool.submit(() => n)));

    void pool.stop();
    await settle();

    expect(skipped[0]!.reason).toBeInstanceOf(JobSkippedError);
    expect(new Set(skipped.map(({ reason }) => reason)).size).toBe(1);
  });

  it("P10: tells the caller of a skipped function why it was not called", async () => {
    const { skipped } = await errorsOf(undefined, (pool) => pool.stop());

    expect(skipped).toStrictEqual(new JobSkippedError(SKIPPED));
  });

  it("P17: a wrong number of workers names the pool", () => {
    const message = 'pool "thumbs": workers must be a positive integer, not 0';
    expect(() => new WorkerPool({ workers: 0, name: "thumbs" })).toThrow(new RangeError(message));
    expect(() => new WorkerPool({ workers: 1, name: "thumbs" }).resize(0)).toThrow(
      new RangeError(message),
    );
  });

  it("P17: errors name the pool", async () => {
    const { closed, skipped, terminated } = await errorsOf('"x"', (pool) => pool.stop());

    for (const error of closed) {
      expect(error).toStrictEqual(new PoolClosedError(CLOSED.replace("pool", 'pool "\\"x\\""')));
    }
    expect(skipped).toStrictEqual(new JobSkippedError(SKIPPED.replace("pool", 'pool "\\"x\\""')));
    expect(terminated).toStrictEqual(
      new PoolClosedError(TERMINATED.replace("pool", 'pool "\\"x\\""')),
    );
  });

  it("P17: what is wrong with an argument is told with the name of the pool", async () => {
    const pool = new WorkerPool<TestJob>({ workers: 1, name: "thumbs", bind: () => 1 as never });
    const no = 1 as never;
    const told = (message: string) => new TypeError(`pool "thumbs": ${message}`);

    expect(() => pool.tryQueue(no)).toThrow(told("a job must have a run method"));
    await expect(pool.queue(no)).rejects.toThrow(told("a job must have a run method"));
    await expect(pool.submit(no)).rejects.toThrow(told("fn must be a function"));
    await expect(pool.trySubmit(no)).rejects.toThrow(told("fn must be a function"));
    await expect(pool.queue(quick("a"))).rejects.toThrow(told("bind must return a function"));
    await expect(pool.queue(quick("a"), { signal: no })).rejects.toThrow(
      told("signal must be an AbortSignal"),
    );
  });

  it("P17: carry the reason of abort as their cause", async () => {
    const cause = new Error("SIGTERM");
    const { closed, skipped, terminated } = await errorsOf(undefined, (pool) => pool.abort(cause));

    for (const error of closed) {
      expect(error).toStrictEqual(new PoolClosedError(CLOSED, { cause }));
      expect((error as Error).cause).toBe(cause);
    }
    expect((skipped as Error).cause).toBe(cause);
    expect((terminated as Error).cause).toBe(cause);
  });

  it.each([null, false, "SIGTERM"])("P17: carry %p as their cause", async (cause) => {
    const { closed, skipped } = await errorsOf(undefined, (pool) => pool.abort(cause));

    for (const error of [...closed, skipped]) expect(error).toHaveProperty("cause", cause);
  });

  it("P17: have no cause if abort has no reason, or if it comes too late", async () => {
    const { closed, skipped } = await errorsOf(undefined, (pool) => pool.abort());
    for (const error of [...closed, skipped]) expect("cause" in (error as object)).toBe(false);

    const pool = new WorkerPool({ workers: 1 });
    await pool.close();
    await pool.abort(new Error("late"));
    expect(await pool.submit(() => 1).catch((error: unknown) => error)).not.toHaveProperty("cause");
  });

  it("P17: of several reasons the first counts, also after a close", async () => {
    const { closed, skipped } = await errorsOf(undefined, (pool) => {
      void pool.close();
      void pool.abort("first");
      return pool.abort("second");
    });

    // Those that had waited were refused by close.
    const causes = closed.map((error) => (error as Error).cause);
    expect(causes).toEqual([undefined, undefined, "first", "first", "first", "first"]);
    expect((skipped as Error).cause).toBe("first");
  });
});

describe("the rejections of a pool", () => {
  it("C12: what fails in a pool is no unhandled rejection of the pool's", async () => {
    const { pool, running } = await busyPool({ workers: 2, queueSize: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const fail = () => Promise.reject(new Error("no"));

    const unhandled = await toldToProcess("unhandledRejection", () => {
      pool.tryQueue(new TestJob("fails", fail));
      const outcomes = watchAll(
        pool.submit(fail),
        pool.submit(() => 1, { signal }),
        pool.submit(() => 1),
        pool.retrieve({ signal }),
      );
      running[0]!.fail(new Error("no"));
      controller.abort();
      void pool.abort();
      running[1]!.fail(undefined);
      return settle().then(() => expect(statuses(outcomes)).not.toContain("pending"));
    });

    expect(unhandled).toEqual([]);
    expect(pool.state).toBe("terminated");
  });

  it("C12: a rejection that a caller leaves floating is one, once", async () => {
    const { pool } = await busyPool({ workers: 1, queueSize: 1 });

    const unhandled = await toldToProcess("unhandledRejection", () => {
      void pool.submit(() => 1);
      void pool.submit(() => 1);
      void pool.queue(quick("blocked"));
      void pool.stop();
    });

    expect(unhandled.map((error) => (error as Error).name).sort()).toEqual([
      "JobSkippedError",
      "PoolClosedError",
      "PoolClosedError",
    ]);
  });
});

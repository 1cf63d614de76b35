// The matrix of a pool's end: every order of close, stop, shutdown, abort and dispose, in every
// situation; and the law of counters after every microtask of it.

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { isFull } from "../../../../tools/testing/depth.js";
import { WorkerPool } from "../../src/index.js";
import { afterEveryMicrotask } from "../support/activity.js";
import { lost } from "../support/counters.js";
import { Gate, names, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { fakeTime, pass } from "../support/time.js";
import { type VerbName, verbs } from "../support/verbs.js";
import { type Outcome, watch } from "../support/watch.js";

type Ender = VerbName | "dispose";

const NO = new Error("no");
const enders: Ender[] = ["close", "stop", "shutdown", "abort", "dispose"];

function end(pool: WorkerPool<TestJob>, ender: Ender): Promise<unknown> {
  return ender === "dispose" ? pool[Symbol.asyncDispose]() : verbs[ender](pool);
}

function stops(ender: Ender): boolean {
  return ender !== "close" && ender !== "dispose";
}

/** All sequences of so many enders, the same one several times included. */
function sequences(length: number): Ender[][] {
  if (length === 0) return [[]];
  return sequences(length - 1).flatMap((before) => enders.map((ender) => [...before, ender]));
}

/** What is there when the pool is ended; `job` and `fn` are in it, and what becomes of them is told. */
interface Situation {
  readonly pool: WorkerPool<TestJob>;
  readonly job: TestJob;
  readonly fn: Outcome<unknown>;
  /** Lets what runs end. */
  readonly letEnd: () => void;
  /** What becomes of both if the pool is only closed, and if it is stopped. */
  readonly closed: "fulfilled" | "rejected";
  readonly stopped: "fulfilled" | "rejected" | "skipped";
}

const situations: Record<string, () => Promise<Situation>> = {
  "both run": async () => {
    const gate = new Gate();
    const pool = new WorkerPool<TestJob>({ workers: 2 });
    const job = new TestJob("job", () => gate.promise);
    pool.tryQueue(job);
    const fn = watch(pool.submit(() => gate.promise));
    await settle();
    return {
      ...{ pool, job, fn, closed: "fulfilled", stopped: "fulfilled" },
      letEnd: () => gate.open(1),
    };
  },
  "both wait during a pause": async () => {
    const pool = new WorkerPool<TestJob>({ workers: 2 });
    pool.pause();
    const job = new TestJob("job", () => 1);
    pool.tryQueue(job);
    const fn = watch(pool.submit(() => 1));
    return {
      ...{ pool, job, fn, closed: "fulfilled", stopped: "skipped" },
      letEnd: () => undefined,
    };
  },
  "both wait for the time of a try": async () => {
    const pool = new WorkerPool<TestJob>({ workers: 2, retry: { times: 1, delay: () => 100 } });
    const run = ({ attempt }: { attempt: number }) => {
      if (attempt === 1) throw NO;
    };
    const job = new TestJob("job", run);
    pool.tryQueue(job);
    const fn = watch(pool.submit(run));
    await settle();
    return {
      ...{ pool, job, fn, closed: "fulfilled", stopped: "rejected" },
      letEnd: () => undefined,
    };
  },
  "both wait for a worker for a try": async () => {
    const gates = [new Gate(), new Gate()];
    const pool = new WorkerPool<TestJob>({ workers: 2, retry: { times: 1 } });
    const body = () => gates[0]!.promise;
    const job = new TestJob("job", ({ attempt }) => (attempt === 1 ? body() : 1));
    pool.tryQueue(job);
    const fn = watch(pool.submit(({ attempt }) => (attempt === 1 ? body() : 1)));
    await settle();
    pool.resize(3);
    watch(pool.submit(() => gates[1]!.promise));
    await settle();
    pool.resize(1);
    gates[0]!.fail(NO);
    await settle();
    return {
      ...{ pool, job, fn, closed: "fulfilled", stopped: "rejected" },
      letEnd: () => gates[1]!.open(1),
    };
  },
  "both were timed out": async () => {
    const gate = new Gate();
    const pool = new WorkerPool<TestJob>({ workers: 2, timeout: 100 });
    const job = new TestJob("job", () => gate.promise);
    pool.tryQueue(job);
    const fn = watch(pool.submit(() => gate.promise));
    await pass(100);
    return {
      ...{ pool, job, fn, closed: "rejected", stopped: "rejected" },
      letEnd: () => gate.open(1),
    };
  },
  "both were timed out, and will be tried": async () => {
    const gate = new Gate();
    const pool = new WorkerPool<TestJob>({ workers: 2, timeout: 100, retry: { times: 1 } });
    const job = new TestJob("job", ({ attempt }) => (attempt === 1 ? gate.promise : 1));
    pool.tryQueue(job);
    const fn = watch(pool.submit(({ attempt }) => (attempt === 1 ? gate.promise : 1)));
    await pass(100);
    return {
      ...{ pool, job, fn, closed: "fulfilled", stopped: "rejected" },
      letEnd: () => gate.open(1),
    };
  },
};

/** Ends a pool in that situation, and looks at all that is told. */
async function endAll(situation: Situation, order: readonly Ender[]): Promise<void> {
  const { pool, job, fn, letEnd, closed, stopped } = situation;
  const problems = new Set<string>();
  const look = () => {
    const { stats, state } = pool;
    const over = state !== "open" && stats.waiting === 0 && stats.inProgress === 0;
    if (lost(stats) !== 0) problems.add(`the law is broken: ${JSON.stringify(stats)}`);
    if (over !== (state === "terminated")) problems.add(`${state}: ${JSON.stringify(stats)}`);
  };
  const stopLooking = afterEveryMicrotask(look);
  const idle = watch(pool.idle());
  const endings = order.map((ender) => {
    const ending = watch(end(pool, ender));
    look();
    return ending;
  });
  await settle();
  letEnd();
  await pass(100);
  stopLooking();

  expect([...problems]).toEqual([]);
  expect([pool.state, pool.paused, idle.status]).toEqual(["terminated", false, "fulfilled"]);
  expect(endings.map(({ status }) => status)).toEqual(order.map(() => "fulfilled"));

  const fate = order.some(stops) ? stopped : closed;
  const { skipped, unread } = await pool.shutdown();
  order.forEach((ender, i) => {
    const { value } = endings[i]!;
    if (!stops(ender)) expect(value).toBeUndefined();
    else if (ender === "shutdown") expect(value).toEqual({ skipped, unread });
    else expect(value).toEqual(skipped);
  });
  const results = order.includes("shutdown") ? unread : [...readAll(pool), ...unread];
  if (fate === "skipped") {
    expect([names(skipped), results]).toEqual([["job"], []]);
    expect(fn.reason).toMatchObject({ code: "ERR_JOB_SKIPPED" });
  } else {
    expect(skipped).toEqual([]);
    expect(results).toMatchObject([{ job, status: fate, attempts: job.runs }]);
    expect(fn.status).toBe(fate);
  }
}

describe("the end of a pool", () => {
  fakeTime();

  describe.each(Object.entries(situations))("when %s", (_, make) => {
    it("P5, P11: is the same in every order of close, stop, shutdown, abort and dispose", async () => {
      for (const length of isFull ? [1, 2, 3] : [1, 2]) {
        for (const order of sequences(length)) await endAll(await make(), order);
      }
    });
  });
});

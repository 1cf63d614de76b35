// What becomes of everything that a pool may hold, for each verb that ends it, and for each two of
// them in either order: at once, one after the other, and called from inside a job.

import { describe, expect, it } from "@jest/globals";

import "../support/still-clock.js";
import { JobSkippedError, PoolClosedError, WorkerPool } from "../../src/index.js";
import { counters } from "../support/counters.js";
import { Gate, jobs, names, quick, readAll, TestJob } from "../support/jobs.js";
import { settle } from "../support/settle.js";
import { type VerbName, verbNames, verbs } from "../support/verbs.js";
import { statuses, watch, watchAll } from "../support/watch.js";

type Sequence = readonly VerbName[];

const sequences = verbNames
  .flatMap((first): Sequence[] => [[first], ...verbNames.map((second) => [first, second] as const)])
  .map((sequence) => ({ sequence, title: sequence.join(", then ") }));

/** A pool with one of each: unread, running, waiting and blocked, as a job and as a function. */
async function fullPool() {
  const pool = new WorkerPool<TestJob>({ workers: 2, queueSize: 2 });
  const [waiting, blocked] = jobs("waiting", "blocked");
  const gate = new Gate<string>();
  const order = new Gate<() => void>();
  const running = new TestJob("running", async () => {
    (await order.promise)();
    await gate.promise;
  });
  const called: string[] = [];
  const fn = (name: string) => () => {
    called.push(name);
    return gate.promise;
  };

  await pool.queue(quick("unread"));
  await settle();
  await pool.queue(running);
  const runningFn = watch(pool.submit(fn("running")));
  await settle();
  await pool.queue(waiting);
  const waitingFn = watch(pool.submit(fn("waiting")));
  const refused = watchAll(pool.queue(blocked), pool.submit(fn("blocked")));
  await settle();
  expect(pool.stats).toEqual(
    counters({ accepted: 5, waiting: 2, inProgress: 2, finished: 1, blocked: 2 }),
  );

  const endAll = async () => {
    order.open(() => undefined);
    gate.open("value");
    await settle();
    waiting.end();
    await settle();
  };
  return { pool, running, waiting, blocked, called, runningFn, waitingFn, refused, order, endAll };
}

type Full = Awaited<ReturnType<typeof fullPool>>;

function expectStopped({ pool, waiting, waitingFn, called }: Full): void {
  expect(pool.state).toBe("stopping");
  expect([waiting.runs, called]).toEqual([0, ["running"]]);
  expect(waitingFn.reason).toBeInstanceOf(JobSkippedError);
  expect(pool.stats).toMatchObject({ waiting: 0, inProgress: 2, skipped: 2 });
}

function expectClosing({ pool, waitingFn }: Full): void {
  expect(pool.state).toBe("closing");
  expect(waitingFn.status).toBe("pending");
  expect(pool.stats).toMatchObject({ waiting: 2, inProgress: 2, skipped: 0 });
}

async function expectAfter(sequence: Sequence, full: Full): Promise<void> {
  const { pool, running, waiting, blocked, called, runningFn, waitingFn, refused, endAll } = full;
  const onlyClose = sequence.every((verb) => verb === "close");
  const shut = sequence.includes("shutdown");

  if (onlyClose) expectClosing(full);
  else expectStopped(full);
  expect(pool.stats.blocked).toBe(0);
  for (const { reason } of refused) expect(reason).toBeInstanceOf(PoolClosedError);
  expect(pool.tryRetrieve()).toMatchObject(
    shut ? { done: true } : { finished: { job: { name: "unread" } }, done: false },
  );
  expect(running.context?.signal.aborted).toBe(sequence.includes("abort"));
  expect(runningFn.status).toBe("pending");

  await endAll();

  expect(pool.state).toBe("terminated");
  expect(runningFn).toMatchObject({ status: "fulfilled", value: "value" });
  expect([running.runs, blocked.runs]).toEqual([1, 0]);
  expect(waiting.runs).toBe(onlyClose ? 1 : 0);
  expect(called).toEqual(onlyClose ? ["running", "waiting"] : ["running"]);
  expect(waitingFn.status).toBe(onlyClose ? "fulfilled" : "rejected");

  const skipped = onlyClose ? [] : ["waiting"];
  const late = onlyClose ? ["running", "waiting"] : ["running"];
  expect(pool.stats).toEqual(
    counters({
      accepted: 5,
      skipped: onlyClose ? 0 : 2,
      // The function that ran, and, of results, what was read above or handed out.
      retrieved: onlyClose ? 3 : shut ? 3 : 2,
      finished: shut ? 0 : late.length,
    }),
  );
  expect(names(readAll(pool))).toEqual(shut ? [] : late);
  expect(pool.tryRetrieve()).toEqual({ finished: undefined, done: true });
  await expect(pool.stop()).resolves.toEqual(skipped.map(() => waiting));
  const told = await pool.shutdown();
  expect(names(told.skipped)).toEqual(skipped);
  expect(names(told.unread)).toEqual(shut ? ["unread", ...late] : []);
}

describe("WorkerPool", () => {
  describe.each(sequences)("$title", ({ sequence }) => {
    it("P5: decides what becomes of all that the pool holds, when called in one tick", async () => {
      const full = await fullPool();

      const outcomes = watchAll(...sequence.map((verb) => verbs[verb](full.pool)));
      await settle();

      expect(statuses(outcomes)).toEqual(sequence.map(() => "pending"));
      await expectAfter(sequence, full);
      expect(statuses(outcomes)).toEqual(sequence.map(() => "fulfilled"));
    });

    it("P5: decides the same when called one after the other", async () => {
      const full = await fullPool();

      for (const verb of sequence) {
        void verbs[verb](full.pool);
        await settle();
      }

      await expectAfter(sequence, full);
    });

    it("P5: decides the same when called from inside a job", async () => {
      const full = await fullPool();

      full.order.open(() => {
        for (const verb of sequence) void verbs[verb](full.pool);
      });
      await settle();

      await expectAfter(sequence, full);
    });

    it("P5: changes nothing on a pool that has terminated", async () => {
      const { pool, endAll } = await fullPool();
      void pool.close();
      await endAll();
      expect(names(readAll(pool))).toEqual(["unread", "running", "waiting"]);
      const before = pool.stats;

      const outcomes = watchAll(...sequence.map((verb) => verbs[verb](pool)));
      expect(pool.state).toBe("terminated");
      await settle();

      expect(statuses(outcomes)).toEqual(sequence.map(() => "fulfilled"));
      expect([pool.state, pool.stats]).toEqual(["terminated", before]);
    });
  });
});

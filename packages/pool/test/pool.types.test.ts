// What the types promise. Most of it is checked by the compiler; that it runs, too, is a bonus.

import { AsyncResource } from "node:async_hooks";

import { describe, expect, it } from "@jest/globals";
import type { RecvChan } from "@chankit/channel";

import "./support/still-clock.js";
import * as api from "../src/index.js";
import {
  type Finished,
  type Job,
  type JobContext,
  type PoolState,
  type PoolStats,
  type WorkerInfo,
  WorkerPool,
  type WorkerPoolOptions,
} from "../src/index.js";
import { quick } from "./support/jobs.js";

/** `true` if each of the types is assignable to the other. */
type Equal<A, B> = [A, B] extends [B, A] ? true : false;

/** Compiles if the argument is `true`. */
function holds(value: true): void {
  expect(value).toBe(true);
}

interface Square extends Job {
  readonly n: number;
  result: number | undefined;
}

function square(n: number): Square {
  return {
    n,
    result: undefined,
    run() {
      this.result = this.n ** 2;
    },
  };
}

describe("the types of WorkerPool", () => {
  it("P1: options are numbers, and a name", () => {
    const options: Required<WorkerPoolOptions> = {
      workers: 1,
      queueSize: 1,
      finishedSize: undefined,
      discardResults: false,
      timeout: Infinity,
      retry: { times: 1, delay: (failures) => 2 ** failures },
      ageing: undefined,
      name: "name",
      bind: undefined,
    };

    expect(new WorkerPool(options).name).toBe("name");
    // @ts-expect-error: the number of workers has no default
    expect(() => new WorkerPool({})).toThrow(RangeError);
  });

  it("P7: what comes out is what went in", async () => {
    const pool = new WorkerPool<Square>({ workers: 1 });
    await pool.queue(square(3));

    const finished = await pool.retrieve();
    holds(true satisfies Equal<typeof finished, Finished<Square> | undefined>);
    holds(true satisfies Equal<typeof pool.finished, RecvChan<Finished<Square>>>);
    expect(finished?.job.result).toBe(9);

    // @ts-expect-error: a job of another kind
    await pool.queue(quick("another"));
    for (const job of await pool.stop()) expect(job.result).toBeUndefined();
  });

  it("P7: tryRetrieve narrows by what it has found", () => {
    const pool = new WorkerPool<Square>({ workers: 1 });
    const read = pool.tryRetrieve();

    if (read.finished !== undefined) holds(true satisfies Equal<typeof read.done, false>);
    else holds(true satisfies Equal<typeof read.done, boolean>);
  });

  it("P9: a result can be taken apart; its reason is there if the status says so", async () => {
    const pool = new WorkerPool<Square>({ workers: 1, queueSize: 2 });
    await pool.queue(square(1));
    await pool.queue({ ...square(2), run: () => Promise.reject(new Error("no")) });
    void pool.close();
    const reasons: unknown[] = [];

    for await (const { job, status, reason } of pool) {
      holds((job.n > 0) satisfies boolean as true);
      if (status === "fulfilled") holds(true satisfies Equal<typeof reason, undefined>);
      else holds(true satisfies Equal<typeof reason, unknown>);
      reasons.push(reason);
    }

    expect(reasons).toEqual([undefined, new Error("no")]);
  });

  it("P10: trySubmit gives what submit gives, or nothing", async () => {
    const pool = new WorkerPool({ workers: 1 });

    const promise = pool.trySubmit(async () => 1);
    holds(true satisfies Equal<typeof promise, Promise<number> | undefined>);
    await expect(promise).resolves.toBe(1);
  });

  it("P15: AsyncResource.bind can be given as it is, and so can a function of one's own", () => {
    const bind: NonNullable<WorkerPoolOptions["bind"]> = (run) => run;

    expect(() => new WorkerPool({ workers: 1, bind: AsyncResource.bind })).not.toThrow();
    expect(() => new WorkerPool({ workers: 1, bind })).not.toThrow();
    // @ts-expect-error: no function
    expect(() => new WorkerPool({ workers: 1, bind: 1 })).toThrow(TypeError);
  });

  it("P10: submit gives what its function gives, of promises what they give", async () => {
    const pool = new WorkerPool({ workers: 1 });

    const value = await pool.submit(async ({ worker, signal }: JobContext) => [
      worker,
      signal.aborted,
    ]);
    holds(true satisfies Equal<typeof value, (number | boolean)[]>);
    expect(value).toEqual([0, false]);
  });

  it("P11, P12: counters and handles are for reading", () => {
    const pool = new WorkerPool<Square>({ workers: 1 });
    const stats: PoolStats = pool.stats;
    const worker: WorkerInfo<Square> | undefined = pool.workers[0];
    const states: Record<PoolState, number> = { open: 1, closing: 2, stopping: 3, terminated: 4 };
    holds(true satisfies Equal<WorkerInfo<Square>["job"], Square | undefined>);

    // @ts-expect-error: a counter
    stats.accepted = 1;
    // @ts-expect-error: a handle
    expect(() => void (worker!.busy = true)).toThrow(TypeError);
    // @ts-expect-error: no list of workers either
    expect(() => void (pool.workers = [])).toThrow(TypeError);
    expect(states[pool.state]).toBe(1);
  });

  it("exports no more values than these", () => {
    expect(Object.keys(api).sort()).toEqual(["JobSkippedError", "PoolClosedError", "WorkerPool"]);
  });
});

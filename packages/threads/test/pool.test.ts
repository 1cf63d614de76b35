// A pool over threads: its verbs, with real threads underneath.

import { WorkerPool } from "@chankit/pool";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Threads } from "../src/index.js";
import { type AnyTasks, realThreads, terminateAll, until, Words } from "./support/real.js";

// They take their time to start: the tests share them.
let threads: Threads<AnyTasks>;

beforeAll(async () => {
  threads = await realThreads({ size: 2, grace: Infinity });
});

afterAll(terminateAll);

/** A pool whose worker i runs on thread i. */
function poolOf(options: { queueSize?: number } = {}): WorkerPool {
  return new WorkerPool({ workers: threads.size, ...options });
}

function law({ stats }: WorkerPool): boolean {
  const { accepted, waiting, inProgress, finished, retrieved, skipped } = stats;
  return accepted === waiting + inProgress + finished + retrieved + skipped;
}

describe("a pool over threads", () => {
  it("X1, X9: worker i of the pool runs on thread i", async () => {
    const pool = poolOf({ queueSize: Infinity });
    const places = await Promise.all(
      Array.from({ length: 20 }, () =>
        pool.submit(async (context) => {
          const { thread } = (await threads.run("where", 0, { ...context })) as {
            thread: number;
          };
          return [context.worker, thread];
        }),
      ),
    );
    expect(places.filter(([worker, thread]) => worker !== thread)).toEqual([]);
    expect(new Set(places.map(([worker]) => worker)).size).toBe(2);
    expect(law(pool)).toBe(true);
    await pool.close();
  });

  it("X2, P9: a task that throws is a job that failed", async () => {
    const pool = poolOf();
    await expect(pool.submit(() => threads.run("throws"))).rejects.toMatchObject({ status: 404 });
    await pool.queue({ run: () => threads.run("exit", 4) });
    const finished = await pool.retrieve();
    expect(finished).toMatchObject({ status: "rejected", reason: { name: "ThreadExitError" } });
    await expect(pool.submit(() => threads.run("add", 1))).resolves.toBe(2);
    expect(pool.stats).toMatchObject({ accepted: 3, retrieved: 3, failed: 2 });
    await pool.close();
  });

  it("X4, P5: stop lets what runs end, and never sends the rest", async () => {
    const pool = poolOf({ queueSize: 10 });
    const words = new Words();
    const running = [0, 1].map(() => pool.submit(() => threads.run("hold", words.buffer)));
    const waiting = pool.submit(() => threads.run("hold", words.buffer));
    await until(() => words.begun === 2);
    const stopped = pool.stop();
    await expect(waiting).rejects.toMatchObject({ name: "JobSkippedError" });
    expect([pool.state, law(pool)]).toEqual(["stopping", true]);
    words.go();
    await expect(Promise.all(running)).resolves.toEqual([false, false]);
    await stopped;
    expect([words.begun, pool.state]).toEqual([2, "terminated"]);
  });

  it("X4, P5: abort reaches what runs, in a loop or waiting", async () => {
    const pool = poolOf({ queueSize: 10 });
    const words = new Words();
    const loop = pool.submit((context) => threads.run("hold", words.buffer, { ...context }));
    const wait = pool.submit(({ signal }) => threads.run("wait", words.buffer, { signal }));
    await until(() => words.begun === 2);
    const aborted = pool.abort("enough");
    await expect(loop).rejects.toBe("enough");
    await expect(wait).rejects.toBe("enough");
    await aborted;
    expect(law(pool)).toBe(true);
    await until(() => words.ended === 1);
  });

  it("X4, P10: the signal of one function ends a loop that heeds nothing, and the pool goes on", async () => {
    const others = await realThreads({ size: 1, grace: 0 });
    const pool = new WorkerPool({ workers: 1 });
    const words = new Words();
    const controller = new AbortController();
    const { signal } = controller;
    const stuck = pool.submit((context) => others.run("stuck", words.buffer, { ...context }), {
      signal,
    });
    await until(() => words.begun === 1);
    controller.abort("enough");
    await expect(stuck).rejects.toBe("enough");
    const sums = [1, 2, 3].map((n) => pool.submit(() => others.run("add", n)));
    await expect(Promise.all(sums)).resolves.toEqual([2, 3, 4]);
    await pool.close();
    expect(pool.stats).toMatchObject({ accepted: 4, retrieved: 4, failed: 1 });
  });

  it("X5, P5: close runs what was accepted; threads that are closed first refuse the rest", async () => {
    const others = await realThreads({ size: 1 });
    const pool = new WorkerPool({ workers: 1, queueSize: 10 });
    const words = new Words();
    const first = pool.submit(() => others.run("hold", words.buffer));
    const second = pool.submit(() => others.run("add", 1));
    await until(() => words.begun === 1);
    const ended = [pool.close(), others.close()];
    words.go();
    await expect(first).resolves.toBe(false);
    await expect(second).rejects.toMatchObject({ name: "ThreadsClosedError" });
    await Promise.all(ended);
    expect(pool.stats).toMatchObject({ accepted: 2, retrieved: 2, failed: 1 });
  });
});

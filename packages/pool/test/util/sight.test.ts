// What `@chankit/channel/debug` tells of pools, and pools tell it.

import { beforeAll, describe, expect, it } from "@jest/globals";

import { Chan, named } from "@chankit/channel";
import { record, waiting } from "@chankit/channel/debug";
import { bubble } from "@chankit/channel/testing";
import { type JobContext, WorkerPool } from "../../src/index.js";

class Thumbnail {
  readonly #run: (context: JobContext) => unknown;
  constructor(run: (context: JobContext) => unknown) {
    this.#run = run;
  }
  run(context: JobContext): unknown {
    return this.#run(context);
  }
}

/** The report of a program that cannot go on. */
async function reportOf(program: () => unknown): Promise<string> {
  const error: unknown = await bubble(program).then(
    () => new Error("it went on"),
    (reason: unknown) => reason,
  );
  return (error as Error).message;
}

const never = (): Promise<never> => new Promise(() => undefined);

describe("V1: a pool with nothing to do", () => {
  it("waits for nothing: idle workers do not count", async () => {
    const pool = new WorkerPool({ workers: 3 });
    await pool.submit(() => undefined);
    expect(waiting()).toEqual([]);
    expect(await bubble(() => new WorkerPool({ workers: 2 }).submit(() => 5))).toBe(5);
  });

  it("waits for nothing while a worker waits for a reader of its results", async () => {
    const pool = await bubble(async ({ settle }) => {
      const pool = new WorkerPool({ workers: 1, finishedSize: 0 });
      await pool.queue({ run: () => undefined });
      await settle();
      expect(waiting()).toMatchObject([{ daemon: true }]);
      return pool;
    });
    await pool.shutdown();
  });
});

describe("V1: a job that waits for its own pool is told as that", () => {
  it.each<[string, (pool: WorkerPool) => unknown, string]>([
    ["its end", (pool) => pool.close(), "for the end of its own pool, and so for itself"],
    ["its end, by stop", (pool) => pool.stop(), "for the end of its own pool, and so for itself"],
    ["room in its queue", (pool) => fill(pool), "for room in the queue of its own pool"],
    ["a result", (pool) => pool.retrieve(), "for a result of its own pool"],
    ["idleness", (pool) => pool.idle(), "for the end of its own pool, and so for itself"],
    [
      "another function",
      (pool) => pool.submit(() => 1),
      "does it wait for one of them, in its own",
    ],
  ])("%s", async (_, wait, hint) => {
    const report = await reportOf(async () => {
      const pool = new WorkerPool({ workers: 1, queueSize: 1, name: "thumbs" });
      await pool.queue(new Thumbnail(() => wait(pool)));
      await never();
    });
    expect(report).toMatch(/^fatal error[^]*task "thumbs worker 0"[^]* {2}WorkerPool "thumbs" \(/);
    expect(report).toContain(hint);
  });

  async function fill(pool: WorkerPool): Promise<void> {
    for (;;) await pool.queue({ run: () => undefined });
  }
});

describe("V1: a pool whose jobs do not end", () => {
  it("is told by what its job waits for, at its place in the program", async () => {
    const report = await reportOf(async () => {
      const pool = new WorkerPool({ workers: 2, name: "thumbs" });
      const replies = new Chan<number>(0, { name: "replies" });
      await pool.submit(() => replies.recv());
    });
    expect(report).toMatch(/task "thumbs worker 0" \[receive\]:\n {2}Chan "replies" \(cap 0/);
    expect(report).toMatch(/at .*sight\.test\.ts:\d+/);
    expect(report).not.toMatch(/pool[\\/]src[\\/]/);
  });

  it("is told by itself, if its job waits for no channel", async () => {
    const report = await reportOf(async () => {
      await new WorkerPool({ workers: 2, name: "thumbs" }).submit(never);
    });
    expect(report).toMatch(
      /task "thumbs worker 0" \[wait\]:\n {2}WorkerPool "thumbs" \(state open/,
    );
    expect(report).toContain("a job that runs does not end");
  });

  it("is told if it is paused", async () => {
    const report = await reportOf(async () => {
      const pool = new WorkerPool({ workers: 2, name: "paused" });
      pool.pause();
      await pool.submit(() => 1);
    });
    expect(report).toMatch(/WorkerPool "paused" \(state open, waiting 1,/);
    expect(report).toContain("none of them is started");
  });
});

describe("V4: a recording of a pool", () => {
  let events: ReturnType<typeof record>["events"];
  beforeAll(async () => {
    const recording = record();
    const pool = new WorkerPool<Thumbnail>({ workers: 1, name: "thumbs" });
    const out = new Chan<number>(1, { name: "out" });
    await named("main", async () => {
      await pool.queue(new Thumbnail(() => named("inner", () => out.trySend(1))));
      await pool.queue(new Thumbnail(() => out.recv()));
      await pool.submit(() => Promise.reject(new Error())).catch(() => undefined);
      for (let i = 0; i < 2; i++) await pool.retrieve();
      await pool.close();
    });
    recording.stop();
    events = recording.events;
  });

  it("has its jobs by worker, synchronous ones too, and how they ended", () => {
    const jobs = events.filter(({ kind }) => kind === "job");
    expect(jobs.map(({ task, on, detail }) => [task, on, detail])).toEqual([
      ["thumbs worker 0", 'WorkerPool "thumbs"', "Thumbnail"],
      ["thumbs worker 0", 'WorkerPool "thumbs"', "Thumbnail"],
      ["thumbs worker 0", 'WorkerPool "thumbs"', "function failed"],
    ]);
    for (const { since, time } of jobs) expect(since).toBeLessThan(time);
  });

  it("has what they do, by their worker or name, and nothing of the pool's own channels", () => {
    const others = events.filter(({ kind }) => kind !== "job");
    expect(others.map(({ kind, task, on }) => [kind, task, on])).toEqual([
      ["send", "inner", 'Chan "out"'],
      ["receive", "thumbs worker 0", 'Chan "out"'],
    ]);
  });
});

// What a job costs, in things that can be counted: a guard against regressions that no noise of the
// machine can trip. Times are measured in `bench`.

import { beforeAll, describe, expect, it } from "@jest/globals";

import { run } from "../../../tools/testing/program.js";

/** In a process of its own, where nothing else makes promises, or garbage. */
const program = `
  import { createHook } from "node:async_hooks";

  // Or else outcomes would be postponed, depending on how fast the machine is.
  performance.now = () => 0;
  const { WorkerPool } = await import("@chankit/pool");

  const MANY = 1000;
  const pool = new WorkerPool({ workers: 8, queueSize: 2 * MANY });
  const job = { run() {} };
  const operations = {
    "jobs that are queued by trying, and read by trying": async () => {
      for (let i = 0; i < MANY; i++) pool.tryQueue(job);
      await turn();
      for (let i = 0; i < MANY; i++) pool.tryRetrieve();
    },
    "one job after the other, awaited and read": async () => {
      for (let i = 0; i < MANY; i++) {
        await pool.queue(job);
        await pool.retrieve();
      }
    },
    "one function after the other, awaited": async () => {
      for (let i = 0; i < MANY; i++) await pool.submit(() => 1);
    },
    "one asynchronous function after the other, awaited": async () => {
      const fn = async () => 1;
      for (let i = 0; i < MANY; i++) await pool.submit(fn);
    },
    "functions with a timeout and a policy, awaited": async () => {
      const fn = async () => 1;
      const options = { timeout: 1000, retry: { times: 1 } };
      for (let i = 0; i < MANY; i++) await pool.submit(fn, options);
    },
    "jobs with a priority": async () => {
      for (let i = 0; i < MANY; i++) pool.tryQueue(job, { priority: i % 3 });
      await turn();
      for (let i = 0; i < MANY; i++) pool.tryRetrieve();
    },
    "values of a map": async () => {
      const fn = async (n) => n;
      let i = 0;
      const source = { [Symbol.iterator]: () => ({ next: () => ({ done: i === MANY, value: i++ }) }) };
      for await (const n of pool.map(source, fn)) void n;
    },
    "many functions at one go": async () => {
      const all = [];
      for (let i = 0; i < MANY; i++) all.push(pool.submit(() => 1));
      await Promise.all(all);
    },
    "functions that are withdrawn": async () => {
      const controller = new AbortController();
      const { signal } = controller;
      for (let i = 0; i < MANY; i++) pool.submit(() => 1, { signal }).catch(() => {});
      controller.abort();
    },
  };

  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const costs = {};
  for (const [what, operation] of Object.entries(operations)) {
    // The engine compiles meanwhile, and that takes memory, too.
    for (let i = 0; i < 20; i++) {
      await operation();
      await turn();
    }
    const samples = [];
    while (samples.length < 15) {
      gc();
      const before = process.memoryUsage().heapUsed;
      await operation();
      samples.push((process.memoryUsage().heapUsed - before) / MANY);
      await turn();
    }
    // What else the engine does can only add to it: no sample is long enough for a collection.
    const bytes = Math.min(...samples);

    let promises = 0;
    const hook = createHook({ init: (_, type) => type === "PROMISE" && promises++ }).enable();
    await operation();
    hook.disable();
    costs[what] = { promises: Math.floor(promises / MANY), bytes };
    await turn();
  }

  console.log(JSON.stringify(costs));
`;

describe("the cost of a job", () => {
  let costs: Record<string, { readonly promises: number; readonly bytes: number }>;
  beforeAll(async () => {
    costs = JSON.parse(await run(program)) as typeof costs;
    // To compile the packages first takes some of it.
  }, 180_000);

  // At most so many bytes, promises included: about half as much again as when this was written.
  it.each([
    { what: "jobs that are queued by trying, and read by trying", promises: 0, bytes: 300 },
    { what: "one job after the other, awaited and read", promises: 7, bytes: 2100 },
    { what: "one function after the other, awaited", promises: 3, bytes: 900 },
    { what: "one asynchronous function after the other, awaited", promises: 5, bytes: 1000 },
    { what: "functions with a timeout and a policy, awaited", promises: 7, bytes: 2400 },
    { what: "jobs with a priority", promises: 0, bytes: 600 },
    { what: "values of a map", promises: 9, bytes: 2600 },
    { what: "many functions at one go", promises: 4, bytes: 1500 },
    { what: "functions that are withdrawn", promises: 4, bytes: 2000 },
  ])("$what: $promises new promises, at most $bytes bytes", ({ what, promises, bytes }) => {
    expect(costs[what]?.promises).toBeLessThanOrEqual(promises);
    expect(costs[what]?.bytes).toBeLessThanOrEqual(bytes);
  });
});

// What a job costs, in things that can be counted: a guard against regressions that no noise of the
// machine can trip. Times are measured in `bench`.

import { beforeAll, describe, expect, it } from "@jest/globals";

import { type Cost, countGarbage } from "../../../tools/testing/garbage.js";

const code = `
  // Or else outcomes would be postponed, depending on how fast the machine is.
  performance.now = () => 0;
  const { WorkerPool } = await import("@chankit/pool");

  const MANY = 1000;
  const pool = new WorkerPool({ workers: 8, queueSize: 2 * MANY });
  const job = { run() {} };
  const options = { timeout: 1000, retry: { times: 1 } };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  // So many at one go, and again.
  async function inBatches(n, batch) {
    for (let i = 0; i < n; i += MANY) await batch();
  }
  async function queueAll(n, optionsOf) {
    await inBatches(n, async () => {
      for (let i = 0; i < MANY; i++) pool.tryQueue(job, optionsOf?.(i));
      await turn();
      for (let i = 0; i < MANY; i++) pool.tryRetrieve();
    });
  }
  async function submitAll(n, fn, options) {
    for (let i = 0; i < n; i++) await pool.submit(fn, options);
  }

  const workloads = {
    "jobs that are queued by trying, and read by trying": (n) => queueAll(n),
    "one job after the other, awaited and read": async (n) => {
      for (let i = 0; i < n; i++) {
        await pool.queue(job);
        await pool.retrieve();
      }
    },
    "one function after the other, awaited": (n) => submitAll(n, () => 1),
    "one asynchronous function after the other, awaited": (n) => submitAll(n, async () => 1),
    "functions with a timeout and a policy, awaited": (n) => submitAll(n, async () => 1, options),
    "jobs with a priority": (n) => queueAll(n, (i) => ({ priority: i % 3 })),
    "values of a map": async (n) => {
      let i = 0;
      const source = { [Symbol.iterator]: () => ({ next: () => ({ done: i === n, value: i++ }) }) };
      for await (const value of pool.map(source, async (value) => value)) void value;
    },
    "many functions at one go": (n) =>
      inBatches(n, () => Promise.all(Array.from({ length: MANY }, () => pool.submit(() => 1)))),
    "functions that are withdrawn": (n) =>
      inBatches(n, async () => {
        const controller = new AbortController();
        const { signal } = controller;
        for (let i = 0; i < MANY; i++) pool.submit(() => 1, { signal }).catch(() => {});
        controller.abort();
        await turn();
      }),
  };
`;

describe("the cost of a job", () => {
  let costs: Record<string, Cost>;
  beforeAll(async () => {
    costs = await countGarbage(code);
    // To compile the packages first takes some of it.
  });

  // At most so many bytes, promises included: about a third more than when this was written.
  it.each([
    { what: "jobs that are queued by trying, and read by trying", promises: 0, bytes: 200 },
    { what: "one job after the other, awaited and read", promises: 7, bytes: 2000 },
    { what: "one function after the other, awaited", promises: 3, bytes: 950 },
    { what: "one asynchronous function after the other, awaited", promises: 5, bytes: 1200 },
    { what: "functions with a timeout and a policy, awaited", promises: 7, bytes: 2400 },
    { what: "jobs with a priority", promises: 0, bytes: 400 },
    { what: "values of a map", promises: 5, bytes: 1100 },
    { what: "many functions at one go", promises: 4, bytes: 1300 },
    { what: "functions that are withdrawn", promises: 4, bytes: 1400 },
  ])("$what: $promises new promises, at most $bytes bytes", ({ what, promises, bytes }) => {
    expect(Math.floor(costs[what]?.promises ?? NaN)).toBeLessThanOrEqual(promises);
    expect(costs[what]?.bytes).toBeLessThanOrEqual(bytes);
  });
});

// What every kind of pool does: here the one in this process.

import { describe } from "@jest/globals";

import { byName, conforms } from "../../../tools/testing/conformance.js";
import { WorkerPool } from "../src/index.js";
import { TestJob } from "./support/jobs.js";
import { settle } from "./support/settle.js";

describe("WorkerPool", () => {
  conforms({
    make: async (options) => {
      const pool = new WorkerPool<TestJob>(options);
      const jobs = new Map<string, TestJob>();
      const job = (name: string): TestJob => {
        const known = jobs.get(name) ?? new TestJob(name);
        jobs.set(name, known);
        return known;
      };
      return {
        queue: (name, signal) => pool.queue(job(name), signal),
        tryQueue: async (name) => pool.tryQueue(job(name)),
        job: (name) => ({
          started: async () => {
            while (job(name).runs === 0) await settle();
          },
          end: () => {
            job(name).end();
          },
          fail: (reason) => {
            job(name).fail(reason);
          },
        }),
        ...byName(
          pool,
          ({ name }) => name,
          (finished) => finished.job,
        ),
        stats: async () => pool.stats,
      };
    },
  });
});

// What every kind of pool does: here the one in this process.

import { describe } from "@jest/globals";

import { conforms, type End } from "../../../tools/testing/conformance.js";
import { type Finished, WorkerPool } from "../src/index.js";
import { TestJob } from "./support/jobs.js";
import { settle } from "./support/settle.js";

function endOf({ job, status }: Finished<TestJob>): End {
  return { name: job.name, status };
}

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
      const names = (list: readonly TestJob[]): string[] => list.map(({ name }) => name);
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
        retrieve: async (signal) => {
          const finished = await pool.retrieve(signal);
          return finished && endOf(finished);
        },
        tryRetrieve: async () => {
          const { finished, done } = pool.tryRetrieve();
          return { finished: finished && endOf(finished), done };
        },
        close: () => pool.close(),
        stop: async () => names(await pool.stop()),
        shutdown: async () => {
          const { skipped, unread } = await pool.shutdown();
          return { skipped: names(skipped), unread: unread.map(endOf) };
        },
        stats: async () => pool.stats,
      };
    },
  });
});

// What every kind of pool does: here a `WorkerPool` whose jobs run on threads.

import { type Job, type JobContext, WorkerPool } from "@chankit/pool";
import { afterAll, beforeAll, describe } from "@jest/globals";

import { byName, conforms } from "../../../tools/testing/conformance.js";
import type { Threads } from "../src/index.js";
import { type AnyTasks, realThreads, terminateAll, until, Words } from "./support/real.js";

let threads: Threads<AnyTasks>;

beforeAll(async () => {
  threads = await realThreads({ size: 1 });
});

afterAll(terminateAll);

/** Runs on a thread until the test ends it. */
class ThreadJob implements Job {
  readonly name: string;
  readonly words = new Words();
  failure: Error | undefined;

  constructor(name: string) {
    this.name = name;
  }

  async run({ signal, worker }: JobContext): Promise<void> {
    await threads.run("hold", this.words.buffer, { signal, worker });
    if (this.failure !== undefined) await threads.run("rejects", this.failure, { worker });
  }
}

describe("WorkerPool over threads", () => {
  conforms({
    rule: "X1",
    make: async (options) => {
      const pool = new WorkerPool<ThreadJob>(options);
      const jobs = new Map<string, ThreadJob>();
      const job = (name: string): ThreadJob => {
        const known = jobs.get(name) ?? new ThreadJob(name);
        jobs.set(name, known);
        return known;
      };
      return {
        queue: (name, signal) => pool.queue(job(name), signal),
        tryQueue: async (name) => pool.tryQueue(job(name)),
        job: (name) => ({
          started: () => until(() => job(name).words.begun > 0),
          end: () => {
            job(name).words.go();
          },
          fail: (reason) => {
            job(name).failure = reason;
            job(name).words.go();
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

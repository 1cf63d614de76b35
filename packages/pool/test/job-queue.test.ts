import { describe, expect, it } from "@jest/globals";

import { PoolErrors } from "../src/errors.js";
import type { Job } from "../src/job.js";
import { JobQueue } from "../src/job-queue.js";
import { QueueEntry } from "../src/queue-entry.js";

describe("JobQueue", () => {
  it("is a channel whose cap is what may wait; a free worker is room beyond it", () => {
    const events = { accepted: () => undefined, withdrawn: () => undefined };
    const jobs = new JobQueue<Job>(2, 1, new PoolErrors(undefined), events);
    const entry = () => new QueueEntry<Job>({ run: () => undefined }, undefined, undefined);

    expect([1, 2, 3, 4].map(() => jobs.trySend(entry()))).toEqual([true, true, true, false]);
    expect(jobs.cap).toBe(1);
    expect(jobs.len).toBe(3);
  });

  it("gives nothing to a receive: what waits is started, not received", () => {
    const events = { accepted: () => undefined, withdrawn: () => undefined };
    const jobs = new JobQueue<Job>(2, 1, new PoolErrors(undefined), events);
    jobs.trySend(new QueueEntry<Job>({ run: () => undefined }, undefined, undefined));

    expect(jobs.tryRecv()).toBeUndefined();
    expect(jobs.len).toBe(1);
  });
});

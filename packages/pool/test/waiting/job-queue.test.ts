import { describe, expect, it } from "@jest/globals";

import type { Job } from "../../src/job/job.js";
import { JobQueue } from "../../src/waiting/job-queue.js";
import { checkOptions } from "../../src/life/options.js";
import { JobEntry } from "../../src/job/queue-entry.js";

const nothing = (): undefined => undefined;
const events = {
  startable: nothing,
  gaveUp: nothing,
  withdrawn: nothing,
  unblocked: nothing,
};
const emptyQueue = () => new JobQueue<Job>(checkOptions({ workers: 2, queueSize: 1 }), events);
const entry = () => new JobEntry<Job>({ run: nothing }, undefined);

describe("JobQueue", () => {
  it("is a channel whose cap is what may wait; a free worker is room beyond it", () => {
    const jobs = emptyQueue();
    expect([1, 2, 3, 4].map(() => jobs.trySend(entry()))).toEqual([true, true, true, false]);
    expect(jobs.cap).toBe(1);
    expect(jobs.len).toBe(3);
  });

  it("gives nothing to a receive: what waits is started, not received", () => {
    const jobs = emptyQueue();
    jobs.trySend(entry());

    expect(jobs.tryRecv()).toBeUndefined();
    expect(jobs.len).toBe(1);
  });
});

import { describe, expect, it } from "@jest/globals";

import { JobQueue } from "../src/job-queue.js";

describe("JobQueue", () => {
  it("is a channel whose cap is what may wait; a free worker is room beyond it", () => {
    const accepted = { accepted: () => undefined, withdrawn: () => undefined };
    const jobs = new JobQueue(2, 1, accepted);
    const job = { run: () => undefined };

    expect([1, 2, 3, 4].map(() => jobs.trySend(job))).toEqual([true, true, true, false]);
    expect(jobs.cap).toBe(1);
    expect(jobs.len).toBe(3);
  });
});

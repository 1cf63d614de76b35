// Many jobs, two at a time; a caller that brings more waits while the queue is full.

import { after } from "@chankit/channel";
import { type Finished, type Job, WorkerPool } from "@chankit/pool";

/** Finds the root of a number, and keeps it: a job is where its result is. */
class Root implements Job {
  root = NaN;
  readonly square: number;

  constructor(square: number) {
    this.square = square;
  }

  async run(): Promise<void> {
    await after(this.square % 5).recv(); // hard work
    if (this.square < 0) throw new Error("has no root");
    this.root = Math.sqrt(this.square);
  }
}

const pool = new WorkerPool<Root>({ workers: 2, queueSize: 2, name: "roots" });

async function feed(): Promise<void> {
  for (const square of [49, 36, -1, 25, 16, 9, 4, 1]) {
    await pool.queue(new Root(square)); // waits while the queue is full
  }
  await pool.close(); // what was accepted is run to the end; then the loop below ends, too
}
const feeding = feed();

// They come as they are finished, and here they are put in order.
const all: Finished<Root>[] = [];
for await (const finished of pool) all.push(finished);
await feeding;
all.sort((a, b) => a.job.square - b.job.square);

// A job that fails is finished like any other; its worker has gone on with the next.
for (const { job, ...end } of all) {
  const outcome = end.status === "fulfilled" ? `has the root ${job.root}` : String(end.reason);
  console.log(`${job.square}: ${outcome}`);
}
console.log(pool.stats.retrieved, "jobs,", pool.stats.failed, "failed");

// Output:
// -1: Error: has no root
// 1: has the root 1
// 4: has the root 2
// 9: has the root 3
// 16: has the root 4
// 25: has the root 5
// 36: has the root 6
// 49: has the root 7
// 8 jobs, 1 failed

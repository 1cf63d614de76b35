// What this demo is about: a pool between a source of jobs and the reader of their results. All other
// files here are what any such program needs; `../patterns/worker-pool.ts` is smaller still.
//
//   feed     jobs --> pool.queue(job)          waits while the queue is full
//   report   for await (… of pool) --> tell    waits while a result is told
//
// Each waits for the next: if results are told slowly, finished jobs pile up to their bound and the
// workers wait; then the queue fills, and the source waits. A job that was told is garbage. So it does
// not matter to the memory how many there are.

import { type Finished, type Job, PoolClosedError, type WorkerPool } from "@chankit/pool";

/**
 * Runs all jobs through the pool, and tells of each as it is finished. Ends when the last is told:
 * the last that there is, or the last that was started before `pool.stop()`.
 */
export async function runAll<J extends Job>(
  pool: WorkerPool<J>,
  jobs: AsyncIterable<J>,
  tell: (finished: Finished<J>) => Promise<void>,
): Promise<void> {
  async function feed(): Promise<void> {
    try {
      // Waits while the queue is full: this is what keeps the source from running ahead.
      for await (const job of jobs) await pool.queue(job);
    } catch (error) {
      // The pool was stopped meanwhile: this job was not accepted.
      if (!(error instanceof PoolClosedError)) throw error;
    } finally {
      // What was accepted is run all the same. Then the loop of `report` comes to its end.
      await pool.close();
    }
  }

  async function report(): Promise<void> {
    for await (const finished of pool) await tell(finished);
  }

  await Promise.all([feed(), report()]);
}

// Runs that others look at, through the cell of `util/sight.ts`.

import type { Context } from "../job/context.js";
import type { Job } from "../job/job.js";
import type { QueueEntry } from "../job/queue-entry.js";
import { cell, type JobRun, type PoolSight } from "../util/sight.js";
import type { Worker } from "./worker.js";

/** Runs `entry` on `worker`; `watch` looks on. */
export function runWatched<J extends Job>(
  watch: PoolSight,
  pool: object,
  worker: Worker<J>,
  entry: QueueEntry<J>,
  context: Context,
): unknown {
  worker.run = { pool, job: entry.job, worker: worker.id, attempt: entry.terms?.attempt ?? 1 };
  return watch.run(worker.run, () => entry.run(context));
}

/** What `worker` runs, which began to be watched, has ended. */
export function tellEnd<J extends Job>(
  worker: Worker<J>,
  run: JobRun,
  failed: boolean,
  outcome: unknown,
  wasAsync: boolean,
): void {
  worker.run = undefined;
  cell.watch?.ended(run, failed, outcome, wasAsync);
}

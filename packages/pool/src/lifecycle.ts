// The life of a pool: its parts, and what becomes of them when.
//
//   queue, submit --> JobQueue --> Crew --> Results --> retrieve, for await
//                                   |
//                                   +--> the promise of submit
//
//   open --close--> closing --stop--> stopping
//    |                 |                ^ |
//    +------stop-------|----------------+ |
//                      +------------------+--> terminated: nothing waits, nothing is in progress
//
// The parts know nothing of it. They tell when a job is accepted, withdrawn or at its end, and each
// of these may be the moment at which the pool has terminated.

import { Crew } from "./crew.js";
import { PoolClosedError } from "./errors.js";
import type { Finished, Job } from "./job.js";
import { JobQueue } from "./job-queue.js";
import { Results } from "./results.js";
import type { PoolStats } from "./stats.js";

/** Whether a pool takes jobs, and what becomes of those that it has. */
export type PoolState = "open" | "closing" | "stopping" | "terminated";

/** The parts of a pool: a channel of jobs, workers, a channel of finished jobs; and its state. */
export class Lifecycle<J extends Job> {
  readonly jobs: JobQueue<J>;
  readonly results: Results<J>;
  readonly crew: Crew<J>;
  #state: PoolState = "open";

  constructor(workers: number, queueSize: number, finishedSize: number) {
    this.results = new Results<J>(finishedSize);
    this.jobs = new JobQueue<J>(workers, queueSize, {
      accepted: () => {
        this.crew.hint();
      },
      withdrawn: () => {
        this.#terminateIfDone();
      },
    });
    this.crew = new Crew<J>(this.jobs, this.results, () => {
      this.#terminateIfDone();
    });
    this.crew.resize();
  }

  get state(): PoolState {
    return this.#state;
  }

  get stats(): PoolStats {
    const { jobs, results, crew } = this;
    return {
      accepted: jobs.accepted,
      waiting: jobs.len,
      inProgress: jobs.inProgress,
      finished: results.len,
      retrieved: results.retrieved + crew.settled,
      skipped: jobs.skipped,
      failed: crew.failed,
      blocked: jobs.blocked,
    };
  }

  /** Takes no more jobs. Resolves when the pool has terminated. */
  close(): Promise<void> {
    if (this.#state === "open") this.#leaveOpen("closing");
    return this.crew.present.wait();
  }

  /** Takes no more jobs, and starts none. Resolves, when the pool has terminated, to the skipped. */
  async stop(): Promise<readonly J[]> {
    if (this.#state === "open") this.#leaveOpen("stopping");
    if (this.#state === "closing") this.#state = "stopping";
    this.jobs.skipAll();
    this.#terminateIfDone();
    await this.crew.present.wait();
    // Each caller gets a list of its own.
    return [...this.jobs.skippedJobs];
  }

  /** Stops, and ends reading at once. Resolves when the pool has terminated. */
  async shutdown(): Promise<{
    readonly skipped: readonly J[];
    readonly unread: readonly Finished<J>[];
  }> {
    const stopped = this.stop();
    this.results.endReading();
    const skipped = await stopped;
    return { skipped, unread: [...this.results.unread] };
  }

  /** Stops, and aborts the signals of the jobs in progress. */
  abort(reason: unknown): Promise<readonly J[]> {
    const stopped = this.stop();
    for (const worker of this.crew.workers) worker.abort(reason);
    return stopped;
  }

  /** Brings the pool to another number of workers, whatever its state, unless it has terminated. */
  resize(workers: number): void {
    if (this.#state === "terminated") throw new PoolClosedError("pool has terminated");
    this.jobs.resize(workers);
    this.crew.resize();
  }

  #leaveOpen(state: "closing" | "stopping"): void {
    this.#state = state;
    this.results.lift();
    this.jobs.close();
    this.#terminateIfDone();
  }

  #terminateIfDone(): void {
    if (this.#state === "open" || this.#state === "terminated") return;
    if (this.jobs.len > 0 || this.jobs.inProgress > 0) return;
    this.#state = "terminated";
    this.results.finish();
    this.crew.dismiss();
  }
}

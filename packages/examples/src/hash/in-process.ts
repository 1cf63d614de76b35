// The engine of one process: a pool of workers, and threads for large files.

import { type Finished, WorkerPool } from "@chankit/pool";

import type { Descriptors } from "./descriptors.js";
import type { Engine, Hashed, Work } from "./engine.js";
import { HashFile, Shared } from "./hash-file.js";
import type { Options } from "./options.js";
import { runAll } from "./run.js";
import { HashThreads, type Share } from "./threads.js";
import type { Found } from "./walk.js";

// Enough for the workers not to notice that lines are written in batches.
const FINISHED_SIZE = 1024;

/** Why a job was given up. */
const GIVEN_UP = new Error("given up");

/** See above. */
export class InProcess implements Engine {
  givenUp = 0;
  readonly #pool: WorkerPool<HashFile>;
  readonly #shared: Shared;
  readonly #threads: HashThreads | undefined;

  /** Threads load `tasks`. */
  constructor(options: Options, tasks: URL, descriptors: Descriptors) {
    const { workers, queueSize, threads } = options;
    this.#pool = new WorkerPool({ workers, queueSize, finishedSize: FINISHED_SIZE });
    this.#threads = threads > 0 ? new HashThreads(tasks, threads) : undefined;
    this.#shared = new Shared(descriptors, this.#threads);
  }

  get work(): Work {
    this.#shared.refresh();
    const { bytes, begun, unread } = this.#shared;
    return { pool: this.#pool.stats, bytes, begun, unread };
  }

  get shares(): readonly Share[] | undefined {
    return this.#threads?.shares;
  }

  hash(files: AsyncIterable<Found>, tell: (hashed: Hashed) => Promise<void>): Promise<void> {
    return runAll(this.#pool, this.#jobs(files), (finished) => this.#tell(finished, tell));
  }

  stop(): void {
    // What is finished can still be read.
    void this.#pool.stop();
  }

  giveUp(): void {
    void this.#pool.abort(GIVEN_UP);
  }

  async end(): Promise<void> {
    await this.#pool.abort(GIVEN_UP);
    this.#threads?.end();
  }

  async *#jobs(files: AsyncIterable<Found>): AsyncGenerator<HashFile, void> {
    for await (const found of files) yield new HashFile(found, this.#shared);
  }

  async #tell(
    finished: Finished<HashFile>,
    tell: (hashed: Hashed) => Promise<void>,
  ): Promise<void> {
    const { path, digest } = finished.job;
    if (finished.status === "fulfilled") await tell({ path, digest });
    else if (finished.reason === GIVEN_UP) this.givenUp++;
    else await tell({ path, reason: finished.reason });
  }
}

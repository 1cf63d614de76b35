// The run: three tasks around a pool.
//
//   feed     walk --> pool.queue(job)               waits while the queue is full
//   report   for await (… of pool) --> out file     waits while the file takes no more
//   count    another walk, for the ETA
//
// Each waits for the next: if the out file is slow, finished jobs pile up to their bound and the
// workers wait; then the queue fills, and the walk waits. A job that was reported is garbage. So it
// does not matter to the memory how many files there are.

import { realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";

import { PoolClosedError, WorkerPool } from "@chankit/pool";

import { FatalError, printable, reasonOf } from "./errors.js";
import type { Figures } from "./figures.js";
import { HashFile, Shared } from "./hash-file.js";
import { Interrupts } from "./interrupts.js";
import type { Options } from "./options.js";
import { OutFile } from "./out-file.js";
import { showProgress } from "./progress.js";
import { sha256sumLine } from "./sha256sum.js";
import { summaryOf, type Tally } from "./summary.js";
import { walk } from "./walk.js";

// Enough for the workers not to notice that lines are written in batches.
const FINISHED_SIZE = 1024;

/**
 * Hashes all files under `dir`, says how that went, and gives the exit code.
 *
 * @throws FatalError if it cannot be done.
 */
export async function run(options: Options, isRunByNpm: boolean): Promise<number> {
  await checkIsDirectory(options.dir);
  const out = options.out === undefined ? undefined : await OutFile.open(options.out);
  const except = options.out === undefined ? undefined : await pathBelow(options.dir, options.out);

  const pool = new WorkerPool<HashFile>({
    workers: options.workers,
    queueSize: options.queueSize,
    finishedSize: FINISHED_SIZE,
  });
  const root = Buffer.from(options.dir);
  const shared = new Shared();
  const tally: Tally = { hashed: 0, failures: 0, givenUp: 0 };
  const givenUp = new Error("given up");
  const walking = new AbortController();
  const startTime = performance.now();
  let total = 0;
  let isCounted = false;

  const figures = (): Figures => {
    const { stats } = pool;
    return {
      pool: stats,
      // Files that came after the count are files as well.
      total: Math.max(total, stats.accepted),
      isCounted,
      bytes: shared.bytes,
      seconds: (performance.now() - startTime) / 1000,
    };
  };
  const progress = showProgress(process.stderr, figures);

  const interrupts = new Interrupts({
    isRunByNpm,
    stop: () => {
      progress.log("stopping: what is in progress is finished; Ctrl-C again gives it up");
      walking.abort();
      // What runs is finished, what waits is skipped; what is finished can still be read.
      void pool.stop();
    },
    abort: () => void pool.abort(givenUp),
  });

  async function feed(): Promise<void> {
    const { signal } = walking;
    try {
      for await (const found of walk(root, { signal, except, onUnreadable: fail })) {
        // Waits while the queue is full: this is what keeps the walk from running ahead.
        await pool.queue(new HashFile(found, shared));
      }
    } catch (error) {
      // Ctrl-C has stopped the pool: this job was not accepted.
      if (!(error instanceof PoolClosedError)) throw error;
    } finally {
      // What was accepted is run all the same. Then the loop of `report` comes to its end.
      await pool.close();
    }
  }

  async function report(): Promise<void> {
    for await (const finished of pool) {
      const { job } = finished;
      if (finished.status === "fulfilled") {
        tally.hashed++;
        await out?.add(sha256sumLine(job.digest, job.path));
      } else if (finished.reason === givenUp) {
        tally.givenUp++;
      } else {
        fail(job.path, finished.reason);
      }
    }
  }

  // The walk that feeds the pool cannot tell how far it will go, since the pool holds it back. One
  // that only counts is over soon, as long as it need not queue up behind all that the jobs read.
  async function count(): Promise<void> {
    const { signal } = walking;
    const files = walk(root, { signal, except, blocking: true });
    while ((await files.next()).done !== true) total++;
    isCounted = !signal.aborted;
  }

  function fail(path: Buffer, reason: unknown): void {
    tally.failures++;
    progress.log(`${printable(path)}: ${reasonOf(reason)}`);
  }

  try {
    await Promise.all([feed(), report(), count()]);
  } finally {
    // If one of them has failed, the others are to end, too. Else all this has ended before.
    walking.abort();
    await pool.abort(givenUp);
    interrupts.ignore();
    progress.stop();
    await out?.close();
  }

  process.stdout.write(summaryOf(figures(), tally, interrupts.count > 0));
  if (interrupts.count > 0) return 130;
  return tally.failures > 0 ? 1 : 0;
}

async function checkIsDirectory(path: string): Promise<void> {
  let reason: string | undefined;
  try {
    if (!(await stat(path)).isDirectory()) reason = "not a directory";
  } catch (error) {
    reason = reasonOf(error);
  }
  if (reason !== undefined) throw new FatalError(`${printable(path)}: ${reason}`);
}

/** The path by which a walk through `dir` would find `file`; whatever, if it would not find it. */
async function pathBelow(dir: string, file: string): Promise<Buffer | undefined> {
  try {
    return Buffer.from(join(dir, relative(await realpath(dir), await realpath(file))));
  } catch {
    // A pipe, as behind /dev/stdout, has no path.
    return undefined;
  }
}

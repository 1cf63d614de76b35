// The program around the pool. Four tasks:
//
//   feed, report   see run.ts: a walk --> the pool --> the output
//   count          another walk, for the ETA
//   flush          what was not written yet is, once a second

import { realpath, stat } from "node:fs/promises";
import { relative } from "node:path";

import { Chan, select, Ticker } from "@chankit/channel";
import { type Finished, WorkerPool } from "@chankit/pool";

import { count } from "./count.js";
import { Descriptors } from "./descriptors.js";
import { joined } from "./directory.js";
import { FatalError, printable, reasonOf } from "./errors.js";
import type { Figures } from "./figures.js";
import { HashFile, Shared } from "./hash-file.js";
import { exitCodeOf, Interrupts, type InterruptSignal } from "./interrupts.js";
import type { Options } from "./options.js";
import { OutFile } from "./out-file.js";
import { showProgress } from "./progress.js";
import { runAll } from "./run.js";
import { sha256sumLine } from "./sha256sum.js";
import { print } from "./standard-stream.js";
import { summaryOf, type Tally } from "./summary.js";
import { HashThreads } from "./threads.js";
import { walk } from "./walk.js";

// Enough for the workers not to notice that lines are written in batches.
const FINISHED_SIZE = 1024;

const FLUSH_MS = 1000;

/** How it ended. */
export interface Outcome {
  readonly exitCode: number;
  /** What ended it early, if anything did. */
  readonly signal?: InterruptSignal | undefined;
}

/**
 * Hashes all files under `dir`, and says how that went. Threads load `tasks`.
 *
 * @throws FatalError if it cannot be done.
 */
export async function hashTree(
  options: Options,
  tasks: URL,
  isRunByNpm: boolean,
): Promise<Outcome> {
  let log = (line: string): void => void process.stderr.write(`${line}\n`);
  const descriptors = new Descriptors(
    once(() => log("too many open files: waiting for some to be closed")),
  );
  await checkIsDirectory(options.dir);
  const out = options.out === undefined ? undefined : await OutFile.open(options.out, descriptors);
  const isOnStdout = out?.isStdout === true;
  const written = isOnStdout ? "/dev/stdout" : options.out;
  const except = written === undefined ? undefined : await pathBelow(options.dir, written);

  const pool = new WorkerPool<HashFile>({
    workers: options.workers,
    queueSize: options.queueSize,
    finishedSize: FINISHED_SIZE,
  });
  const root = Buffer.from(options.dir);
  const threads = options.threads > 0 ? new HashThreads(tasks, options.threads) : undefined;
  const shared = new Shared(descriptors, threads);
  const tally: Tally = { hashed: 0, unread: 0, givenUp: 0 };
  const givenUp = new Error("given up");
  const walking = new AbortController();
  const ended = new Chan<never>();
  const startTime = performance.now();
  let total = 0;
  let isCounted = false;

  const figures = (): Figures => {
    const { stats } = pool;
    shared.refresh();
    return {
      pool: stats,
      // Files that came after the count are files as well.
      total: Math.max(total, stats.accepted),
      isCounted,
      bytes: shared.bytes,
      begun: shared.begun,
      unread: shared.unread,
      seconds: (performance.now() - startTime) / 1000,
    };
  };
  const progress = showProgress(process.stderr, figures, {
    // One terminal cannot show both a bar and the sums.
    isBar: process.stderr.isTTY && !(isOnStdout && process.stdout.isTTY),
  });
  log = (line) => progress.log(line);

  const interrupts = new Interrupts({
    isRunByNpm,
    stop: (signal) => {
      const again = signal === "SIGINT" ? "Ctrl-C" : signal;
      log(`stopping: what is in progress is finished; ${again} again gives it up`);
      walking.abort();
      // What runs is finished, what waits is skipped; what is finished can still be read.
      void pool.stop();
    },
    abort: () => void pool.abort(givenUp),
  });

  async function* jobs(): AsyncGenerator<HashFile, void> {
    const { signal } = walking;
    for await (const found of walk(root, { signal, descriptors, except, onUnreadable })) {
      yield new HashFile(found, shared);
    }
  }

  function onUnreadable(path: Buffer, error: unknown): void {
    tally.unread++;
    log(`${printable(path)}: ${reasonOf(error)}`);
  }

  async function tell(finished: Finished<HashFile>): Promise<void> {
    const { job } = finished;
    if (finished.status === "fulfilled") {
      tally.hashed++;
      await out?.add(sha256sumLine(job.digest, job.path));
    } else if (finished.reason === givenUp) {
      tally.givenUp++;
    } else {
      log(`${printable(job.path)}: ${reasonOf(finished.reason)}`);
    }
  }

  async function countAll(): Promise<void> {
    const { signal } = walking;
    await count(root, { signal, descriptors, except }, () => {
      if (!isCounted) total++;
    });
    isCounted ||= !signal.aborted;
  }

  async function flush(): Promise<void> {
    using ticker = new Ticker(FLUSH_MS);
    while ((await select({ tick: ticker, ended })).key === "tick") await out?.flush();
  }

  async function hash(): Promise<void> {
    await runAll(pool, jobs(), tell);
    // All files that there are were found, even if the count is not over yet.
    if (interrupts.first === undefined) {
      total = pool.stats.accepted;
      isCounted = true;
    }
    end();
  }

  /** The walks and the flushing have nothing to do any more. */
  function end(): void {
    walking.abort();
    if (!ended.closed) ended.close();
  }

  try {
    await Promise.all([hash(), countAll(), flush()]);
  } catch (error) {
    // The others are to end, too. Should that take long, one Ctrl-C ends the process.
    interrupts.ignore();
    end();
    await pool.abort(givenUp);
    throw error;
  } finally {
    progress.stop();
    threads?.end();
    await out?.close();
  }

  const { first: signal } = interrupts;
  const summary = summaryOf(figures(), tally, signal !== undefined, threads?.shares);
  const isTold = await print(isOnStdout ? "stderr" : "stdout", summary);
  const hasFailed = pool.stats.failed + tally.unread > 0;
  const exitCode = isTold ? (hasFailed ? 1 : 0) : 2;
  return { exitCode: signal === undefined ? exitCode : exitCodeOf(signal), signal };
}

/** @throws FatalError if there is no directory. */
export async function checkIsDirectory(path: string): Promise<void> {
  let reason: string | undefined;
  try {
    if (!(await stat(path)).isDirectory()) reason = "not a directory";
  } catch (error) {
    reason = reasonOf(error);
  }
  if (reason !== undefined) throw new FatalError(`${printable(path)}: ${reason}`);
}

/** The path by which a walk through `dir` would find `file`; whatever, if it would not find it. */
export async function pathBelow(dir: string, file: string): Promise<Buffer | undefined> {
  try {
    const below = relative(await realpath(dir), await realpath(file));
    return joined(Buffer.from(dir), Buffer.from(below));
  } catch {
    // A pipe, as behind /dev/stdout, has no path.
    return undefined;
  }
}

function once(fn: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) fn();
    isDone = true;
  };
}

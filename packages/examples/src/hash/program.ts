// The program around an engine, which hashes: the pool of this process, or crews on other machines.
// Three tasks:
//
//   hash    a walk --> the engine --> the output
//   count   another walk, for the ETA
//   look    how far things are is asked, and what was not written yet is

import { Chan, select, Ticker } from "@chankit/channel";

import { count } from "./count.js";
import { Descriptors } from "./descriptors.js";
import type { Engine, Hashed, StartEngine } from "./engine.js";
import { printable, reasonOf } from "./errors.js";
import type { Figures } from "./figures.js";
import { exitCodeOf, Interrupts, type InterruptSignal } from "./interrupts.js";
import type { Options } from "./options.js";
import { OutFile } from "./out-file.js";
import { checkIsDirectory, pathBelow } from "./paths.js";
import { type Progress, showProgress } from "./progress.js";
import { sha256sumLine } from "./sha256sum.js";
import { print } from "./standard-stream.js";
import { summaryOf } from "./summary.js";
import { walk, type WalkOptions } from "./walk.js";

const LOOK_MS = 250;

/** How it ended. */
export interface Outcome {
  readonly exitCode: number;
  /** What ended it early, if anything did. */
  readonly signal?: InterruptSignal | undefined;
}

/**
 * Hashes all files under `dir`, and says how that went.
 *
 * @throws FatalError if it cannot be done.
 */
export async function hashTree(
  { dir, out: path }: Pick<Options, "dir" | "out">,
  isRunByNpm: boolean,
  startEngine: StartEngine,
): Promise<Outcome> {
  let log = (line: string): void => void process.stderr.write(`${line}\n`);
  const descriptors = new Descriptors(
    once(() => log("too many open files: waiting for some to be closed")),
  );
  await checkIsDirectory(dir);
  const engine = await startEngine(descriptors);
  let run: Run | undefined;
  try {
    const out = path === undefined ? undefined : await OutFile.open(path, descriptors);
    const written = out?.isStdout === true ? "/dev/stdout" : path;
    const except = written === undefined ? undefined : await pathBelow(dir, written);
    run = new Run(Buffer.from(dir), engine, out, { descriptors, except });
    log = (line) => run?.log(line);
    await run.toEnd(isRunByNpm);
  } finally {
    // After a failure it may still have something to tell.
    await engine.end();
    await run?.close();
  }
  return run.tell();
}

/** One run of the program. */
class Run {
  readonly #root: Buffer;
  readonly #engine: Engine;
  readonly #out: OutFile | undefined;
  readonly #walk: WalkOptions;
  readonly #walking = new AbortController();
  readonly #ended = new Chan<never>();
  readonly #progress: Progress;
  readonly #startTime = performance.now();
  #signal: InterruptSignal | undefined;
  /** Files whose sum is known. */
  #hashed = 0;
  /** Directories, and entries of them, that could not be read. */
  #unread = 0;
  #total = 0;
  #isCounted = false;

  constructor(
    root: Buffer,
    engine: Engine,
    out: OutFile | undefined,
    options: Omit<WalkOptions, "signal">,
  ) {
    this.#root = root;
    this.#engine = engine;
    this.#out = out;
    this.#walk = { ...options, signal: this.#walking.signal };
    this.#progress = showProgress(process.stderr, () => this.#figures, {
      // One terminal cannot show both a bar and the sums.
      isBar: process.stderr.isTTY && !(this.#isOnStdout && process.stdout.isTTY),
    });
  }

  log(line: string): void {
    this.#progress.log(line);
  }

  /** Runs until all is hashed and written, or was stopped. */
  async toEnd(isRunByNpm: boolean): Promise<void> {
    const interrupts = new Interrupts({
      isRunByNpm,
      stop: (signal) => this.#stop(signal),
      abort: () => this.#engine.giveUp(),
    });
    try {
      await Promise.all([this.#hash(), this.#count(), this.#look()]);
    } catch (error) {
      // The others are to end, too. Should that take long, one Ctrl-C ends the process.
      interrupts.ignore();
      this.#end();
      throw error;
    }
  }

  /** Shows and writes nothing more. */
  async close(): Promise<void> {
    this.#progress.stop();
    await this.#out?.close();
  }

  /** Says how it went. */
  async tell(): Promise<Outcome> {
    const signal = this.#signal;
    const figures = this.#figures;
    const { givenUp, shares } = this.#engine;
    const tally = { hashed: this.#hashed, unread: this.#unread, givenUp };
    const summary = summaryOf(figures, tally, signal !== undefined, shares);
    const isTold = await print(this.#isOnStdout ? "stderr" : "stdout", summary);
    const hasFailed = figures.pool.failed + tally.unread > 0;
    const exitCode = isTold ? (hasFailed ? 1 : 0) : 2;
    return { exitCode: signal === undefined ? exitCode : exitCodeOf(signal), signal };
  }

  async #hash(): Promise<void> {
    const onUnreadable = (path: Buffer, error: unknown): void => {
      this.#unread++;
      this.log(`${printable(path)}: ${reasonOf(error)}`);
    };
    const files = walk(this.#root, { ...this.#walk, onUnreadable });
    await this.#engine.hash(files, (hashed) => this.#write(hashed));
    // All files that there are were found, even if the count is not over yet.
    if (this.#signal === undefined) {
      this.#total = this.#engine.work.pool.accepted;
      this.#isCounted = true;
    }
    this.#end();
  }

  async #write(hashed: Hashed): Promise<void> {
    if ("digest" in hashed) {
      this.#hashed++;
      await this.#out?.add(sha256sumLine(hashed.digest, hashed.path));
    } else {
      this.log(`${printable(hashed.path)}: ${reasonOf(hashed.reason)}`);
    }
  }

  async #count(): Promise<void> {
    await count(this.#root, this.#walk, () => {
      if (!this.#isCounted) this.#total++;
    });
    this.#isCounted ||= !this.#walk.signal.aborted;
  }

  async #look(): Promise<void> {
    using ticker = new Ticker(LOOK_MS);
    while ((await select({ tick: ticker, ended: this.#ended })).key === "tick") {
      await this.#engine.look?.();
      await this.#out?.flush();
    }
  }

  #stop(signal: InterruptSignal): void {
    this.#signal = signal;
    const again = signal === "SIGINT" ? "Ctrl-C" : signal;
    this.log(`stopping: what is in progress is finished; ${again} again gives it up`);
    this.#walking.abort();
    this.#engine.stop();
  }

  /** The walks and the looks have nothing to do any more. */
  #end(): void {
    this.#walking.abort();
    if (!this.#ended.closed) this.#ended.close();
  }

  get #isOnStdout(): boolean {
    return this.#out?.isStdout === true;
  }

  get #figures(): Figures {
    const { work } = this.#engine;
    return {
      ...work,
      // Files that came after the count are files as well.
      total: Math.max(this.#total, work.pool.accepted),
      isCounted: this.#isCounted,
      seconds: (performance.now() - this.#startTime) / 1000,
    };
  }
}

function once(fn: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) fn();
    isDone = true;
  };
}

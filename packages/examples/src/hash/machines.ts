// The program around a pool over many machines: as program.ts, but the files are hashed by crews, which
// are other processes: see crew.ts. The tasks here:
//
//   feed     walk --> pool.queue        waits while the queue is full
//   report   for await (… of pool)      writes the sums
//   count    another walk, for the ETA
//   look     asks the server for the counters; what was not written yet is

import { resolve } from "node:path";

import { Chan, select, Ticker } from "@chankit/channel";
import { DistributedPool, type FinishedTask } from "@chankit/nats";
import { PoolClosedError, type PoolStats } from "@chankit/pool";
import type { NatsConnection } from "@nats-io/transport-node";

import { connectTo } from "./connection.js";
import { count } from "./count.js";
import { Descriptors } from "./descriptors.js";
import { FatalError, printable, reasonOf } from "./errors.js";
import type { Figures } from "./figures.js";
import { ALIVE, type FileInput, type FileTasks, POOL } from "./file-task.js";
import { exitCodeOf, Interrupts } from "./interrupts.js";
import type { Options } from "./options.js";
import { OutFile } from "./out-file.js";
import { checkIsDirectory, type Outcome, pathBelow } from "./program.js";
import { showProgress } from "./progress.js";
import { sha256sumLine } from "./sha256sum.js";
import { print } from "./standard-stream.js";
import { summaryOf, type Tally } from "./summary.js";
import { type Found, walk } from "./walk.js";

const FINISHED_SIZE = 1024;
const LOOK_MS = 250;

/** Where crews are. */
export interface MachineOptions extends Options {
  readonly nats: string;
}

/**
 * Has all files under `dir` hashed, and says how that went.
 *
 * @throws FatalError if it cannot be done.
 */
export async function hashOverMachines(
  options: MachineOptions,
  isRunByNpm: boolean,
): Promise<Outcome> {
  let log = (line: string): void => void process.stderr.write(`${line}\n`);
  const descriptors = new Descriptors(() => undefined);
  await checkIsDirectory(options.dir);
  const connection = await connectTo(options.nats);
  try {
    const pool = await takePool(connection, options);
    const out =
      options.out === undefined ? undefined : await OutFile.open(options.out, descriptors);
    const isOnStdout = out?.isStdout === true;
    const written = isOnStdout ? "/dev/stdout" : options.out;
    const except = written === undefined ? undefined : await pathBelow(options.dir, written);

    const root = Buffer.from(options.dir);
    const absolute = Buffer.from(`${resolve(options.dir)}/`);
    const tally: Tally = { hashed: 0, unread: 0, givenUp: 0 };
    const walking = new AbortController();
    const givingUp = new AbortController();
    const ended = new Chan<never>();
    const startTime = performance.now();
    let stats: PoolStats = await pool.stats();
    let bytes = 0;
    let total = 0;
    let isCounted = false;

    const figures = (): Figures => ({
      pool: stats,
      total: Math.max(total, stats.accepted),
      isCounted,
      bytes,
      begun: 0,
      unread: 0,
      seconds: (performance.now() - startTime) / 1000,
    });
    const isBar = process.stderr.isTTY && !(isOnStdout && process.stdout.isTTY);
    const progress = showProgress(process.stderr, figures, { isBar });
    log = (line) => progress.log(line);

    const interrupts = new Interrupts({
      isRunByNpm,
      stop: (signal) => {
        const again = signal === "SIGINT" ? "Ctrl-C" : signal;
        log(`stopping: what is in progress is finished; ${again} again gives it up`);
        walking.abort();
        void pool.stop();
      },
      abort: () => {
        givingUp.abort();
        giveUp().catch(() => pool.leave());
      },
    });

    async function ask(): Promise<void> {
      try {
        stats = await pool.stats();
      } catch (error) {
        // What was given up is gone from the server.
        if (!givingUp.signal.aborted) throw error;
      }
    }

    /** Crews end what they have, and nothing is asked about it any more. */
    async function giveUp(): Promise<void> {
      await ask();
      await pool.destroy();
    }

    function inputOf({ path, special }: Found): FileInput {
      const full = Buffer.concat([absolute, path.subarray(root.length)]);
      const file = { name: path.toString("base64"), path: full.toString("base64") };
      return special === undefined ? file : { ...file, special };
    }

    async function feed(): Promise<void> {
      const { signal } = walking;
      const onUnreadable = (path: Buffer, error: unknown): void => {
        tally.unread++;
        log(`${printable(path)}: ${reasonOf(error)}`);
      };
      try {
        for await (const found of walk(root, { signal, descriptors, except, onUnreadable })) {
          await pool.queue("sha256", inputOf(found));
        }
      } catch (error) {
        // The pool was stopped meanwhile: this file was not accepted.
        if (!(error instanceof PoolClosedError)) throw error;
      }
      await pool.close();
    }

    async function tell(finished: FinishedTask<FileTasks>): Promise<void> {
      const name = Buffer.from(finished.input.name, "base64");
      if (finished.status === "fulfilled") {
        tally.hashed++;
        bytes += finished.output.bytes;
        await out?.add(sha256sumLine(finished.output.digest, name));
      } else {
        log(`${printable(name)}: ${reasonOf(finished.reason)}`);
      }
    }

    async function report(): Promise<void> {
      for await (const finished of pool) await tell(finished);
      walking.abort();
      if (!ended.closed) ended.close();
    }

    async function countAll(): Promise<void> {
      const { signal } = walking;
      await count(root, { signal, descriptors, except }, () => total++);
      isCounted ||= !signal.aborted;
    }

    async function look(): Promise<void> {
      using ticker = new Ticker(LOOK_MS);
      while ((await select({ tick: ticker, ended })).key === "tick") {
        await ask();
        await out?.flush();
      }
    }

    try {
      await Promise.all([feed(), report(), countAll(), look()]);
      await ask();
    } finally {
      progress.stop();
      await pool.destroy();
      await out?.close();
    }

    const { first: signal } = interrupts;
    interrupts.ignore();
    tally.givenUp = givingUp.signal.aborted ? stats.inProgress : 0;
    const summary = summaryOf(figures(), tally, signal !== undefined);
    const isTold = await print(isOnStdout ? "stderr" : "stdout", summary);
    const exitCode = isTold ? (stats.failed + tally.unread > 0 ? 1 : 0) : 2;
    return { exitCode: signal === undefined ? exitCode : exitCodeOf(signal), signal };
  } finally {
    await connection.close();
  }
}

/** The pool, new: what a run has left there that was killed is removed. */
async function takePool(
  connection: NatsConnection,
  { nats, queueSize }: MachineOptions,
): Promise<DistributedPool<FileTasks>> {
  const isTaken = await connection.request(ALIVE).then(
    () => true,
    // There is none that answers: the server says so at once.
    () => false,
  );
  if (isTaken) throw new FatalError(`${nats}: another run uses the pool there`);
  connection.subscribe(ALIVE, { callback: (_, message) => void message.respond() });
  const left = await DistributedPool.open<FileTasks>(connection, POOL);
  await left.destroy();
  return DistributedPool.open<FileTasks>(connection, POOL, {
    queueSize: Math.max(1, queueSize),
    finishedSize: FINISHED_SIZE,
  });
}

// Runs a job of RUN on a worker, and writes what came of it:
//
//   the task is called, unless the job was tried too often       by a worker of the crew's WorkerPool
//   DONE done.<n>, FAIL fail.<n> if it failed                    then it is acknowledged in RUN
//   too many results are unread: the worker waits for a reader   as long as the pool is open
//
// Invariant: a job is acknowledged only after its result is written. So if this process dies before that,
// it is run again; and if it dies between the two, the next crew finds the result and does not run it.

import type { JobContext, WorkerPool } from "@chankit/pool";

import type { Settings } from "../options.js";
import { Hint, say } from "../server/hint.js";
import type { DoneHead, Ledger } from "../server/ledger.js";
import type { Phase } from "../server/phase.js";
import type { Pulled } from "../server/puller.js";
import { count, tallyOf } from "../server/tally.js";
import {
  callTask,
  contextOf,
  fulfilled,
  type Outcome,
  readJob,
  rejected,
  type TaskRecord,
  toEntry,
} from "./tasks.js";

/** A word that results were told may be lost: look after so many ms. */
const LOOK_MS = 1000;
/** What of a message is not for input and output. */
const SPARE_BYTES = 4096;
const DEFAULT_MAX_PAYLOAD = 1 << 20;

/** What a crew brings along. */
export interface Gang {
  readonly tasks: TaskRecord;
  readonly workers: WorkerPool;
  readonly size: number;
}

/** Runs the jobs of one pool in one process. */
export class Runner {
  readonly #ledger: Ledger;
  readonly #settings: Settings;
  readonly #phase: Phase;
  readonly #tasks: TaskRecord;
  readonly #workers: WorkerPool;
  /** Of the workers that wait for a reader. */
  readonly #waiting = new Set<Hint>();
  /** So many results were told at the last look. */
  #told = 0;
  /** Jobs up to this sequence in RUN may have been run, whatever the server says. */
  #doubtful = Infinity;
  #hasEnded = false;

  constructor(ledger: Ledger, settings: Settings, phase: Phase, { tasks, workers }: Gang) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.#phase = phase;
    this.#tasks = tasks;
    this.#workers = workers;
  }

  /**
   * The server may have been killed, now or before this crew came: then it delivers what has ended again, as if for
   * the first time. So what lies in RUN is looked at before it is run.
   */
  async doubt(): Promise<void> {
    this.#doubtful = Infinity;
    this.#doubtful = (await this.#ledger.info(this.#ledger.names.run)).state.last_seq;
  }

  /** The state of the pool has changed: workers may not have to wait for readers any more. */
  stir(): void {
    for (const hint of this.#waiting) hint.stir();
  }

  /** No worker waits for readers any more. */
  end(): void {
    this.#hasEnded = true;
    this.stir();
  }

  /**
   * Runs a job, unless it has ended: resolves to whether it was run, when its worker is free again. It calls
   * `ack` when the server may forget it.
   *
   * @throws GoneError if the pool was destroyed.
   */
  async run(number: number, message: Pulled, ack: () => void): Promise<boolean> {
    const { job, input } = readJob(message.data);
    const attempt = message.deliveries;
    const isDoubtful = attempt > 1 || message.seq <= this.#doubtful;
    if (job.fate !== "run" || (isDoubtful && (await this.#isDone(number)))) {
      ack();
      return false;
    }
    const { retries } = this.#settings;
    const { id } = job;
    // Those of dead processes, and those of its worker here.
    const before = Math.min(attempt, retries + 2) - 1;
    let attempts = before;
    const outcome =
      attempt > retries + 1
        ? rejected(lostError(retries))
        : await this.#outcome(job.task, (own) => {
            attempts = before + own.attempt;
            return callTask(this.#tasks, job, input, contextOf(own, attempts, id));
          });
    const payload = this.#ledger.link.connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
    const room = payload - SPARE_BYTES;
    const { head, parts } = toEntry(job, input, message.seq, attempts, outcome, room);
    const done = await this.#writeDone(number, head, parts);
    ack();
    if (!this.#phase.isOpen) say(this.#ledger, "end");
    await this.#waitForRoom(done);
    return true;
  }

  #outcome(task: string, fn: (context: JobContext) => unknown): Promise<Outcome> {
    return this.#workers.submit(fn).then(
      (output) => fulfilled(task, output),
      (reason: unknown) => rejected(reason),
    );
  }

  /** Whether there is a result: by a crew that died before it said so, or that has lost its lease. */
  async #isDone(number: number): Promise<boolean> {
    const { names } = this.#ledger;
    const head = await this.#ledger.head<DoneHead>(names.done, names.subject("done", number));
    if (head?.status === "rejected") await this.#writeFailed(number);
    return head !== undefined;
  }

  /** Writes the result, unless another crew has: the first one stands. Gives its sequence, or 0. */
  async #writeDone(number: number, head: DoneHead, parts: readonly Uint8Array[]): Promise<number> {
    const { names } = this.#ledger;
    const subject = names.subject("done", number);
    const { outcome, seq } = await this.#ledger.write(names.done, subject, head, parts);
    if (outcome === "taken") await this.#isDone(number);
    else if (head.status === "rejected") await this.#writeFailed(number);
    return seq;
  }

  async #writeFailed(number: number): Promise<void> {
    const { names } = this.#ledger;
    await this.#ledger.write(names.fail, names.subject("fail", number), {});
  }

  /** Waits while more results than `finishedSize` are unread, on an open pool. */
  async #waitForRoom(done: number): Promise<void> {
    // What is told hardly ever becomes untold, so the server is asked only when it may be full.
    if (!this.#mustWait(done)) return;
    const hint = new Hint(this.#ledger, "told");
    this.#waiting.add(hint);
    try {
      for (;;) {
        this.#told = tallyOf(await count(this.#ledger)).retrieved;
        if (!this.#mustWait(done)) return;
        await hint.next(LOOK_MS);
      }
    } finally {
      this.#waiting.delete(hint);
      hint.end();
    }
  }

  #mustWait(done: number): boolean {
    const isFull = done - this.#told > this.#settings.finishedSize;
    return isFull && this.#phase.isOpen && !this.#hasEnded;
  }
}

function lostError(retries: number): Error {
  const runs =
    retries === 0 ? "1 run: its process died, or its lease ended" : `${retries + 1} runs`;
  const why = retries === 0 ? "" : ": each time its process died, or its lease ended";
  return new Error(`the job was given up after ${runs}${why}`);
}

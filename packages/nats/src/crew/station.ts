// One crew at one pool: takes jobs of the pool for as many workers as are free, runs them, and writes
// their results.
//
// The way of a job here:
//
//   a worker is free   -> a pull from WAIT
//   a job of WAIT      -> its fate "run" is written into RUN; at the same time a pull from RUN: as many as
//                         are moved there are taken from there, by whichever crew
//   a job of RUN       -> runs on the worker; its lease is renewed meanwhile
//   it has ended       -> DONE, FAIL if it failed; then it is acknowledged in RUN
//   too many unread    -> the worker waits for a reader, as long as the pool is open
//
// What a dead crew had in RUN comes when its lease ends: an idle crew looks for that each LOOK_MS.
//
// Invariant: running + pulls from RUN ≤ workers, and so many more are pulled from WAIT. What comes from
// RUN late is run all the same, since to give it back would count as an attempt.

import type { JobContext, WorkerPool } from "@chankit/pool";

import { GoneError } from "../errors.js";
import type { Settings } from "../options.js";
import { Ending } from "../server/ending.js";
import { decide } from "../server/fate.js";
import { Forgetting } from "../server/forget.js";
import { Hint, say } from "../server/hint.js";
import { CONSUMER } from "../server/layout.js";
import type { DoneHead, Ledger } from "../server/ledger.js";
import { numberIn } from "../server/names.js";
import { Phase } from "../server/phase.js";
import { type Pulled, Puller } from "../server/puller.js";
import { count } from "../server/tally.js";
import { unref } from "../unref.js";
import { callTask, fulfilled, readJob, rejected, type TaskRecord, toEntry } from "./tasks.js";

/** A pull from RUN is for what was just moved there: it does not wait for long. */
const RUN_EXPIRES_MS = 500;
/** One that looks for what was left behind waits less still. */
const LOOK_EXPIRES_MS = 20;
const LOOK_MS = 1000;
/** For so long after a reconnect each job is looked at before it is run: the server may have been killed. */
const DOUBT_MS = 10_000;
/** What of a message is not for input and output. */
const SPARE_BYTES = 4096;
const DEFAULT_MAX_PAYLOAD = 1 << 20;

/** A crew at work on one pool. */
export class Station {
  readonly #ledger: Ledger;
  readonly #settings: Settings;
  readonly #tasks: TaskRecord;
  readonly #workers: WorkerPool;
  readonly #size: number;
  readonly #phase: Phase;
  readonly #ending: Ending;
  readonly #forgetting: Forgetting;
  readonly #wait: Puller;
  readonly #run: Puller;
  /** The messages of the jobs that are here, by their numbers. */
  readonly #running = new Map<number, Pulled>();
  /** All that is under way: the end waits for it. */
  readonly #busy = new Set<Promise<void>>();
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  /** The pull that looks for what was left behind, and whether it also stands for a job that was moved. */
  #look: { readonly pull: string; isOwed: boolean } | undefined;
  /** At least so many results were told. */
  #told = 0;
  #doubtUntil = 0;
  #isEnding = false;
  #isStopped = false;
  readonly #onGone: () => void;
  /** Those for which workers wait that want room for results. */
  readonly #rooms = new Set<Hint>();

  constructor(
    ledger: Ledger,
    settings: Settings,
    tasks: TaskRecord,
    workers: WorkerPool,
    size: number,
    onGone: () => void,
  ) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.#tasks = tasks;
    this.#workers = workers;
    this.#size = size;
    this.#onGone = onGone;
    const { names, link } = ledger;
    this.#phase = new Phase(ledger, () => {
      this.#changed();
    });
    this.#ending = new Ending(ledger, this.#phase, settings.dedupe);
    this.#forgetting = new Forgetting(ledger, settings.dedupe);
    const listener = {
      refused: () => {
        // Anything that asks the server about the pool finds out.
        this.#track(count(ledger).then(() => undefined));
      },
    };
    this.#wait = new Puller(link, names.wait, CONSUMER, {
      pulled: (message) => {
        this.#move(message);
      },
      ended: () => {
        this.#fill();
      },
      ...listener,
    });
    this.#run = new Puller(link, names.run, CONSUMER, {
      pulled: (message, pull) => {
        if (pull === this.#look?.pull) this.#look = undefined;
        this.#start(message);
      },
      ended: (pull) => {
        if (pull === this.#look?.pull) this.#endLook();
        this.#fill();
      },
      ...listener,
    });
    this.#timers = [
      setInterval(
        () => {
          for (const message of this.#running.values()) message.renew();
        },
        Math.max(1, settings.lease / 3),
      ),
      setInterval(
        () => {
          this.#tick();
        },
        Math.min(LOOK_MS, settings.lease / 2),
      ),
    ];
    for (const timer of this.#timers) unref(timer);
  }

  /** Begins to take jobs. */
  async start(): Promise<void> {
    await this.#phase.start();
    this.#tick();
    this.#fill();
  }

  /** The connection is back. */
  reconnected(): void {
    this.#doubtUntil = performance.now() + DOUBT_MS;
    for (const message of this.#running.values()) message.renew();
    this.#wait.reset();
    this.#run.reset();
    this.#look = undefined;
    this.#phase
      .refresh()
      .then(() => this.#ending.follow())
      .catch((error: unknown) => {
        this.#failed(error);
      });
    this.#fill();
  }

  /** Takes no more jobs; those that are here are run, unless it `stops`: then only those that run. */
  async end(stops: boolean): Promise<void> {
    this.#isEnding = true;
    this.#isStopped ||= stops;
    for (const hint of this.#rooms) hint.stir();
    // What has left the server still comes: from WAIT it goes back, from RUN it is run.
    await Promise.all([this.#wait.cancel(), this.#run.cancel()]);
    while (this.#busy.size > 0) await Promise.all(this.#busy);
    for (const timer of this.#timers) clearInterval(timer);
    this.#forgetting.end();
    this.#phase.end();
  }

  get #free(): number {
    return this.#size - this.#running.size - this.#run.outstanding;
  }

  get #takesJobs(): boolean {
    return !this.#isEnding && !this.#phase.isStopping && !this.#phase.isGone;
  }

  #fill(): void {
    if (!this.#takesJobs) return;
    const free = this.#free;
    if (this.#ledger.link.isClosed) return;
    for (let n = this.#wait.outstanding; n < free; n++) this.#wait.pull();
  }

  /** Looks for what dead crews have left, if a worker is free. */
  #tick(): void {
    this.#wait.tick();
    this.#run.tick();
    this.#lookForLeft();
    this.#fill();
  }

  #lookForLeft(): void {
    if (this.#look !== undefined || this.#isEnding || this.#phase.isGone || this.#free <= 0) return;
    this.#look = { pull: this.#run.pull(LOOK_EXPIRES_MS), isOwed: false };
  }

  #endLook(): void {
    const isOwed = this.#look?.isOwed === true;
    this.#look = undefined;
    if (isOwed) this.#run.pull(RUN_EXPIRES_MS);
  }

  #changed(): void {
    for (const hint of this.#rooms) hint.stir();
    if (this.#phase.isGone) {
      this.#onGone();
      return;
    }
    this.#ending.follow().catch((error: unknown) => {
      this.#failed(error);
    });
  }

  /** A job of WAIT: it is moved to RUN. */
  #move(message: Pulled): void {
    const wish = this.#phase.isStopping ? "skip" : "run";
    if (this.#isEnding || (wish === "run" && !this.#pullForMoved())) {
      message.nak();
      return;
    }
    this.#track(
      decide(this.#ledger, this.#settings.dedupe, message, wish).then(() => {
        say(this.#ledger, "room");
      }),
    );
    this.#fill();
  }

  /** Pulls from RUN in exchange for a job that is moved there; `false` if no worker is free for it. */
  #pullForMoved(): boolean {
    if (this.#look?.isOwed === false) {
      // A pull that looks for what was left hardly ever finds any: it gets this one.
      this.#look.isOwed = true;
    } else if (this.#free > 0) {
      this.#run.pull(RUN_EXPIRES_MS);
    } else {
      return false;
    }
    return true;
  }

  /** A job of RUN. */
  #start(message: Pulled): void {
    const number = numberIn(message.subject);
    if (this.#running.has(number)) {
      // It runs here, and the server that delivers it again was killed: from now on it is this message.
      this.#running.set(number, message);
    } else if (this.#isStopped || this.#phase.isGone) {
      message.nak();
    } else {
      this.#running.set(number, message);
      this.#track(
        this.#do(number, message).finally(() => {
          this.#running.delete(number);
          this.#fill();
        }),
      );
    }
    // Where one was left behind there may be more.
    if (message.deliveries > 1) this.#lookForLeft();
    this.#fill();
  }

  async #do(number: number, message: Pulled): Promise<void> {
    const { job, input } = readJob(message.data);
    const ack = (): void => {
      this.#running.get(number)?.ack();
    };
    if (job.fate !== "run") {
      ack();
      return;
    }
    const attempt = message.deliveries;
    const isDoubtful = attempt > 1 || performance.now() < this.#doubtUntil;
    if (isDoubtful && (await this.#isDone(number))) {
      ack();
      return;
    }
    const { retries } = this.#settings;
    const outcome =
      attempt > retries + 1
        ? rejected(lostError(retries))
        : await this.#call((context) =>
            callTask(this.#tasks, job, input, {
              signal: context.signal,
              worker: context.worker,
              attempt,
              id: job.id,
            }),
          ).then(
            (output) => fulfilled(job.task, output),
            (reason: unknown) => rejected(reason),
          );
    const attempts = Math.min(attempt, retries + 1);
    const maxPayload = this.#ledger.link.connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
    const { head, parts } = toEntry(
      job,
      input,
      message.seq,
      attempts,
      outcome,
      maxPayload - SPARE_BYTES,
    );
    const done = await this.#writeDone(number, head, parts);
    ack();
    if (!this.#phase.isOpen) say(this.#ledger, "end");
    await this.#waitForRoom(done);
  }

  #call(fn: (context: JobContext) => unknown): Promise<unknown> {
    return this.#workers.submit(fn);
  }

  /** Whether a result was written, by a crew that died before it said so. */
  async #isDone(number: number): Promise<boolean> {
    const { names } = this.#ledger;
    const head = await this.#ledger.head<DoneHead>(names.done, names.subject("done", number));
    if (head?.status === "rejected") await this.#writeFailed(number);
    return head !== undefined;
  }

  /** Writes the result, unless another crew has: the first one stands. Gives its sequence, or 0. */
  async #writeDone(number: number, head: DoneHead, parts: readonly Uint8Array[]): Promise<number> {
    const { names } = this.#ledger;
    const { outcome, seq } = await this.#ledger.write(
      names.done,
      names.subject("done", number),
      head,
      parts,
    );
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
    const { finishedSize } = this.#settings;
    const hasRoom = (): boolean => done - this.#told <= finishedSize;
    if (hasRoom() || !this.#waits) return;
    const hint = new Hint(this.#ledger, "told");
    this.#rooms.add(hint);
    try {
      for (;;) {
        const { state } = await this.#ledger.info(this.#ledger.names.told);
        this.#told = Math.max(this.#told, state.last_seq);
        if (hasRoom() || !this.#waits) return;
        await hint.next(LOOK_MS);
      }
    } finally {
      this.#rooms.delete(hint);
      hint.end();
    }
  }

  get #waits(): boolean {
    return this.#phase.isOpen && !this.#isEnding;
  }

  #track(promise: Promise<void>): void {
    const tracked = promise
      .catch((error: unknown) => {
        this.#failed(error);
      })
      .finally(() => {
        this.#busy.delete(tracked);
      });
    this.#busy.add(tracked);
  }

  /** The server is gone for good, or the pool is: what is not written is run again by another crew. */
  #failed(error: unknown): void {
    if (error instanceof GoneError) this.#phase.setGone();
  }
}

function lostError(retries: number): Error {
  return new Error(
    `the job was given up after ${retries + 1} ${retries === 0 ? "run" : "runs"}: each time its process died, or its lease ended`,
  );
}

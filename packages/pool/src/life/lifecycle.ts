// The life of a pool: its parts, and what becomes of them when.
//
//   state       takes jobs   starts jobs   left by
//   open        yes          yes           close -> closing; stop, abort, shutdown -> stopping
//   closing     no           yes           stop, abort, shutdown -> stopping; its end -> terminated
//   stopping    no           no            its end -> terminated
//   terminated  no           no            -
//
// An open pool may be paused: it takes jobs while there is room, and starts none. To leave the state open
// ends a pause.
//
// Its end: nothing waits and nothing is in progress. That is looked at when the pool ceases to be
// open, and when a job is withdrawn, skipped or at its end. The parts know nothing of states.
//
// The way of `pool.queue(job)`, when a worker is free:
//
//   Intake.queue           checks the job, wraps it in a QueueEntry
//   JobQueue.send          of CustomChan: waits for room if need be, then asks
//   JobQueue.offer         accepts the entry: it waits in the list, and is counted
//   Dispatcher.wake        asks for a turn in no async context, unless there is one already
//   --- the call returns; a microtask later
//   Dispatcher.take        takes the turn, as long as there is a `next` entry
//   Workers.take           chooses the worker
//   JobQueue.start         the entry leaves the list, and is in progress
//   QueueEntry.run         calls job.run, with a Context
//   --- the job ends, now or later
//   Runs.#end              decides: fulfilled, failed for good, or (JobQueue.tryAgain) waiting again
//   Endings.count          counts; Results.add keeps the result
//   Lifecycle              has the pool terminated?
//   Results.deliver        a reader that waits gets the result
//   Results.waitForRoom    too many are unread: the worker waits for a reader
//   Workers.giveBack, JobQueue.release, Dispatcher.wake: the worker is free for the next entry
//
// That of `pool.submit(fn)` differs in two places: its turn is a reaction of a promise that was made in
// the call (`Submission`), and its outcome goes to the promise of the caller, not to Results.
//
// All that waits stands in one ordered structure (`WaitingList`): a list as long as no job has a
// priority, and a heap beside it for those that have one, and for tries. What waits for the time of its
// try lies in another heap (`Deadlines`), and comes back with the rank and number of its acceptance.
//
// A caller of `idle` is told where termination is looked at, after callers that waited for room were
// admitted: so never between two jobs.

import { WaitGroup, type WaitOptions } from "@chankit/channel";

import { Dispatcher } from "../running/dispatcher.js";
import { Endings } from "../results/endings.js";
import type { PoolErrors } from "../job/errors.js";
import { Intake } from "./intake.js";
import type { Finished, Job, JobContext } from "../job/job.js";
import { JobQueue } from "../waiting/job-queue.js";
import { map, type MapIterator, type MapOptions } from "../map/map.js";
import type { MapPool } from "../map/mapping.js";
import type { CheckedOptions } from "./options.js";
import { Results } from "../results/results.js";
import { Runs } from "../running/runs.js";
import { cell, makePartsOf, type PoolEvent } from "../util/sight.js";
import type { PoolStats } from "./stats.js";
import { Workers } from "../running/workers.js";

/** Whether a pool takes jobs, and what becomes of those that it has. */
export type PoolState = "open" | "closing" | "stopping" | "terminated";

/** The parts of a pool, and its state. */
export class Lifecycle<J extends Job> {
  readonly intake: Intake<J>;
  readonly jobs: JobQueue<J>;
  readonly results: Results<J>;
  readonly workers: Workers<J>;
  readonly #dispatcher: Dispatcher<J>;
  readonly #endings: Endings<J>;
  readonly #errors: PoolErrors;
  /** Counts the pool, until it has terminated. */
  readonly #alive = new WaitGroup();
  /** Counts the pool, once a caller of `idle` waits, until it is idle. */
  readonly #busy = new WaitGroup();
  readonly #pool: object;
  #state: PoolState = "open";

  /** `pool` is the face of all this. */
  constructor(pool: object, options: CheckedOptions) {
    this.#pool = pool;
    const { workers, finishedSize, discardResults, defaults, bind } = options;
    this.#errors = options.errors;
    this.#alive.add();
    this.results = new Results<J>(finishedSize, discardResults);
    this.workers = new Workers<J>(workers);
    this.jobs = new JobQueue<J>(options, {
      startable: () => {
        this.#dispatcher.wake();
      },
      gaveUp: (terms, reason) => {
        this.#endings.count(terms.entry, terms.lastWorker, true, reason);
        this.#endings.tell(terms.entry, true, reason);
      },
      withdrawn: () => {
        this.#terminateIfDone();
        this.#tell();
      },
      unblocked: () => {
        this.#tell();
      },
    });
    this.#endings = new Endings<J>(this.results);
    const runs = new Runs<J>(
      pool,
      this.jobs,
      this.workers,
      this.results,
      this.#endings,
      this.#errors,
      {
        ended: () => {
          this.#terminateIfDone();
        },
        freed: () => {
          this.#dispatcher.wake();
        },
        told: () => {
          this.#tell();
        },
      },
    );
    this.#dispatcher = new Dispatcher<J>(this.jobs, runs);
    makePartsOf(pool, [this.jobs, ...this.results.parts, this.#alive, this.#busy]);
    this.intake = new Intake<J>(this.jobs, this.#dispatcher, this.#errors, defaults, bind);
  }

  get state(): PoolState {
    return this.#state;
  }

  get stats(): PoolStats {
    const { jobs, results } = this;
    const endings = this.#endings;
    return {
      accepted: jobs.accepted,
      waiting: jobs.len,
      inProgress: jobs.inProgress,
      finished: results.len,
      retrieved: results.retrieved + endings.returned,
      skipped: jobs.skipped,
      failed: endings.failed,
      blocked: jobs.blocked,
    };
  }

  /** Takes no more jobs. Resolves when the pool has terminated. */
  close(): Promise<void> {
    if (this.#state === "open") {
      this.#leaveOpen("closing", "close");
      // What waited for the end of a pause starts now.
      this.#dispatcher.wake();
    }
    return this.#alive.wait();
  }

  /** Takes no more jobs, and starts none. Resolves, when the pool has terminated, to the skipped. */
  async stop(event: PoolEvent = "stop"): Promise<readonly J[]> {
    this.#stopTaking(event);
    this.#skip();
    await this.#alive.wait();
    // Each caller gets a list of its own.
    return [...this.jobs.skippedJobs];
  }

  /** Stops, and ends reading at once. Resolves when the pool has terminated. */
  async shutdown(): Promise<{
    readonly skipped: readonly J[];
    readonly unread: readonly Finished<J>[];
  }> {
    this.#stopTaking("shutdown");
    // Before jobs that wait for a try end: they are unread, too.
    this.results.endReading();
    const skipped = await this.stop();
    return { skipped, unread: [...this.results.unread] };
  }

  /** Stops, and aborts the signals of the jobs in progress. */
  abort(reason: unknown): Promise<readonly J[]> {
    if (this.#state !== "terminated") this.#errors.abort(reason);
    const stopped = this.stop("abort");
    this.workers.abort(reason);
    return stopped;
  }

  /** Runs `fn` with each value of `source`. */
  map(
    source: unknown,
    fn: (value: never, context: JobContext) => unknown,
    options: MapOptions | undefined,
  ): MapIterator<never> {
    const { intake, jobs, workers } = this;
    const dispatcher = this.#dispatcher;
    const errors = this.#errors;
    const pool: MapPool<J> = {
      // No getters: those of a literal make it an object whose properties are searched.
      bound: () => workers.size + Math.min(jobs.cap, 4 * workers.size),
      refusal: () => (jobs.closed ? errors.closed() : undefined),
      tryEnter: (slot) => jobs.trySend(slot),
      waitToEnter: (slot, signal) => intake.waitToEnter(slot, { signal }),
      takeTurnOf: (slot) => {
        dispatcher.takeTurnOf(slot);
      },
      onClosed: (listener) => jobs.onClosed(listener),
    };
    return map(pool, source, fn, options, intake.defaults, errors);
  }

  /** Resolves when nothing waits, nothing is in progress, and no caller waits for room. */
  idle(options: WaitOptions | undefined): Promise<void> {
    if (!this.#isIdle() && this.#busy.count === 0) this.#busy.add();
    return this.#busy.wait(options);
  }

  /** Starts nothing until {@link resume}, or until the pool is no longer open. */
  pause(): void {
    if (this.#state === "open") this.jobs.paused = true;
  }

  /** Ends a pause. */
  resume(): void {
    this.jobs.resume();
    this.#dispatcher.wake();
  }

  /** Brings the pool to another number of workers, whatever its state, unless it has terminated. */
  resize(workers: number): void {
    if (this.#state === "terminated") throw this.#errors.terminated();
    this.workers.resize(workers);
    this.jobs.resize(workers);
    this.#dispatcher.wake();
    cell.watch?.tell(this.#pool, "resize");
  }

  #leaveOpen(state: "closing" | "stopping", event: PoolEvent): void {
    this.#state = state;
    this.jobs.paused = false;
    this.results.dropBound();
    this.jobs.close();
    cell.watch?.tell(this.#pool, event);
    this.#terminateIfDone();
    this.#tell();
  }

  #stopTaking(event: PoolEvent): void {
    if (this.#state === "open") {
      this.#leaveOpen("stopping", event);
    } else if (this.#state === "closing" || (this.#state === "stopping" && event !== "stop")) {
      this.#state = "stopping";
      cell.watch?.tell(this.#pool, event);
    }
  }

  /** Skips what waits; jobs that have failed, and wait for another try, or would, end with that. */
  #skip(): void {
    this.jobs.skipAll();
    this.workers.giveUp();
    this.#terminateIfDone();
    this.#tell();
  }

  #terminateIfDone(): void {
    if (this.#state === "open" || this.#state === "terminated") return;
    if (this.jobs.len > 0 || this.jobs.inProgress > 0) return;
    this.#state = "terminated";
    this.results.finish();
    cell.watch?.tell(this.#pool, "terminated");
  }

  /** Resolves the promises of `close` and the like, and of `idle`, after those of the last job. */
  #tell(): void {
    if (this.#state === "terminated" && this.#alive.count > 0) this.#alive.done();
    if (this.#busy.count > 0 && this.#isIdle()) this.#busy.done();
  }

  #isIdle(): boolean {
    return this.jobs.len === 0 && this.jobs.inProgress === 0 && this.jobs.blocked === 0;
  }
}

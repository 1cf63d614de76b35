// The runs: each begins when an entry is called on a worker, and ends when what it returned has settled.
// There, and nowhere else, is decided what becomes of the entry: fulfilled, failed for good, or waiting
// for another try. Nothing that a job does reaches beyond its own run: what it throws, and what its
// result throws when it is looked at, is its outcome.
//
//   start --> run --> end --> counted, told --> the worker is free
//              |       |
//              |       +--> failed, another try --> waits in the queue, and the worker is free
//              |
//              +--> its timeout is over: failed from now on. Whether there is another try is asked now;
//                   if not, the caller of submit is told. The worker is busy until the run ends.
//
// Invariants:
//   - a policy is asked once a failure, while the job still counts as in progress, and what it has
//     done to the pool is looked at afterwards;
//   - a timeout is in `#timeouts` exactly while its run lasts and it is not over. (A synchronous run
//     has none: it has ended before anything could interrupt it.)

import { Deadlines } from "../util/deadlines.js";
import type { Endings } from "../results/endings.js";
import type { PoolErrors } from "../job/errors.js";
import type { Job } from "../job/job.js";
import type { JobQueue } from "../waiting/job-queue.js";
import type { QueueEntry } from "../job/queue-entry.js";
import type { Results } from "../results/results.js";
import { askForTry } from "./retry.js";
import { Runners } from "./runner.js";
import { cell } from "../util/sight.js";
import { isSubmission } from "../job/submission.js";
import type { Terms } from "../job/terms.js";
import { runWatched, tellEnd } from "./watched.js";
import type { Worker } from "./worker.js";
import type { Workers } from "./workers.js";

/** What the pool wants to know of the end of a run. */
export interface RunEvents {
  /** An entry has ended and was counted. Its outcome was not told yet. */
  ended(): void;
  /** A worker is free again. */
  freed(): void;
  /** An outcome was told, and callers that waited for the place have it. */
  told(): void;
}

/** Runs entries on workers. */
export class Runs<J extends Job> {
  readonly #pool: object;
  readonly #jobs: JobQueue<J>;
  readonly #workers: Workers<J>;
  readonly #results: Results<J>;
  readonly #endings: Endings<J>;
  readonly #errors: PoolErrors;
  readonly #events: RunEvents;
  readonly #runners = new Runners<J>((worker, failed, outcome) => {
    this.#end(worker, failed, outcome, true);
  });
  readonly #timeouts = new Deadlines<Terms<J>>((terms) => {
    this.#timeOut(terms);
  });

  constructor(
    pool: object,
    jobs: JobQueue<J>,
    workers: Workers<J>,
    results: Results<J>,
    endings: Endings<J>,
    errors: PoolErrors,
    events: RunEvents,
  ) {
    this.#pool = pool;
    this.#jobs = jobs;
    this.#workers = workers;
    this.#results = results;
    this.#endings = endings;
    this.#errors = errors;
    this.#events = events;
  }

  /** Runs `entry`, which is next, on a worker that is free. */
  start(entry: QueueEntry<J>): void {
    const worker = this.#workers.take();
    this.#jobs.start(entry);
    const { terms } = entry;
    const due = terms === undefined ? Infinity : this.#begin(terms, worker);
    let outcome: unknown;
    try {
      const context = worker.begin(entry);
      const { watch } = cell;
      outcome =
        watch === undefined
          ? entry.run(context)
          : runWatched(watch, this.#pool, worker, entry, context);
      if (isPromiseLike(outcome)) {
        worker.markAsync();
        this.#runners.await(worker, outcome);
        if (due !== Infinity) this.#timeouts.add(terms as Terms<J>, due);
        return;
      }
    } catch (reason) {
      this.#end(worker, true, reason, false);
      return;
    }
    this.#end(worker, false, outcome, false);
  }

  /** A run begins on `worker`. Gives when its time is over. */
  #begin(terms: Terms<J>, worker: Worker<J>): number {
    const timeout = terms.begin(worker);
    return timeout === Infinity ? Infinity : this.#timeouts.now() + timeout;
  }

  /** The time of a run is over. */
  #timeOut(terms: Terms<J>): void {
    const error = this.#errors.timedOut(terms.timeout);
    terms.timeOut(error);
    terms.worker?.abort(error);
    terms.delay = this.#askForTry(terms, error);
    if (terms.delay === undefined && isSubmission(terms.entry)) terms.entry.reject(error);
  }

  /** What `worker` runs has ended. */
  #end(worker: Worker<J>, failed: boolean, outcome: unknown, wasAsync: boolean): void {
    if (worker.run !== undefined) tellEnd(worker, worker.run, failed, outcome, wasAsync);
    const entry = worker.entry as QueueEntry<J>;
    const { terms } = entry;
    if (terms === undefined) this.#finish(worker, entry, failed, outcome);
    else this.#decide(worker, terms, failed, outcome);
  }

  #decide(worker: Worker<J>, terms: Terms<J>, failed: boolean, outcome: unknown): void {
    if (terms.heap !== undefined) this.#timeouts.remove(terms);
    let delay: number | undefined;
    if (terms.isTimedOut) delay = this.#mayTry(terms) ? terms.delay : undefined;
    else if (failed) delay = this.#askForTry(terms, outcome);

    const reason = terms.isTimedOut ? terms.failure : outcome;
    if (delay === undefined) {
      this.#finish(worker, terms.entry, failed || terms.isTimedOut, reason);
    } else {
      terms.fail(reason);
      worker.end();
      this.#jobs.tryAgain(terms, delay);
      this.#release(worker);
    }
  }

  /** In how many milliseconds a job that has failed is run again, if it is. */
  #askForTry(terms: Terms<J>, reason: unknown): number | undefined {
    if (!this.#mayTry(terms)) return undefined;
    const delay = askForTry(terms, reason);
    return this.#mayTry(terms) ? delay : undefined;
  }

  /** Not once the pool has stopped, or the caller wants it no more. */
  #mayTry({ entry }: Terms<J>): boolean {
    const isWanted = !isSubmission(entry) || !entry.isAborted;
    // Last: an odd signal may stop the pool when it is looked at.
    return isWanted && !this.#jobs.stopped;
  }

  /** Accounts for the end of `entry`, which will not be run again, and tells its outcome. */
  #finish(worker: Worker<J>, entry: QueueEntry<J>, failed: boolean, outcome: unknown): void {
    worker.end();
    this.#jobs.ended();
    // State first: the caller or reader must find the pool terminated if this was the last job.
    this.#endings.count(entry, worker.id, failed, outcome);
    this.#events.ended();
    this.#endings.tell(entry, failed, outcome);

    const room = isSubmission(entry) ? undefined : this.#results.waitForRoom();
    if (room === undefined) this.#release(worker);
    else void this.#releaseAfter(worker, room);
    this.#events.told();
  }

  async #releaseAfter(worker: Worker<J>, room: Promise<unknown>): Promise<void> {
    await room;
    this.#release(worker);
  }

  #release(worker: Worker<J>): void {
    this.#workers.giveBack(worker);
    this.#jobs.release();
    this.#events.freed();
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as Partial<PromiseLike<unknown>>).then === "function"
  );
}

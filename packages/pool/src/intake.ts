// The way in: checks what is queued or submitted, wraps it in an entry, and hands that to the queue.
// Of several reasons to refuse the first counts: not a job, no signal, signal aborted, pool not open,
// `bind` throws. What is refused has not touched the queue.

import type { WaitOptions } from "@chankit/channel";

import { isAborted } from "./abort.js";
import type { Dispatcher } from "./dispatcher.js";
import { type PoolErrors, rejectInTurn } from "./errors.js";
import { checkFunction, checkJob, checkSignal, type Job } from "./job.js";
import type { JobQueue } from "./job-queue.js";
import { QueueEntry, type Run } from "./queue-entry.js";
import { capture, Submission } from "./submission.js";

/** Takes jobs and functions in. */
export class Intake<J extends Job> {
  readonly #jobs: JobQueue<J>;
  readonly #dispatcher: Dispatcher<J>;
  readonly #errors: PoolErrors;
  readonly #bind: ((run: Run) => Run) | undefined;

  constructor(
    jobs: JobQueue<J>,
    dispatcher: Dispatcher<J>,
    errors: PoolErrors,
    bind: ((run: Run) => Run) | undefined,
  ) {
    this.#jobs = jobs;
    this.#dispatcher = dispatcher;
    this.#errors = errors;
    this.#bind = bind;
  }

  /** Queues a job, waiting for room. */
  queue(job: J, options: WaitOptions | undefined): Promise<void> {
    try {
      checkJob(job, this.#errors);
      const signal = checkSignal(options?.signal, this.#errors);
      const entry = this.#entryOf(job, isAborted(signal));
      return this.#jobs.send(entry, signal && { signal });
    } catch (error) {
      return rejectInTurn(error);
    }
  }

  /** Queues a job if there is room. */
  tryQueue(job: J): boolean {
    checkJob(job, this.#errors);
    return !this.#jobs.isFull() && this.#jobs.trySend(this.#entryOf(job, false));
  }

  /** Queues a function, waiting for room. */
  submit(fn: Run, options: WaitOptions | undefined): Promise<never> {
    let signal: AbortSignal | undefined;
    try {
      checkFunction(fn, this.#errors);
      signal = checkSignal(options?.signal, this.#errors);
    } catch (error) {
      return rejectInTurn(error);
    }
    const promise = new Promise<never>(capture);
    const submission = Submission.captured<J>(fn, signal);
    try {
      const isRefused = isAborted(signal) || this.#jobs.closed;
      // It waits, or is refused, as a sender.
      if (isRefused || !this.#jobs.trySend(submission)) {
        this.#jobs.send(submission, signal && { signal }).catch(submission.refuse);
      }
      this.#dispatcher.prepare(submission);
    } catch (error) {
      submission.refuse(error);
    }
    return promise;
  }

  /** Queues a function if there is room; else nothing. */
  trySubmit(fn: Run, options: WaitOptions | undefined): Promise<never> | undefined {
    let signal: AbortSignal | undefined;
    try {
      checkFunction(fn, this.#errors);
      signal = checkSignal(options?.signal, this.#errors);
    } catch (error) {
      return rejectInTurn(error);
    }
    // Refused as `submit` refuses.
    if (isAborted(signal) || this.#jobs.closed) return this.submit(fn, signal && { signal });
    if (this.#jobs.isFull()) return undefined;

    const promise = new Promise<never>(capture);
    const submission = Submission.captured<J>(fn, signal);
    try {
      if (!this.#jobs.trySend(submission)) return undefined;
      this.#dispatcher.prepare(submission);
    } catch (error) {
      submission.refuse(error);
    }
    return promise;
  }

  /** What stands in the queue for `job`. Nothing is bound for a job that is refused anyway. */
  #entryOf(job: J, isRefused: boolean): QueueEntry<J> {
    const bind = this.#bind;
    if (bind === undefined || isRefused || this.#jobs.closed) {
      return new QueueEntry<J>(job, undefined);
    }
    const run: unknown = bind((context) => job.run(context));
    if (typeof run !== "function") throw this.#errors.argument("bind must return a function");
    return new QueueEntry<J>(job, run as Run);
  }
}

// The way in: checks what is queued or submitted, wraps it in an entry, and hands that to the queue.
// Of several reasons to refuse the first counts: not a job, bad options, signal aborted, pool not open,
// `bind` throws. What is refused has not touched the queue.

import type { WaitOptions } from "@chankit/channel";

import { isAborted } from "../util/abort.js";
import { capture } from "../util/captured.js";
import type { Dispatcher } from "../running/dispatcher.js";
import { type PoolErrors, rejectInTurn } from "../job/errors.js";
import { checkFunction, checkJob, checkSignal, type Job } from "../job/job.js";
import { type JobDefaults, type JobOptions, termsOf } from "../job/job-options.js";
import type { JobQueue } from "../waiting/job-queue.js";
import { JobEntry, type Run } from "../job/queue-entry.js";
import { PromisedSubmission, type Submission } from "../job/submission.js";
import type { Terms } from "../job/terms.js";

/** Takes jobs and functions in. */
export class Intake<J extends Job> {
  /** What jobs have that are given no options. */
  readonly defaults: JobDefaults;
  readonly #jobs: JobQueue<J>;
  readonly #dispatcher: Dispatcher<J>;
  readonly #errors: PoolErrors;
  readonly #bind: ((run: Run) => Run) | undefined;

  constructor(
    jobs: JobQueue<J>,
    dispatcher: Dispatcher<J>,
    errors: PoolErrors,
    defaults: JobDefaults,
    bind: ((run: Run) => Run) | undefined,
  ) {
    this.#jobs = jobs;
    this.#dispatcher = dispatcher;
    this.#errors = errors;
    this.defaults = defaults;
    this.#bind = bind;
  }

  /** Queues a job, waiting for room. */
  queue(job: J, options: JobOptions | undefined): Promise<void> {
    try {
      checkJob(job, this.#errors);
      const terms = termsOf<J>(options, this.defaults, this.#errors);
      const signal = checkSignal(options?.signal, this.#errors);
      const entry = this.#entryOf(job, terms, isAborted(signal));
      return this.#jobs.send(entry, signal && { signal });
    } catch (error) {
      return rejectInTurn(error);
    }
  }

  /** Queues a job if there is room. */
  tryQueue(job: J, options: JobOptions | undefined): boolean {
    checkJob(job, this.#errors);
    const terms = termsOf<J>(options, this.defaults, this.#errors);
    // Nothing is bound in vain.
    if (this.#bind !== undefined && this.#jobs.isFull()) return false;
    return this.#jobs.trySend(this.#entryOf(job, terms, false));
  }

  /** Queues a function, waiting for room. */
  submit(fn: Run, options: JobOptions | undefined): Promise<never> {
    try {
      checkFunction(fn, this.#errors);
      const terms = termsOf<J>(options, this.defaults, this.#errors);
      const signal = checkSignal(options?.signal, this.#errors);
      const promise = new Promise<never>(capture);
      this.#enter(new PromisedSubmission<J>(fn, terms, signal));
      return promise;
    } catch (error) {
      return rejectInTurn(error);
    }
  }

  /** Queues a function if there is room; else nothing. */
  trySubmit(fn: Run, options: JobOptions | undefined): Promise<never> | undefined {
    try {
      checkFunction(fn, this.#errors);
      const terms = termsOf<J>(options, this.defaults, this.#errors);
      const signal = checkSignal(options?.signal, this.#errors);
      const isRefused = isAborted(signal) || this.#jobs.closed;
      if (!isRefused && this.#jobs.isFull()) return undefined;

      const promise = new Promise<never>(capture);
      const submission = new PromisedSubmission<J>(fn, terms, signal);
      // Refused as `submit` refuses.
      if (isRefused) this.#enter(submission);
      else if (!this.#tryEnter(submission)) return undefined;
      return promise;
    } catch (error) {
      return rejectInTurn(error);
    }
  }

  /**
   * Queues a function; if it is not accepted now it waits, or is refused, as a sender.
   *
   * @throws What an odd signal throws when it is followed: then the function was not accepted.
   */
  #enter(submission: Submission<J>): void {
    const { signal } = submission;
    if (!isAborted(signal) && !this.#jobs.closed && this.#tryEnter(submission)) return;
    void this.waitToEnter(submission, signal && { signal });
    this.#dispatcher.prepare(submission);
  }

  #tryEnter(submission: Submission<J>): boolean {
    if (!this.#jobs.trySend(submission)) return false;
    this.#dispatcher.prepare(submission);
    return true;
  }

  /** Queues a function as a sender; resolves when it was accepted, or its caller was told why not. */
  waitToEnter(submission: Submission<J>, options: WaitOptions | undefined): Promise<void> {
    return this.#jobs.send(submission, options).catch((reason: unknown) => {
      submission.reject(reason);
    });
  }

  /** What stands in the queue for `job`. Nothing is bound for a job that is refused anyway. */
  #entryOf(job: J, terms: Terms<J> | undefined, isRefused: boolean): JobEntry<J> {
    const bind = this.#bind;
    if (bind === undefined || isRefused || this.#jobs.closed) return new JobEntry<J>(job, terms);
    const run: unknown = bind((context) => job.run(context));
    if (typeof run !== "function") throw this.#errors.argument("bind must return a function");
    (terms as Terms<J>).bound = run as Run;
    return new JobEntry<J>(job, terms);
  }
}

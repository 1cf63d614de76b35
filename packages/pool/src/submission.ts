// A submitted function: an entry that has a caller, with a promise, a signal and an async context.
//
// The context (`AsyncLocalStorage`) cannot be read without Node's help, but a reaction of a promise
// runs in the context in which it was made. So the call of `submit` makes a reaction that starts the
// function: at once if it is its turn, else one that waits until `wake` is called.
//
// One object, and no closure: with those a submission would take twice the memory.
//
// Invariant: `queue` is set exactly while it waits.

import { type AbortTarget, type AbortRegistration, onAbort } from "@chankit/channel";

import { isAborted, reasonOf } from "./abort.js";
import { abortContext, type Context, spreadable } from "./context.js";
import type { Job } from "./job.js";
import type { JobQueue } from "./job-queue.js";
import { QueueEntry, type Run } from "./queue-entry.js";
import type { Terms } from "./terms.js";

type Settle = (outcome: unknown) => void;

type Turn<J extends Job> = (submission: Submission<J>) => void;

/** A submitted function. */
export class Submission<J extends Job> extends QueueEntry<J> implements AbortTarget {
  /** Belongs to the queue. */
  queue: JobQueue<J> | undefined = undefined;
  readonly signal: AbortSignal | undefined;
  /** Tells the caller that the function was not accepted. */
  readonly refuse: Settle;
  readonly #fn: Run;
  readonly #resolve: Settle;
  #context: Context | undefined = undefined;
  #link: AbortRegistration | undefined = undefined;
  #wake: Settle | undefined = undefined;

  /** The caller is told by `resolve` or `reject`, of which the first call counts. */
  constructor(
    fn: Run,
    terms: Terms<J> | undefined,
    signal: AbortSignal | undefined,
    resolve: Settle,
    reject: Settle,
  ) {
    super(undefined, terms);
    this.#fn = fn;
    this.#resolve = resolve;
    this.refuse = reject;
    this.signal = signal;
  }

  /** One whose caller is told by the promise that was made with {@link capture} last. */
  static captured<J extends Job>(
    fn: Run,
    terms: Terms<J> | undefined,
    signal: AbortSignal | undefined,
  ): Submission<J> {
    const resolve = resolveCaptured as Settle;
    const reject = rejectCaptured as Settle;
    const submission = new Submission<J>(fn, terms, signal, resolve, reject);
    releaseCaptured();
    return submission;
  }

  /** Whether the signal is aborted, its listeners may have yet to run. */
  get isAborted(): boolean {
    return isAborted(this.signal);
  }

  /** Follows `signal`, which is its own, until {@link leave}. Throws if it is aborted already. */
  follow(signal: AbortSignal): void {
    this.#link = onAbort(signal, this);
  }

  /** It does not matter any more whether the signal is aborted. */
  leave(): void {
    this.#link?.remove();
  }

  /** The signal is aborted: withdraws a function that waits, tells one that runs. */
  cancel(reason: unknown): void {
    // It is followed from the moment at which the function begins to wait, and until it has ended.
    if (this.queue !== undefined) {
      this.queue.withdraw(this, reason);
    } else if (this.#context !== undefined) {
      abortContext(this.#context, reason);
      this.terms?.giveUp();
    }
  }

  /** The same, for the reason of the signal. */
  cancelByReason(): void {
    this.cancel(reasonOf(this.signal));
  }

  /** Calls the function, without a receiver: that would be ours. */
  override run(context: Context): unknown {
    this.#context = spreadable(context);
    const fn = this.#fn;
    return fn(context);
  }

  /** The function has returned `value`, or a promise of it. */
  fulfil(value: unknown): void {
    this.#link?.remove();
    this.#resolve(value);
  }

  /** The function has failed, or will not be called. */
  reject(reason: unknown): void {
    this.#link?.remove();
    this.refuse(reason);
  }

  /** Takes `turn` when {@link wake} is called, in the async context of this very call. */
  awaitTurn(turn: Turn<J>): void {
    void new Promise<Submission<J>>(capture).then(turn);
    this.#wake = resolveCaptured;
    releaseCaptured();
  }

  /** Ends the wait for a turn; false if there is none: the call of `submit` is still to begin it. */
  wake(): boolean {
    const wake = this.#wake;
    if (wake === undefined) return false;
    this.#wake = undefined;
    wake(this);
    return true;
  }
}

/** Whether an entry is a submitted function. */
export function isSubmission<J extends Job>(entry: QueueEntry<J>): entry is Submission<J> {
  return entry.job === undefined;
}

let resolveCaptured: Settle | undefined;
let rejectCaptured: Settle | undefined;

/** The executor of all promises: one of their own each would cost as much as a promise. */
export function capture(resolve: (value: never) => void, reject: Settle): void {
  resolveCaptured = resolve as Settle;
  rejectCaptured = reject;
}

/** What was captured would hold the promise, and the async context in which it was made. */
function releaseCaptured(): void {
  resolveCaptured = rejectCaptured = undefined;
}

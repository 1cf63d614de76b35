// A submitted function: an entry that has a caller, with a signal and an async context.
//
// The context (`AsyncLocalStorage`) cannot be read without Node's help, but a reaction of a promise
// runs in the context in which it was made. So the call of `submit` makes a reaction that starts the
// function: at once if it is its turn (`dispatcher.ts`), else one that waits until `wake` is called. (A
// value of a map has the steps of its map instead, see there.)
//
// One object, and no closure: with those a submission would take twice the memory.
//
// Invariant: `queue` is set exactly while it waits.

import { type AbortTarget, type AbortRegistration, onAbort } from "@chankit/channel";

import { isAborted, reasonOf } from "../util/abort.js";
import {
  capture,
  capturedReject,
  capturedResolve,
  releaseCaptured,
  type Settle,
} from "../util/captured.js";
import { abortContext, type Context, spreadable } from "./context.js";
import type { Job, JobContext } from "./job.js";
import type { QueueEntry, Run } from "./queue-entry.js";
import type { Terms } from "./terms.js";

/** Where a function waits. */
export interface WaitingPlace<J extends Job> {
  /** Its signal has taken it out. */
  withdraw(submission: Submission<J>, reason: unknown): void;
}

/** What starts a function, if it is its turn. */
export type StartTurn<J extends Job> = (submission: Submission<J>) => void;

/** A function that has a caller. */
export abstract class Submission<J extends Job> implements QueueEntry<J>, AbortTarget {
  next: QueueEntry<J> | undefined = undefined;
  previous: QueueEntry<J> | undefined = undefined;
  number = 0;
  readonly terms: Terms<J> | undefined;
  /** Belongs to the queue. */
  queue: WaitingPlace<J> | undefined = undefined;
  readonly signal: AbortSignal | undefined;
  #context: Context | undefined = undefined;
  #registration: AbortRegistration | undefined = undefined;

  constructor(terms: Terms<J> | undefined, signal: AbortSignal | undefined) {
    this.terms = terms;
    if (terms !== undefined) terms.entry = this;
    this.signal = signal;
  }

  /** None: that tells it from a queued job, at no cost. */
  get job(): undefined {
    return undefined;
  }

  /** Calls the function. */
  protected abstract call(context: JobContext): unknown;

  /** Tells the caller the outcome. Of several calls the first counts. */
  protected abstract settle(failed: boolean, outcome: unknown): void;

  /** Whether the caller wants it no more, though its signal's listeners may have yet to run. */
  get isAborted(): boolean {
    return isAborted(this.signal);
  }

  /** Follows `signal`, which is its own, until {@link leave}. Throws if it is aborted already. */
  follow(signal: AbortSignal): void {
    this.#registration = onAbort(signal, this);
  }

  /** It does not matter any more whether the signal is aborted. */
  leave(): void {
    this.#registration?.remove();
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

  run(context: Context): unknown {
    this.#context = context;
    return this.call(spreadable(context));
  }

  resized(): void {
    // What runs goes on.
  }

  /** The function has returned `value`, or a promise of it. */
  fulfil(value: unknown): void {
    this.#registration?.remove();
    this.settle(false, value);
  }

  /** The function has failed, or will not be called. */
  reject(reason: unknown): void {
    this.#registration?.remove();
    this.settle(true, reason);
  }

  /** Takes `turn` when {@link wake} is called, in the async context of its caller. */
  abstract awaitTurn(turn: StartTurn<J>): void;

  /** Ends the wait for a turn; false if there is none: the call of `submit` is still to begin it. */
  abstract wake(): boolean;
}

/** A function whose caller is told by a promise. */
export class PromisedSubmission<J extends Job> extends Submission<J> {
  readonly #fn: Run;
  readonly #resolve: Settle = capturedResolve();
  readonly #reject: Settle = capturedReject();
  #wake: Settle | undefined = undefined;

  /** Its promise is the one that was made with `capture` last. */
  constructor(fn: Run, terms: Terms<J> | undefined, signal: AbortSignal | undefined) {
    super(terms, signal);
    this.#fn = fn;
    releaseCaptured();
  }

  protected override call(context: JobContext): unknown {
    // Without a receiver: that would be ours.
    const fn = this.#fn;
    return fn(context);
  }

  protected override settle(failed: boolean, outcome: unknown): void {
    if (failed) this.#reject(outcome);
    else this.#resolve(outcome);
  }

  /** To be called in the async context of the caller. */
  override awaitTurn(turn: StartTurn<J>): void {
    void new Promise<Submission<J>>(capture).then(turn);
    this.#wake = capturedResolve();
    releaseCaptured();
  }

  override wake(): boolean {
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

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

import { isAborted } from "../util/abort.js";
import {
  capture,
  capturedReject,
  capturedResolve,
  releaseCaptured,
  type Settle,
} from "../util/captured.js";
import { abortContext, type Context, spreadable } from "./context.js";
import type { Job } from "./job.js";
import type { QueueEntry, Run } from "./queue-entry.js";
import type { Terms } from "./terms.js";

/** Where a function waits. */
export interface WaitingPlace<J extends Job> {
  /** Its signal has taken it out. */
  withdraw(submission: Submission<J>, reason: unknown): void;
}

/** What starts a function, if it is its turn. */
export type StartTurn<J extends Job> = (submission: Submission<J>) => void;

/**
 * A function that has a caller. Not a superclass: V8 does not inline the construction of derived classes,
 * and a value of a map would take 3 % longer.
 */
export interface Submission<J extends Job> extends QueueEntry<J>, AbortTarget {
  /** None: that tells it from a queued job, at no cost. */
  readonly job: undefined;
  /** Belongs to the queue. */
  queue: WaitingPlace<J> | undefined;
  readonly signal: AbortSignal | undefined;
  /** Set when it is started. */
  context: Context | undefined;
  /** Set while it follows its signal. */
  registration: AbortRegistration | undefined;

  /** Whether the caller wants it no more, though its signal's listeners may have yet to run. */
  readonly isAborted: boolean;
  /** The signal is aborted: withdraws a function that waits, tells one that runs. See {@link cancel}. */
  cancel(reason: unknown): void;

  // These two tell the caller the outcome. Of several calls the first counts.
  /** The function has returned `value`, or a promise of it. */
  fulfil(value: unknown): void;
  /** The function has failed, or will not be called. */
  reject(reason: unknown): void;

  /** Takes `turn` when {@link wake} is called, in the async context of its caller. */
  awaitTurn(turn: StartTurn<J>): void;
  /** Ends the wait for a turn; false if there is none: the call of `submit` is still to begin it. */
  wake(): boolean;
}

/** Has `submission` follow its signal, until {@link leave}. Throws if that is aborted already. */
export function follow<J extends Job>(submission: Submission<J>, signal: AbortSignal): void {
  submission.registration = onAbort(signal, submission);
}

/** It does not matter any more whether the signal is aborted. */
export function leave<J extends Job>(submission: Submission<J>): void {
  submission.registration?.remove();
}

/** What `cancel` of each submission does. */
export function cancel<J extends Job>(submission: Submission<J>, reason: unknown): void {
  const { queue, context, terms } = submission;
  // It is followed from the moment at which the function begins to wait, and until it has ended.
  if (queue !== undefined) {
    queue.withdraw(submission, reason);
  } else if (context !== undefined) {
    abortContext(context, reason);
    terms?.giveUp();
  }
}

/** A function whose caller is told by a promise. */
export class PromisedSubmission<J extends Job> implements Submission<J> {
  next: QueueEntry<J> | undefined = undefined;
  previous: QueueEntry<J> | undefined = undefined;
  number = 0;
  readonly terms: Terms<J> | undefined;
  queue: WaitingPlace<J> | undefined = undefined;
  readonly signal: AbortSignal | undefined;
  context: Context | undefined = undefined;
  registration: AbortRegistration | undefined = undefined;
  readonly #fn: Run;
  readonly #resolve: Settle = capturedResolve();
  readonly #reject: Settle = capturedReject();
  #wake: Settle | undefined = undefined;

  /** Its promise is the one that was made with `capture` last. */
  constructor(fn: Run, terms: Terms<J> | undefined, signal: AbortSignal | undefined) {
    this.terms = terms;
    if (terms !== undefined) terms.entry = this;
    this.signal = signal;
    this.#fn = fn;
    releaseCaptured();
  }

  get job(): undefined {
    return undefined;
  }

  get isAborted(): boolean {
    return isAborted(this.signal);
  }

  cancel(reason: unknown): void {
    cancel(this, reason);
  }

  run(context: Context): unknown {
    this.context = context;
    // Without a receiver: that would be ours.
    const fn = this.#fn;
    return fn(spreadable(context));
  }

  resized(): void {
    // What runs goes on.
  }

  fulfil(value: unknown): void {
    leave(this);
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    leave(this);
    this.#reject(reason);
  }

  /** To be called in the async context of the caller. */
  awaitTurn(turn: StartTurn<J>): void {
    void new Promise<Submission<J>>(capture).then(turn);
    this.#wake = capturedResolve();
    releaseCaptured();
  }

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

// A value of a `map` on its way from the source to the reader: pulled, submitted, settled, read. It is
// its own submission, so that a value costs one object.

import type { AbortRegistration } from "@chankit/channel";

import { isAborted } from "../util/abort.js";
import { type Context, spreadable } from "../job/context.js";
import type { Job, JobContext } from "../job/job.js";
import type { QueueEntry } from "../job/queue-entry.js";
import { cancel, leave, type Submission, type WaitingPlace } from "../job/submission.js";
import type { Terms } from "../job/terms.js";

/** What all slots of a map have in common. */
export interface SlotOwner<J extends Job> {
  readonly fn: (value: never, context: JobContext) => unknown;
  // Both are called in the middle of the pool's work: they must not run user code.
  /** It is the turn of a slot, which is to be taken in the async context of the map. */
  giveTurn(slot: Slot<J>): void;
  /** A slot has its outcome. */
  settled(slot: Slot<J>): void;
  /** The pool has another number of workers while a slot runs. */
  resized(): void;
}

/** A value that was pulled, and that was not read yet. */
export class Slot<J extends Job> implements Submission<J> {
  next: QueueEntry<J> | undefined = undefined;
  previous: QueueEntry<J> | undefined = undefined;
  number = 0;
  readonly terms: Terms<J> | undefined;
  queue: WaitingPlace<J> | undefined = undefined;
  readonly signal: AbortSignal | undefined;
  context: Context | undefined = undefined;
  registration: AbortRegistration | undefined = undefined;
  // The links belong to the map.
  after: Slot<J> | undefined = undefined;
  before: Slot<J> | undefined = undefined;
  /** Whether the reader wants it no more. */
  isDropped = false;
  isSettled = false;
  hasFailed = false;
  /** The value, and then what `fn` made of it. */
  content: unknown;
  readonly #owner: SlotOwner<J>;

  constructor(
    owner: SlotOwner<J>,
    value: unknown,
    terms: Terms<J> | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.terms = terms;
    if (terms !== undefined) terms.entry = this;
    this.signal = signal;
    this.content = value;
    this.#owner = owner;
  }

  get job(): undefined {
    return undefined;
  }

  get isAborted(): boolean {
    return this.isDropped || isAborted(this.signal);
  }

  cancel(reason: unknown): void {
    cancel(this, reason);
  }

  run(context: Context): unknown {
    this.context = context;
    const { fn } = this.#owner;
    return fn(this.content as never, spreadable(context));
  }

  resized(): void {
    this.#owner.resized();
  }

  fulfil(value: unknown): void {
    this.#settle(false, value);
  }

  reject(reason: unknown): void {
    this.#settle(true, reason);
  }

  awaitTurn(): void {
    // The steps of the map have its context, at any time.
  }

  wake(): boolean {
    this.#owner.giveTurn(this);
    return true;
  }

  #settle(failed: boolean, outcome: unknown): void {
    leave(this);
    // What was timed out is told at once, and once more when it has ended.
    if (this.isSettled) return;
    this.isSettled = true;
    this.hasFailed = failed;
    this.content = outcome;
    this.#owner.settled(this);
  }
}

/** Slots in order, linked in both directions. */
export class SlotList<J extends Job> {
  first: Slot<J> | undefined = undefined;
  #last: Slot<J> | undefined = undefined;

  /** Adds a slot at the end. */
  push(slot: Slot<J>): void {
    slot.before = this.#last;
    if (this.#last === undefined) this.first = slot;
    else this.#last.after = slot;
    this.#last = slot;
  }

  /** Takes a slot of this list out, wherever it stands. */
  remove(slot: Slot<J>): void {
    if (slot.before === undefined) this.first = slot.after;
    else slot.before.after = slot.after;
    if (slot.after === undefined) this.#last = slot.before;
    else slot.after.before = slot.before;
    slot.before = slot.after = undefined;
  }
}

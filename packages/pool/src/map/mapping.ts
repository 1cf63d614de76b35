// What is behind the iterator of `map`: values go from the source through the pool to the reader, each
// in a slot of its own. Between both are at most so many slots as `bound` says.
//
//   source --pull--> arrived --submit--> slot: waits, runs --> settled --read--> reader
//
// All that may run code of users (to run slots, to ask the source, to abort what runs) is done in steps
// (`steps.ts`), of which each slot has one of its own: what others do to their async context has ended.
//
// How it ends: the first failure of a function stays in its slot; the slots behind it are dropped, those
// before it are still read. A failure of anything else (the source, the signal, the pool), or of any
// function if results are unordered, is told after all slots (`#failure`). Either way no more is
// pulled. Leaving drops all slots.
//
// Invariants:
//   - a slot is in `#slots` until it is read or dropped; unordered, until it is settled, and in
//     `#next` until it is read. `#count` counts both;
//   - readers wait only if there is nothing for the first of them;
//   - until a reader has come nothing asks for a step, but leaving, after which nothing is pulled.

import type { Job, JobContext } from "../job/job.js";
import { Entrance, type EntrancePool } from "./entrance.js";
import { Feed, type FeedPool } from "./feed.js";
import { type Failure, Readers, type Result } from "./readers.js";
import type { Iterate, Listener } from "./source.js";
import { Slot, SlotList, type SlotOwner } from "./slot.js";
import { Steps } from "./steps.js";
import type { Terms } from "../job/terms.js";

/** What a map needs of its pool. */
export interface MapPool<J extends Job> extends FeedPool, EntrancePool<J> {
  /** How many values may be between the source and the reader now. */
  bound(): number;
}

/** What was given to `map`, checked. */
export interface CheckedMap<J extends Job> {
  readonly source: Iterate<unknown>;
  readonly fn: (value: never, context: JobContext) => unknown;
  readonly ordered: boolean;
  readonly signal: AbortSignal | undefined;
  /** To be copied for each of the functions. */
  readonly terms: Terms<J> | undefined;
}

/** Values on their way from the source through the pool to the reader. */
export class Mapping<J extends Job> implements SlotOwner<J>, Listener<unknown> {
  readonly fn: (value: never, context: JobContext) => unknown;
  readonly #pool: MapPool<J>;
  readonly #options: CheckedMap<J>;
  readonly #feed: Feed;
  readonly #entrance: Entrance<J>;

  readonly #slots = new SlotList<J>();
  /** Where those stand that are to be read: all in order, or else those that have settled. */
  readonly #next: SlotList<J>;
  #count = 0;
  /** How many there may be, when that was looked at last. */
  #bound = 0;
  readonly #readers = new Readers();
  /** Slots to be aborted in the next step, if they run then, and why. */
  #dropped: Slot<J>[] = [];
  #dropReason: unknown = undefined;

  /** Whether a reader has come. */
  #hasBegun = false;
  /** Whether no more is pulled: the source has ended, something has failed, or the reader has left. */
  #isStopped = false;
  /** Told after all slots. */
  #failure: Failure | undefined = undefined;
  /** Whether there is nothing more to tell. */
  #isOver = false;

  readonly #steps = new Steps<Slot<J>>(
    () => {
      this.#work();
    },
    (slot) => {
      this.#pool.takeTurnOf(slot);
      // While it waited, the pool may have got more workers than there are slots for.
      if (this.#pool.bound() !== this.#bound) this.#steps.wake();
    },
  );

  constructor(pool: MapPool<J>, options: CheckedMap<J>) {
    this.fn = options.fn;
    this.#pool = pool;
    this.#options = options;
    this.#next = options.ordered ? this.#slots : new SlotList<J>();
    this.#feed = new Feed(options.source, pool, options.signal, this);
    this.#entrance = new Entrance(pool, () => {
      this.#steps.wake();
    });
  }

  /** Gives the next result, or the end. */
  read(): Promise<Result> {
    const first = this.#first();
    if (first?.hasFailed === false) {
      this.#take(first);
      return Promise.resolve({ done: false, value: first.content });
    }
    const promise = this.#readers.add();
    this.#hasBegun ||= !this.#isOver;
    this.#serve();
    this.#steps.wake();
    return promise;
  }

  /** The reader has left: readers that wait are told the end, and what runs is aborted with `reason`. */
  leave(reason: unknown): void {
    this.#end();
    this.#drop(this.#slots.first, reason);
    this.#serve();
    this.#abortDropped();
  }

  // What slots, the source, the signal and the pool tell. They may be in the middle of something: what
  // runs code of users waits for the next step.

  giveTurn(slot: Slot<J>): void {
    this.#steps.giveTurn(slot);
  }

  settled(slot: Slot<J>): void {
    if (slot.isDropped) return;
    const { ordered } = this.#options;
    if (!ordered) {
      this.#slots.remove(slot);
      if (slot.hasFailed) this.#count--;
      else this.#next.push(slot);
    }
    if (slot.hasFailed) {
      if (ordered) this.#drop(slot.after, slot.content);
      this.#stop(ordered ? undefined : (this.#failure ?? { reason: slot.content }));
    }
    this.#serve();
  }

  resized(): void {
    this.#steps.wake();
  }

  arrived(value: unknown): void {
    const { signal, terms } = this.#options;
    const slot = new Slot<J>(this, value, terms?.copy(), signal);
    this.#slots.push(slot);
    this.#count++;
    this.#entrance.enter(slot);
    this.#steps.wake();
  }

  ended(): void {
    this.#stop(undefined);
    this.#serve();
  }

  failed(reason: unknown): void {
    this.#stop({ reason });
    this.#serve();
  }

  /** Does what is to be done in a step. A source that answers at once is asked again at once. */
  #work(): void {
    this.#abortDropped();
    while (this.#mayPull()) this.#feed.pull();
    if (this.#isStopped && this.#hasBegun) this.#feed.return();
  }

  #mayPull(): boolean {
    if (this.#isStopped || this.#feed.isPulling || this.#entrance.isBlocked) return false;
    this.#bound = this.#pool.bound();
    return this.#count < this.#bound;
  }

  /**
   * Drops `first` and all behind it. What waits is withdrawn at once, so that it cannot start any more;
   * what runs is aborted later, since that is heard by users.
   */
  #drop(first: Slot<J> | undefined, reason: unknown): void {
    this.#dropReason = reason;
    // The one that waits for room is the last. Before all others: or it would get the room of these.
    this.#entrance.cancel(reason);
    let slot = first;
    while (slot !== undefined) {
      const next = slot.after;
      this.#slots.remove(slot);
      this.#count--;
      slot.isDropped = true;
      if (slot.queue !== undefined) slot.cancel(reason);
      else this.#dropped.push(slot);
      slot = next;
    }
  }

  #abortDropped(): void {
    const dropped = this.#dropped;
    if (dropped.length === 0) return;
    this.#dropped = [];
    // What has ended, also meanwhile, runs no more.
    for (const slot of dropped) if (!slot.isSettled) slot.cancel(this.#dropReason);
  }

  #stop(failure: Failure | undefined): void {
    this.#isStopped = true;
    this.#failure = failure;
    this.#feed.ignore();
    this.#steps.wake();
  }

  #end(): void {
    this.#isOver = true;
    this.#stop(undefined);
  }

  /** Serves readers that wait, as far as there is something for them. */
  #serve(): void {
    while (this.#readers.length > 0) {
      const first = this.#first();
      if (first !== undefined) this.#tell(first);
      else if (this.#isOver || this.#isDrained()) this.#tellEnd();
      else return;
    }
  }

  #tell(slot: Slot<J>): void {
    this.#take(slot);
    const { hasFailed, content } = slot;
    if (hasFailed) {
      this.#end();
      this.#readers.fail(content);
    } else {
      this.#readers.tell({ done: false, value: content });
    }
  }

  #tellEnd(): void {
    const failure = this.#failure;
    this.#end();
    this.#readers.end(failure);
  }

  /** The slot to be read next, if it is settled. */
  #first(): Slot<J> | undefined {
    if (this.#isOver) return undefined;
    const { first } = this.#next;
    return first?.isSettled === true ? first : undefined;
  }

  /** Takes the slot to be read next, which is {@link #first}, for its reader. */
  #take(slot: Slot<J>): void {
    this.#next.remove(slot);
    this.#count--;
    this.#steps.wake();
  }

  /** Whether all slots were read, and there will be no other. */
  #isDrained(): boolean {
    return this.#isStopped && this.#count === 0;
  }
}

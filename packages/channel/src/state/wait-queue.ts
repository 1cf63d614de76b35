// The queue of those who wait on one side of a channel: an intrusive doubly linked list (Go's
// waitq), so that whoever withdraws leaves from the middle in O(1).
//
// Invariants:
//   - a waiter is in a queue exactly while it waits: whoever is claimed or withdraws has left
//     every queue by the time that any other code runs, so all that is linked here can be served;
//   - the order is that of arrival, and leaving does not change it for the others.

import { report } from "./errors.js";
import type { Queue, Waiter } from "./waiter.js";
import { isAborted, reasonOf } from "../util/signals.js";

/** Those who wait on one side of a channel, first come, first served. */
export class WaitQueue implements Queue {
  #first: Waiter | undefined = undefined;
  #last: Waiter | undefined = undefined;
  #length = 0;
  readonly #onNonEmpty: (() => void) | undefined;
  readonly #onLeft: (() => void) | undefined;

  /** `onNonEmpty` is called when someone waits where nobody waited, `onLeft` when someone has left. */
  constructor(onNonEmpty?: () => void, onLeft?: () => void) {
    this.#onNonEmpty = onNonEmpty;
    this.#onLeft = onLeft;
  }

  /** How many wait here. */
  get length(): number {
    return this.#length;
  }

  /** Adds a waiter at the end. It may be served, or fail, before this returns: `onNonEmpty` can do that. */
  enqueue(waiter: Waiter): void {
    waiter.queue = this;
    waiter.previous = this.#last;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
    if (this.#length++ > 0 || this.#onNonEmpty === undefined) return;
    try {
      this.#onNonEmpty();
    } catch (error) {
      if (waiter.queue === this) waiter.cancel(error);
      else report(error);
    }
  }

  /**
   * Removes a waiter of this queue, wherever in it it stands. True if `onLeft` has to be called,
   * by {@link notifyLeft}: not here, since the waiter may have to leave other queues before.
   */
  remove(waiter: Waiter): boolean {
    if (waiter.previous === undefined) this.#first = waiter.next;
    else waiter.previous.next = waiter.next;
    if (waiter.next === undefined) this.#last = waiter.previous;
    else waiter.next.previous = waiter.previous;
    waiter.queue = waiter.previous = waiter.next = undefined;
    this.#length--;
    return this.#onLeft !== undefined;
  }

  /** Calls `onLeft`. What it throws is not the concern of whoever serves the waiter that has left. */
  notifyLeft(): void {
    try {
      this.#onLeft?.();
    } catch (error) {
      report(error);
    }
  }

  /** The longest-waiting one that may still be served, left where it is. */
  firstLive(): Waiter | undefined {
    for (let waiter = this.#first; waiter !== undefined; waiter = this.#first) {
      const { signal } = waiter;
      if (signal === undefined) return waiter;
      // An odd signal may act on the channel when it is looked at: then who waits here is another.
      const isOver = isAborted(signal);
      if (waiter !== this.#first) continue;
      if (!isOver) return waiter;
      // Its own abort listener has yet to run, but from the abort on it must not commit.
      waiter.cancel(reasonOf(signal));
    }
    return undefined;
  }

  /** Takes the longest-waiting one out of all its queues: it is the caller's to serve. */
  claim(): Waiter | undefined {
    // The common case by far, and the first thing that every operation asks.
    if (this.#first === undefined) return undefined;
    const waiter = this.firstLive();
    waiter?.detach();
    return waiter;
  }

  /** Claims one after the other, until nobody waits any more. */
  claimAll(serve: (waiter: Waiter) => void): void {
    for (let waiter = this.claim(); waiter !== undefined; waiter = this.claim()) serve(waiter);
  }
}

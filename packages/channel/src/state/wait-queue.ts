// The queue of what waits on one side of a channel: an intrusive doubly linked list (Go's waitq), so
// that a waiter leaves from the middle in O(1).
//
// Invariants:
//   - a waiter is in a queue exactly while it waits, so all that is linked here can be served;
//   - the order is that of arrival, and leaving does not change it for the others;
//   - leaving is announced once, after the waiter has been told, whatever ended its wait.

import { report } from "./errors.js";
import type { Queue, Waiter } from "./waiter.js";
import { isAborted, reasonOf } from "../util/signals.js";

/** What waits on one side of a channel, first come, first served. */
export class WaitQueue implements Queue {
  #first: Waiter | undefined;
  #last: Waiter | undefined;
  #length = 0;
  /** Whether a waiter has left and that is yet to be announced. */
  #hasLeft = false;
  readonly #onNonEmpty: (() => void) | undefined;
  readonly #onLeft: (() => void) | undefined;
  /** Whether nothing but its signal can make a wait here fail. */
  readonly isSure: boolean;

  /** `onNonEmpty` is called when a waiter comes and is the only one, `onLeft` when one has left. */
  constructor(onNonEmpty?: () => void, onLeft?: () => void, isSure = false) {
    this.#onNonEmpty = onNonEmpty;
    this.#onLeft = onLeft;
    this.isSure = isSure;
  }

  /** How many wait here. */
  get length(): number {
    return this.#length;
  }

  /** Adds a waiter at the end. Its wait may end before this returns: `onNonEmpty` can do that. */
  enqueue(waiter: Waiter): void {
    waiter.queue = this;
    waiter.previous = this.#last;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
    if (this.#length++ > 0) return;
    try {
      this.#onNonEmpty?.();
    } catch (error) {
      if (waiter.queue === this) waiter.fail(error);
      else report(error);
    }
  }

  /** Removes a waiter of this queue, wherever in it it stands. `announceLeft` has to follow. */
  remove(waiter: Waiter): void {
    if (waiter.previous === undefined) this.#first = waiter.next;
    else waiter.previous.next = waiter.next;
    if (waiter.next === undefined) this.#last = waiter.previous;
    else waiter.next.previous = waiter.previous;
    waiter.queue = waiter.previous = waiter.next = undefined;
    this.#length--;
    this.#hasLeft = true;
  }

  /**
   * Calls `onLeft` if a waiter has left since the last call. What it throws is reported: it must not
   * fail the operation that has served the waiter.
   */
  announceLeft(): void {
    if (!this.#hasLeft) return;
    this.#hasLeft = false;
    try {
      this.#onLeft?.();
    } catch (error) {
      report(error);
    }
  }

  /**
   * The waiter to be served next, left where it is: the one that has waited the longest. Ends the
   * waits whose signal is aborted before that.
   */
  firstLive(): Waiter | undefined {
    for (let waiter = this.#first; waiter !== undefined; waiter = this.#first) {
      const { signal } = waiter;
      if (signal === undefined) return waiter;
      // An odd signal may act on the channel when it is looked at: then another waiter is the first.
      const isOver = isAborted(signal);
      if (waiter !== this.#first) continue;
      if (!isOver) return waiter;
      // Its own abort listener has yet to run, but from the abort on it must not commit (C7).
      waiter.fail(reasonOf(signal));
    }
    return undefined;
  }

  /** Calls `serve`, which ends its wait, with one waiter after the other until none is left. */
  serveAll(serve: (waiter: Waiter) => void): void {
    for (let waiter = this.firstLive(); waiter !== undefined; waiter = this.firstLive()) {
      serve(waiter);
    }
  }
}

/** A queue in which nothing makes a wait fail but its signal: no close does, and there is no hook. */
export function sureQueue(onLeft?: () => void): WaitQueue {
  return new WaitQueue(undefined, onLeft, true);
}

// What was accepted and may start, in order: the highest rank first, and among equals the first that
// was accepted. The rank is `priority + waited / ageing`. All that wait age alike, so of two the order
// never changes, and a constant does: `acceptedAt / ageing - priority`, the urgency, least first.
//
// Plain entries (no priority, first try) stand in a list, in the order of acceptance. That is their
// order by urgency, too, so they need neither a key nor a comparison. All others stand in a heap, by
// urgency and number. The first of all is the better one of both firsts. So a plain entry costs
// O(1), whatever else waits, and one with a priority O(log n).
//
// A try comes back with the urgency and the number of its acceptance, and so finds its place.

import { Heap } from "../util/heap.js";
import type { Job } from "../job/job.js";
import { EntryList, type QueueEntry } from "../job/queue-entry.js";
import type { Terms } from "../job/terms.js";

/** All that waits and may start. */
export class WaitingList<J extends Job> {
  readonly #plain = new EntryList<J>();
  readonly #ranked = new Heap<Terms<J>>();
  readonly #ageing: number;
  readonly #now: () => number;

  /** An entry gains a priority of 1 in `ageing` milliseconds, counted by `now`. */
  constructor(ageing: number, now: () => number) {
    this.#ageing = ageing;
    this.#now = now;
  }

  /** The entry that is to start next. */
  get first(): QueueEntry<J> | undefined {
    const plain = this.#plain.first;
    const ranked = this.#ranked.first;
    if (ranked === undefined) return plain;
    if (plain === undefined) return ranked.entry;
    const urgency = plain.terms?.urgency ?? 0;
    const isRankedFirst =
      ranked.key === urgency ? ranked.number < plain.number : ranked.key < urgency;
    return isRankedFirst ? ranked.entry : plain;
  }

  /** Adds an entry that was accepted now. */
  accept(entry: QueueEntry<J>): void {
    const { terms } = entry;
    if (terms !== undefined) {
      terms.number = entry.number;
      // `0 -`, since `-0` is no small integer for an engine.
      terms.urgency = 0 - terms.priority;
      if (this.#ageing !== Infinity) terms.urgency += this.#now() / this.#ageing;
      if (terms.priority !== 0) {
        this.#ranked.push(terms, terms.urgency);
        return;
      }
    }
    this.#plain.push(entry);
  }

  /** Adds an entry that was started before. */
  comeBack(terms: Terms<J>): void {
    this.#ranked.push(terms, terms.urgency);
  }

  /** Takes an entry of this list out. */
  remove(entry: QueueEntry<J>): void {
    const { terms } = entry;
    if (terms?.heap === undefined) this.#plain.remove(entry);
    else this.#ranked.remove(terms);
  }
}

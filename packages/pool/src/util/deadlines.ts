// Tells what is due, in order, by one timer of the platform however much waits for its time. That is
// started when something is due before all else. It may fire for something that has left meanwhile:
// it is then set anew, since most of what has a timeout leaves, and the timers of a busy pool would
// cost more than its jobs.
//
// Invariant, between any two calls: there is a timer exactly if something waits for its time, and it
// fires at the first of these times, or before.

import { Alarm } from "@chankit/channel";

import { Heap, type HeapItem } from "./heap.js";

/** What is due at some time. */
export class Deadlines<T extends HeapItem> {
  readonly #heap = new Heap<T>();
  readonly #onDue: (item: T) => void;
  readonly #alarm = new Alarm(() => {
    this.#tell();
  }, true);
  /** When the timer fires, if there is one. */
  #firesAt = Infinity;

  constructor(onDue: (item: T) => void) {
    this.#onDue = onDue;
  }

  /** Some item. */
  get first(): T | undefined {
    return this.#heap.first;
  }

  /** Whether `item` is here. */
  has(item: T): boolean {
    return item.heap === this.#heap;
  }

  /** What time it is, in milliseconds, for {@link add}. */
  now(): number {
    return this.#alarm.elapsed();
  }

  /** Tells when it is `due` that it is. O(log n). */
  add(item: T, due: number): void {
    this.#heap.push(item, due);
    this.#arm();
  }

  /** Does not tell of an item any more. O(log n). */
  remove(item: T): void {
    this.#heap.remove(item);
    if (this.#heap.length === 0) this.#disarm();
  }

  #tell(): void {
    this.#firesAt = Infinity;
    const now = this.now();
    for (let item = this.#heap.first; item !== undefined && item.key <= now;) {
      this.#heap.remove(item);
      this.#onDue(item);
      item = this.#heap.first;
    }
    this.#arm();
  }

  #arm(): void {
    this.#firesAt = Math.min(this.#firesAt, this.#heap.first?.key ?? Infinity);
    // Also if it has not changed: the timers may be others than before, those of a test.
    this.#alarm.arm(this.#firesAt);
  }

  #disarm(): void {
    this.#firesAt = Infinity;
    this.#alarm.disarm();
  }
}

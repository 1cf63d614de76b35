// The words of shared memory of one thread, one for each call that it was sent. They grow by pages; the
// thread gets a new page with the first message that needs it. Without shared memory a slot is a number
// alone, and nothing can be revoked.
//
// Invariant: a slot is free, or belongs to one call that the thread was sent and has not told of.

import { ABORTED, BEGUN, PAGE, REVOKED, SENT } from "../wire/protocol.js";

/** See above. */
export class Slots {
  readonly #isShared: boolean;
  readonly #pages: Int32Array[] = [];
  readonly #free: number[] = [];
  #size = 0;
  #unsent: SharedArrayBuffer | undefined = undefined;

  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  /** A free slot, which says SENT. */
  take(): number {
    const slot = this.#free.pop();
    if (slot !== undefined) {
      if (this.#isShared) Atomics.store(this.#page(slot), slot % PAGE, SENT);
      return slot;
    }
    if (this.#isShared && this.#size % PAGE === 0) {
      this.#unsent = new SharedArrayBuffer(PAGE * Int32Array.BYTES_PER_ELEMENT);
      this.#pages.push(new Int32Array(this.#unsent));
    }
    return this.#size++;
  }

  /** How many slots can be taken before another page is needed: messages take one page at most. */
  get room(): number {
    return this.#free.length + (PAGE - (this.#size % PAGE));
  }

  /** The page that the thread has not got yet, if there is one. It is given once. */
  newPage(): SharedArrayBuffer | undefined {
    const page = this.#unsent;
    this.#unsent = undefined;
    return page;
  }

  /** The thread has told of the call. */
  release(slot: number): void {
    this.#free.push(slot);
  }

  /** Whether the call is withdrawn by this: the thread will pass over it. */
  revoke(slot: number): boolean {
    return (
      this.#isShared &&
      Atomics.compareExchange(this.#page(slot), slot % PAGE, SENT, REVOKED) === SENT
    );
  }

  /** Tells a begun call that it is aborted. */
  abort(slot: number): void {
    if (this.#isShared) Atomics.compareExchange(this.#page(slot), slot % PAGE, BEGUN, ABORTED);
  }

  /** Whether the thread has begun the call. What cannot be taken back counts as begun. */
  isBegun(slot: number): boolean {
    return !this.#isShared || Atomics.load(this.#page(slot), slot % PAGE) !== SENT;
  }

  #page(slot: number): Int32Array {
    return this.#pages[Math.floor(slot / PAGE)] as Int32Array;
  }
}

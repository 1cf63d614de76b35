// An unbounded first-in, first-out buffer in one array:
//
//   slots   [ e | f |   |   | a | b | c | d ]      length = 6
//                             ^ head                a is next, f came last
//
// The array's length is a power of two, so that an index wraps by a mask. It doubles when it is
// full, and starts anew when a large one has been emptied: an idle buffer holds no memory.

const SMALL = 16;
const LARGE = 16_384;

/** A first-in, first-out buffer that grows as needed and keeps no reference to what has left it. */
export class RingBuffer<T> {
  #slots: (T | undefined)[] = [];
  #head = 0;
  #length = 0;

  /** How many values are inside. */
  get length(): number {
    return this.#length;
  }

  /** Adds a value at the tail. Amortised O(1). */
  push(value: T): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = value;
    this.#length++;
  }

  /** The value at the head, left where it is; `undefined` if there is none. O(1). */
  peek(): T | undefined {
    return this.#slots[this.#head];
  }

  /** Takes the value at the head. The buffer must not be empty. O(1). */
  shift(): T {
    const value = this.#slots[this.#head] as T;
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#slots.length > LARGE) this.#slots = [];
    return value;
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Array<T | undefined>(Math.max(SMALL, old.length * 2)).fill(undefined);
    for (let i = 0; i < this.#length; i++) slots[i] = old[(this.#head + i) & (old.length - 1)];
    this.#slots = slots;
    this.#head = 0;
  }
}

// An unbounded first-in, first-out buffer: a ring, and behind it a list of chunks for what the ring
// cannot hold.
//
//   ring [ e | f |   |   | a | b | c | d ]   chunks [ g | h | i | … ] -> [ … | z |   ]
//                          ^ head                   ^ first             ^ last
//
// The ring's length is a power of two, so that an index wraps by a mask. It doubles while it is
// small. A ring of the size of a chunk does not grow: further values go into chunks, and when the
// ring is empty, the first chunk becomes the ring. So nothing large is ever copied, and memory is
// given back chunk by chunk, also by a buffer that is never quite empty.
//
// Invariants: the ring is empty only if the buffer is; only the last chunk has free slots.

/** So few make a line of memory in the caches: most channels have few values, and there may be many channels. */
const SMALL = 4;
/** 8 kB: large enough for a list of them to cost nothing, small enough to be kept by an idle buffer. */
const CHUNK = 1024;

type Slots<T> = (T | undefined)[];

/**
 * A first-in, first-out buffer that grows as needed and keeps no reference to what has left it. It has no
 * private methods: they would be one more field.
 */
export class RingBuffer<T> {
  #ring: Slots<T> = [];
  #head = 0;
  #inRing = 0;
  /** How many values are in chunks. */
  #behind = 0;
  #chunks: ChunkList<T> | undefined;

  /** How many values are inside. */
  get length(): number {
    return this.#inRing + this.#behind;
  }

  /** Adds a value at the tail. O(1): at most half a chunk is ever copied. */
  push(value: T): void {
    if (this.#inRing === this.#ring.length || this.#behind > 0) {
      if (this.#ring.length === CHUNK) {
        (this.#chunks ??= new ChunkList()).push(value);
        this.#behind++;
        return;
      }
      const old = this.#ring;
      this.#ring = emptySlots(Math.max(SMALL, old.length * 2));
      for (let i = 0; i < this.#inRing; i++) {
        this.#ring[i] = old[(this.#head + i) & (old.length - 1)];
      }
      this.#head = 0;
    }
    this.#ring[(this.#head + this.#inRing) & (this.#ring.length - 1)] = value;
    this.#inRing++;
  }

  /** The value at the head, left where it is; `undefined` if there is none. O(1). */
  peek(): T | undefined {
    return this.#ring[this.#head];
  }

  /** Takes the value at the head. The buffer must not be empty. O(1). */
  shift(): T {
    const value = this.#ring[this.#head] as T;
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    if (--this.#inRing === 0 && this.#behind > 0) {
      this.#inRing = Math.min(this.#behind, CHUNK);
      this.#behind -= this.#inRing;
      this.#head = 0;
      this.#ring = (this.#chunks as ChunkList<T>).exchange(this.#ring);
    }
    return value;
  }
}

interface Chunk<T> {
  readonly slots: Slots<T>;
  next: Chunk<T> | undefined;
}

/** What does not fit into the ring, in chunks that are full, but for the last. */
class ChunkList<T> {
  #first: Chunk<T> | undefined;
  #last: Chunk<T> | undefined;
  #inLast = CHUNK;
  /** A former ring, so that a length which goes up and down around a chunk's end allocates nothing. */
  #spare: Slots<T> | undefined;

  push(value: T): void {
    if (this.#last === undefined || this.#inLast === CHUNK) this.#last = this.#add();
    this.#last.slots[this.#inLast++] = value;
  }

  /** Takes the slots of the first chunk, and keeps the `empty` ones for another. */
  exchange(empty: Slots<T>): Slots<T> {
    const { slots, next } = this.#first as Chunk<T>;
    this.#spare = empty;
    this.#first = next;
    if (next === undefined) this.#last = undefined;
    return slots;
  }

  #add(): Chunk<T> {
    const chunk: Chunk<T> = { slots: this.#spare ?? emptySlots(CHUNK), next: undefined };
    this.#spare = undefined;
    this.#inLast = 0;
    if (this.#last === undefined) this.#first = chunk;
    else this.#last.next = chunk;
    return chunk;
  }
}

function emptySlots<T>(length: number): Slots<T> {
  return new Array<T | undefined>(length).fill(undefined);
}

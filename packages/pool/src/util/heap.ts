// A binary heap whose members know where they are, so that each of them leaves in O(log n).

/** What can be in a heap, one at a time. All of it belongs to the heap, but for `number`. */
export interface HeapItem {
  /** The least comes first. */
  key: number;
  /** Among equal keys, the least comes first. */
  readonly number: number;
  heap: object | undefined;
  index: number;
}

/** Items by their keys, the first of which is at hand. */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  /** The item with the least key. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item that is in no heap. O(log n). */
  push(item: T, key: number): void {
    item.key = key;
    item.heap = this;
    item.index = this.#items.length;
    this.#items.push(item);
    this.#rise(item);
  }

  /** Takes an item of this heap out. O(log n). */
  remove(item: T): void {
    const last = this.#items.pop() as T;
    item.heap = undefined;
    if (last === item) return;
    this.#put(last, item.index);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(item: T): void {
    while (item.index > 0) {
      const parent = this.#items[(item.index - 1) >> 1] as T;
      if (isBefore(parent, item)) return;
      this.#swap(parent, item);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const left = this.#items[2 * item.index + 1];
      const right = this.#items[2 * item.index + 2];
      const child = right !== undefined && isBefore(right, left as T) ? right : left;
      if (child === undefined || isBefore(item, child)) return;
      this.#swap(item, child);
    }
  }

  /** Exchanges an item with one of those below it. */
  #swap(upper: T, lower: T): void {
    const { index } = upper;
    this.#put(upper, lower.index);
    this.#put(lower, index);
  }

  #put(item: T, index: number): void {
    this.#items[index] = item;
    item.index = index;
  }
}

function isBefore(a: HeapItem, b: HeapItem): boolean {
  return a.key === b.key ? a.number < b.number : a.key < b.key;
}

// The source of a `map`, of whatever kind: one value at a time, and an end that comes once.

/** What the source is asked by, and told. */
export interface Listener<T> {
  /** It has given a value. */
  arrived(value: T): void;
  /** It has no more. */
  ended(): void;
  /** It has failed, for `reason`. */
  failed(reason: unknown): void;
}

/** Something to iterate over. */
export type Iterate<T> = Iterable<T> | AsyncIterable<T>;

/** Whether `value` can be iterated over. Throws what it throws when it is looked at. */
export function isIterable(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: synchronous } = value as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >;
  return typeof asynchronous === "function" || typeof synchronous === "function";
}

/** Pulls values, one after the other. */
export class Source<T> {
  readonly #iterable: Iterate<T>;
  readonly #listener: Listener<T>;
  #iterator: Iterator<T> | AsyncIterator<T> | undefined = undefined;
  #isAsync = false;
  #hasEnded = false;

  constructor(iterable: Iterate<T>, listener: Listener<T>) {
    this.#iterable = iterable;
    this.#listener = listener;
  }

  /** Asks for the next value. The listener is told, by a synchronous source at once. */
  pull(): void {
    try {
      const iterator = (this.#iterator ??= this.#open());
      const result = iterator.next();
      if (!this.#isAsync) {
        this.#tell(result as IteratorResult<T>);
        return;
      }
      Promise.resolve(result).then(
        (it) => {
          try {
            this.#tell(it);
          } catch (reason) {
            this.#listener.failed(reason);
          }
        },
        (reason: unknown) => {
          this.#listener.failed(reason);
        },
      );
    } catch (reason) {
      this.#listener.failed(reason);
    }
  }

  /** No more values are wanted. The source is told, unless it has ended itself; it is not waited for. */
  return(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    void this.#return().catch(() => {
      // What it was left for is what is told.
    });
  }

  async #return(): Promise<void> {
    this.#iterator ??= this.#open();
    await this.#iterator.return?.();
  }

  #open(): Iterator<T> | AsyncIterator<T> {
    const { [Symbol.asyncIterator]: open } = this.#iterable as {
      readonly [Symbol.asyncIterator]?: (() => AsyncIterator<T>) | null;
    };
    if (open === undefined || open === null) {
      return (this.#iterable as Iterable<T>)[Symbol.iterator]();
    }
    this.#isAsync = true;
    return open.call(this.#iterable);
  }

  #tell(result: IteratorResult<T>): void {
    if (typeof result !== "object" || (result as unknown) === null) {
      throw new TypeError("next of the source must give an object");
    }
    if (result.done === true) {
      this.#hasEnded = true;
      this.#listener.ended();
    } else {
      this.#listener.arrived(result.value);
    }
  }
}

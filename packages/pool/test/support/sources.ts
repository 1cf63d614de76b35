// Sources for `map` that note what is asked of them.

/** Gives what the test says, when it says so. */
export class TestSource<T> implements AsyncIterable<T> {
  /** What was asked, in order. */
  readonly calls: ("next" | "return")[] = [];
  readonly #waiting: {
    readonly resolve: (result: IteratorResult<T>) => void;
    readonly reject: (reason: unknown) => void;
  }[] = [];

  /** How many values were asked for. */
  get pulls(): number {
    return this.calls.filter((call) => call === "next").length;
  }

  get returns(): number {
    return this.calls.filter((call) => call === "return").length;
  }

  give(value: T): void {
    this.#waiting.shift()!.resolve({ done: false, value });
  }

  end(): void {
    this.#waiting.shift()!.resolve({ done: true, value: undefined });
  }

  fail(reason: unknown): void {
    this.#waiting.shift()!.reject(reason);
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => {
        this.calls.push("next");
        return new Promise((resolve, reject) => {
          this.#waiting.push({ resolve, reject });
        });
      },
      return: () => {
        this.calls.push("return");
        return new Promise(() => undefined);
      },
    };
  }
}

/** The numbers from 0 on, without end; `pulled` and `returned` say how far it was asked. */
export class Numbers implements IterableIterator<number> {
  pulled = 0;
  returned = 0;

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<number, undefined> {
    return { done: false, value: this.pulled++ };
  }

  return(): IteratorResult<number, undefined> {
    this.returned++;
    return { done: true, value: undefined };
  }
}

/** What a loop over all of it gives. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of source) list.push(item);
  return list;
}

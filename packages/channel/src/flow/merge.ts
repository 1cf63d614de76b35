// `merge`: several channels received from as one.
//
// What is taken from where, and when: a receive tries at the sources, one after the other, beginning
// behind the one that was tried last. If none has anything it waits, and then the flow waits at all
// of them, until its last receiver has been served or withdrawn. What is held: nothing, but for a
// value of a source that came when no receiver could take it any more.

import type { Received, RecvChan } from "../state/types.js";
import { nameClass } from "../util/inspect.js";
import { FlowChan, FlowCore } from "./flow-core.js";
import { Source } from "./source.js";

/**
 * A channel that gives what its `sources` give: the values of each source in order, those of several
 * as they come. It is closed when all sources are closed and drained; without a source, at once.
 *
 * It is fair: sources that are ready take turns. It takes from a source only for a receiver: nothing
 * is read ahead, nothing waits at the sources while no receiver waits here, and a merged channel that
 * is dropped leaves nothing behind. Should a value come when its receiver has just been withdrawn, it
 * is held for the next one, at most one a source. The sources may have other receivers, too.
 *
 * A source that fails (a channel of a custom kind may throw) fails one receive. O(1) for a receive
 * that finds a value at the first source it tries, else O(number of sources), as for `select`. After
 * the fan-in of Go's "Concurrency patterns", without its tasks.
 *
 * **Gotcha.** A source that is never closed keeps the merged channel open, `after` and a `Ticker`
 * among them. To end earlier, leave the loop, or receive with a signal.
 *
 * @throws TypeError if a source is no channel to receive from.
 *
 * @example
 * ```ts
 * const a = new Chan<string>(1), b = new Chan<number>(1);
 * a.trySend("a"), b.trySend(1);
 * a.close(), b.close();
 * const merged = merge<string | number>(a, b);
 * (await merged.recv()).value; //=> a
 * (await merged.recv()).value; //=> 1
 * (await merged.recv()).ok; //=> false
 * ```
 */
export function merge<T>(...sources: readonly RecvChan<T>[]): RecvChan<T> {
  return new Merged(new MergeCore(sources));
}

class Merged<T> extends FlowChan<T> {
  static {
    nameClass(this, "Merged");
  }
}

class MergeCore<T> extends FlowCore<T, T> {
  /** Those that have not told their end. */
  readonly #sources: Source<T>[];
  /** Which of them is tried first. */
  #turn = 0;

  constructor(sources: readonly RecvChan<T>[]) {
    super();
    this.#sources = sources.map((source, i) => new Source(source, this, `source ${i} of merge`));
    // As of a select with such a case.
    this.core.ref = !this.#sources.some((source) => source.isDaemon);
    if (sources.length === 0) this.core.close();
  }

  /** Whether nothing will come any more, also if no receive has found out yet. */
  get isOver(): boolean {
    return this.core.closed || (this.len === 0 && this.#sources.every((one) => one.isDrained));
  }

  protected next(mayTry: boolean): Received<T> | undefined {
    if (!mayTry) return undefined;
    for (let left = this.#sources.length; left > 0; left--) {
      this.#turn %= this.#sources.length;
      const source = this.#sources[this.#turn++] as Source<T>;
      // It has had its turn, also if it throws.
      const outcome = source.try();
      if (outcome?.ok === true) return outcome;
      if (outcome !== undefined) this.#remove(source);
    }
    return undefined;
  }

  watch(): void {
    // Backwards, since those that tell their end while others are waited at leave the list.
    for (let i = this.#sources.length - 1; i >= 0 && this.receivers.length > 0; i--) {
      (this.#sources[i] as Source<T>).wait();
    }
  }

  unwatch(): void {
    for (const source of this.#sources) source.leave();
  }

  take(outcome: Received<T>, source: Source<T>): void {
    if (outcome.ok) this.give(outcome, source);
    else this.#remove(source);
  }

  /** `source` has told its end. */
  #remove(source: Source<T>): void {
    const index = this.#sources.indexOf(source);
    this.#sources.splice(index, 1);
    if (index < this.#turn) this.#turn--;
    if (this.#sources.length === 0) this.core.close();
  }
}

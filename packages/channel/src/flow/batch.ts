// `batch`: the values of a channel, several at a time.
//
// What is taken from where, and when: a receive takes from the source what is there, up to a full
// batch. If that is not enough it waits, and the flow waits at the source, until its last receiver has
// been served or withdrawn; the timer runs just as long. What is held: what was taken and is not a
// batch yet, at most `size` values. While no receive waits, nothing is taken and no timer runs; the
// time counts all the same, so that a receive which comes late gets what is due at once.

import { Alarm, withoutNoise } from "../loop/alarm.js";
import { received } from "../state/received.js";
import type { Received, RecvChan } from "../state/types.js";
import { checkPositiveInteger } from "../util/checks.js";
import { nameClass, show } from "../util/inspect.js";
import { FlowChan, FlowCore } from "./flow-core.js";
import { Source } from "./source.js";

/** Options of {@link batch}. */
export interface BatchOptions {
  /** How many values a batch has at most: a positive integer. */
  readonly size: number;
  /** So many milliseconds after its first value a batch is given, full or not; `Infinity` by default. */
  readonly within?: number | undefined;
}

/**
 * A channel of arrays: up to `size` values of `source` each, in order. A batch is given when it is
 * full, when `within` milliseconds have passed since its first value was taken, or when the source is
 * closed: the rest, then the end. It is never empty.
 *
 * It takes from the source only for a receiver: what one that was withdrawn, that lost a select or
 * that only tried has gathered, at most `size` values, goes on to the next. A timer runs only while a
 * receiver waits and a value has been gathered. Setting the wall clock makes nothing due earlier or
 * later. A source that fails (a channel of a custom kind may throw) fails one receive, and nothing
 * that was gathered is lost. O(1) a value, and no promise for it.
 *
 * **Gotcha.** `within` counts from the first value, so values that come rarely come alone, and late
 * by as much.
 *
 * @throws RangeError if `size` is not a positive integer, or `within` is not greater than 0.
 * @throws TypeError if `source` is no channel to receive from.
 *
 * @example
 * ```ts
 * const numbers = new Chan<number>(Infinity);
 * for (const n of [1, 2, 3]) numbers.trySend(n);
 * numbers.close();
 * const pairs = batch(numbers, { size: 2, within: 1000 });
 * (await pairs.recv()).value; //=> [ 1, 2 ]
 * (await pairs.recv()).value; //=> [ 3 ]
 * (await pairs.recv()).ok; //=> false
 * ```
 */
export function batch<T>(source: RecvChan<T>, options: BatchOptions): RecvChan<T[]> {
  const { size, within = Infinity } = options;
  checkPositiveInteger("size", size);
  if (typeof within !== "number" || !(within > 0)) {
    throw new RangeError(`within must be greater than 0, not ${show(within)}`);
  }
  return new Batched(new BatchCore(source, size, within));
}

class Batched<R> extends FlowChan<R> {
  static {
    nameClass(this, "Batched");
  }
}

class BatchCore<T> extends FlowCore<T, T[]> {
  readonly #source: Source<T>;
  readonly #size: number;
  readonly #within: number;
  /** There if time matters. */
  readonly #alarm: Alarm | undefined;
  #gathered: T[] = [];
  /** By the alarm, when what has been gathered is to be given. */
  #due = Infinity;

  constructor(source: RecvChan<T>, size: number, within: number) {
    super();
    this.#source = new Source(source, this, "source of batch");
    this.core.ref = !this.#source.isDaemon;
    this.#size = size;
    this.#within = within;
    if (within === Infinity) return;
    this.#alarm = new Alarm(() => {
      this.core.serve();
    }, true);
  }

  /** Whether nothing will come any more, also if no receive has found out yet. */
  get isOver(): boolean {
    const holds = this.len > 0 || this.#gathered.length > 0;
    return this.core.closed || (!holds && this.#source.isDrained);
  }

  protected next(mayTry: boolean): Received<T[]> | undefined {
    while (mayTry && !this.core.closed && this.#gathered.length < this.#size) {
      const outcome = this.#source.try();
      if (outcome === undefined) break;
      if (outcome.ok) {
        this.#gather(outcome.value);
        this.#source.moveTo(this.#gathered, this.#size);
      } else {
        this.core.close();
      }
    }
    return this.#isReady() ? received(this.#pack()) : undefined;
  }

  watch(): void {
    this.#wait();
  }

  unwatch(): void {
    this.#source.leave();
    this.#alarm?.disarm();
  }

  take(outcome: Received<T>, source: Source<T>): void {
    if (!outcome.ok) {
      this.core.close();
      return;
    }
    this.#gather(outcome.value);
    if (this.#gathered.length === this.#size) {
      this.give(received(this.#pack()), source);
    } else if (this.receivers.length > 0) {
      this.#wait();
    }
  }

  #wait(): void {
    this.#source.wait();
    // What is there at once may have been enough.
    if (this.receivers.length > 0) this.#alarm?.arm(this.#due);
  }

  #gather(value: T): void {
    if (this.#gathered.push(value) > 1 || this.#alarm === undefined) return;
    this.#due = this.#alarm.elapsed() + withoutNoise(this.#within);
  }

  #isReady(): boolean {
    const { length } = this.#gathered;
    if (length === 0 || length === this.#size || this.core.closed) return length > 0;
    return this.#alarm !== undefined && this.#alarm.elapsed() >= this.#due;
  }

  #pack(): T[] {
    const batch = this.#gathered;
    this.#gathered = [];
    this.#due = Infinity;
    this.#alarm?.disarm();
    return batch;
  }
}

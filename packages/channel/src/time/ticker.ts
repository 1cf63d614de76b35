import { checkFinitePositive } from "../util/checks.js";
import { disposable, followPolyfills } from "../util/dispose.js";
import { nameClass } from "../util/inspect.js";
import { RecvBase } from "../chan/recv-base.js";
import type { TimerOptions } from "../loop/alarm.js";
import { Timer } from "./timer.js";

/**
 * A channel that gives a value every `ms` milliseconds: the time at which it was due, in epoch
 * milliseconds. It is Go's `time.Ticker`.
 *
 * Ticks are due on a fixed grid that begins when the ticker is made or reset, and that setting the
 * wall clock does not move. At most one is pending: those that a slow receiver misses are dropped.
 * So two may come in a row after a pause; to keep to a rate, use a {@link Limiter}. It never closes,
 * also not by `stop`. There is a timer only while a receiver waits: a ticker that is dropped need
 * not be stopped. With `ref` false a receiver that waits does not keep the process alive (in Node,
 * Deno and Bun).
 *
 * @example
 * ```ts
 * const ticker = new Ticker(1000);
 * for await (const time of ticker) console.log(new Date(time));
 * ```
 */
export class Ticker extends RecvBase<number> {
  readonly #timer: Timer;

  static {
    nameClass(this, "Ticker");
    disposable(this, "dispose");
  }

  /**
   * @throws RangeError if `ms` is not finite and positive.
   * @throws TypeError if `ref` is not a boolean.
   */
  constructor(ms: number, options?: TimerOptions) {
    checkFinitePositive("ms", ms);
    const timer = new Timer(ms, true, options);
    super(timer.core);
    followPolyfills();
    this.#timer = timer;
  }

  /** 0: nothing is buffered, a tick is made when it is received. */
  get cap(): number {
    return 0;
  }

  /** 0, also when a tick is due. */
  get len(): number {
    return 0;
  }

  /** `false`: a ticker never closes. */
  get closed(): boolean {
    return false;
  }

  /** No more ticks, until it is reset. Receivers that wait go on waiting. O(1). Go's `Ticker.Stop`. */
  stop(): void {
    this.#timer.stop();
  }

  /**
   * Ticks every `ms` milliseconds from now on. No tick of the old setting is received any more.
   * O(1). Semantics: Go 1.23's `Ticker.Reset`.
   *
   * @throws RangeError if `ms` is not finite and positive; nothing has changed then.
   */
  reset(ms: number): void {
    checkFinitePositive("ms", ms);
    this.#timer.reset(ms);
  }

  /** Stops: `using ticker = new Ticker(1000)`. */
  [Symbol.dispose](): void {
    this.stop();
  }
}

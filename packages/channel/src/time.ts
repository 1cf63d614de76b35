// Time as channels. Neither is a task that sends: each knows when it is due, and keeps a timer
// only while somebody waits for it. So a million selects that lose to `after` leave nothing behind,
// and there is no stale tick to drain after `stop` or `reset`.
//
// The time is asked of `Date`, and timers of the global `setTimeout`, at the moment of need:
// whoever fakes them fakes us.

import { CustomRecvChan } from "./custom-chan.js";
import type { Received, RecvChan } from "./directions.js";
import { received } from "./received.js";

/** The longest delay that `setTimeout` can count; a longer one it takes for none. */
const MAX_DELAY = 2 ** 31 - 1;
/** What a timer may be early by `Date`, since both are rounded to milliseconds. */
const ROUNDING = 1;

/** A channel that has a value whenever it is due. */
abstract class Timer extends CustomRecvChan<number> {
  /** 0: nothing is buffered, a value is made when it is received. */
  readonly cap = 0;
  /** 0, also when a value is due. */
  readonly len = 0;
  /** When the next value is due, in epoch milliseconds. */
  #due = Infinity;
  /** How many ms were left until then when the clock was looked at last, and what it showed. */
  #left = Infinity;
  #seen = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * A value has been taken at `now`: calls `set` for the next one.
   *
   * @internal
   */
  protected abstract advance(now: number): void;

  /**
   * Sets the time at which the next value is due, which is `left` ms from `now` on.
   *
   * @internal
   */
  protected set(due: number, left: number, now: number): void {
    this.#disarm();
    this.#due = due;
    this.#left = left;
    this.#seen = now;
    if (this.waitingReceivers > 0) this.#arm();
  }

  protected poll(): Received<number> | undefined {
    if (this.#look() > 0) return undefined;
    const due = this.#due;
    this.advance(this.#seen);
    return received(due);
  }

  protected override watch(): void {
    this.#arm();
  }

  protected override unwatch(): void {
    this.#disarm();
  }

  /** How many ms are left now. Not more than before, even if somebody has put the clock back. */
  #look(): number {
    const now = Date.now();
    this.#left -= Math.max(now - this.#seen, 0);
    this.#seen = now;
    return this.#left;
  }

  #arm(): void {
    const left = this.#look();
    if (left === Infinity) return;
    // Rounded up: `setTimeout` rounds down, and the value is not to be had before it is due.
    const delay = Math.min(Math.ceil(left), MAX_DELAY);
    this.#timer = setTimeout(() => {
      // So much has passed, whatever the clock says.
      this.#left = Math.min(this.#look(), left - delay);
      if (this.#left > 0) this.#arm();
      else this.notify();
    }, delay);
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

class After extends Timer {
  constructor(delay: number) {
    super();
    const now = Date.now();
    this.set(now + delay, delay, now);
  }

  protected advance(now: number): void {
    this.set(Infinity, Infinity, now);
  }
}

/**
 * A channel that gives one value when `ms` milliseconds have passed: the time at which it was due,
 * in epoch milliseconds. It never closes. It is Go's `time.After`.
 *
 * 0 or less is due at once, `Infinity` never. There is a timer only while somebody waits, so one
 * that loses a select, or is dropped, costs nothing and keeps no process alive; a receive that
 * comes later than the value gets it at once. O(1), and one timer of the platform while it is waited
 * for.
 *
 * @throws RangeError if `ms` is not a number, or `NaN`.
 *
 * @example
 * ```ts
 * const r = await select({ answer, timeout: after(1000) });
 * if (r.key === "timeout") throw new Error("no answer within a second");
 * ```
 */
export function after(ms: number): RecvChan<number> {
  if (typeof ms !== "number" || Number.isNaN(ms)) {
    throw new RangeError(`ms must be a number, not ${String(ms)}`);
  }
  return new After(Math.max(ms, 0));
}

/**
 * A channel that gives a value every `ms` milliseconds: the time at which it was due, in epoch
 * milliseconds. It is Go's `time.Ticker`.
 *
 * Ticks are due on a fixed grid that begins when the ticker is made or reset. At most one is
 * pending: those that a slow receiver misses are dropped. It never closes, also not by `stop`.
 * There is a timer only while somebody waits: a ticker that is dropped need not be stopped.
 *
 * @example
 * ```ts
 * const ticker = new Ticker(1000);
 * for await (const time of ticker) console.log(new Date(time));
 * ```
 */
export class Ticker extends Timer {
  // A tick is due at `start + n * period`: computed anew each time, so that no error adds up.
  #start = 0;
  #period = Infinity;
  #n = 1;

  /** @throws RangeError if `ms` is not finite and positive. */
  constructor(ms: number) {
    super();
    this.reset(ms);
  }

  /** No more ticks, until it is reset. Those who wait go on waiting. O(1). Go's `Ticker.Stop`. */
  stop(): void {
    this.set(Infinity, Infinity, Date.now());
  }

  /**
   * Ticks every `ms` milliseconds from now on. No tick of the old setting is received any more.
   * O(1). Semantics: Go 1.23's `Ticker.Reset`.
   *
   * @throws RangeError if `ms` is not finite and positive; nothing has changed then.
   */
  reset(ms: number): void {
    if (!(Number.isFinite(ms) && ms > 0)) {
      throw new RangeError(`ms must be finite and positive, not ${String(ms)}`);
    }
    this.#start = Date.now();
    this.#period = ms;
    this.#n = 1;
    this.set(this.#start + ms, ms, this.#start);
  }

  /** Stops: `using ticker = new Ticker(1000)`. */
  [Symbol.dispose](): void {
    this.stop();
  }

  /** @internal */
  protected advance(now: number): void {
    this.#n = Math.max(this.#n, Math.floor((now - this.#start) / this.#period)) + 1;
    const due = this.#start + this.#n * this.#period;
    const left = due - now;
    // Else somebody has put the clock back: time goes on all the same.
    const isPlausible = left <= this.#period + ROUNDING;
    this.set(due, isPlausible ? left : this.#period, now);
  }
}

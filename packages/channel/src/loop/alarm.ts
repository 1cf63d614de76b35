// Counts the time that has passed, and keeps at most one timer of the platform to be called when
// a certain time has passed. `after`, `Ticker` and `Limiter` are made of it.
//
// Invariants:
//   - time never goes back, and passes while a timer runs, whatever the clock shows;
//   - a jump back of the clock, or its exchange for another one (a test fakes it), counts as no
//     time passed, so that nothing is due earlier;
//   - a timer that was disarmed calls nothing, even if it was started before timers were faked.

import { type Clock, currentClock } from "./clock.js";
import { show } from "../util/inspect.js";

/** The longest delay that `setTimeout` can count; a longer one it takes for none. */
const MAX_DELAY = 2 ** 31 - 1;
/** What a timer may be early by the clock, since both are rounded to milliseconds. */
const ROUNDING = 1;
/** So little less than 1 that what it takes off a span of time is no more than noise. */
const LESS_NOISE = 1 - 2 ** -48;

/**
 * A span of time, less the noise of floating point: 6 periods of 1000 / 60 ms are 100 ms, and not
 * 100.00000000000001, for which a timer would need one millisecond more.
 */
export function withoutNoise(ms: number): number {
  return ms * LESS_NOISE;
}

/** Options of `after`, {@link Ticker} and {@link Limiter}. */
export interface TimerOptions {
  /** Whether a wait keeps the process alive, as a timer of the platform does: `true` by default. */
  readonly ref?: boolean | undefined;
}

/**
 * Counts the time that passes from when it is made, and calls when it is due. For timed waits of
 * your own: `after`, {@link Ticker} and {@link Limiter} are made of it.
 *
 * Time is monotonic, and goes by the clock that belongs to `setTimeout`, a faked one included. There
 * is one timer of the platform while the alarm is armed, and none else. All calls are O(1).
 *
 * @example
 * ```ts
 * const alarm = new Alarm(() => console.log("a second has passed"), true);
 * alarm.arm(alarm.elapsed() + 1000);
 * alarm.disarm(); // nothing is printed
 * ```
 */
export class Alarm {
  #clock: Clock;
  /** What the clock showed when it was read last. */
  #lastRead: number;
  /** How much has passed by the clock. */
  #counted = 0;
  /** How much we say has passed: a timer that was a little early may be ahead of the clock. */
  #elapsed = 0;

  /** When to call. */
  #due = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The functions that the timer was started with: after fakes have come or gone, others are global. */
  #start: typeof setTimeout | undefined;
  #clear: typeof clearTimeout | undefined;
  /** Tells the running timer from those that were disarmed, should one fire all the same. */
  #generation = 0;

  readonly #onDue: () => void;
  readonly #ref: boolean;

  /** Calls `onDue` when it is due. With `ref` false its timer does not keep the process alive. */
  constructor(onDue: () => void, ref: boolean) {
    this.#onDue = onDue;
    this.#ref = ref;
    this.#clock = currentClock();
    this.#lastRead = this.#clock.now();
  }

  /** How many milliseconds have passed since this was made. Never less than before. */
  elapsed(): number {
    const clock = currentClock();
    const now = clock.now();
    if (clock === this.#clock) this.#counted += Math.max(now - this.#lastRead, 0);
    this.#clock = clock;
    this.#lastRead = now;
    this.#elapsed = Math.max(this.#elapsed, this.#counted);
    return this.#elapsed;
  }

  /**
   * Calls, once, when `due` milliseconds have passed since this was made, and not at the time set
   * before. With `Infinity` it never calls.
   */
  arm(due: number): void {
    const { setTimeout, clearTimeout } = globalThis;
    if (this.#timer !== undefined && due === this.#due && setTimeout === this.#start) return;
    this.disarm();
    if (due === Infinity) return;

    this.elapsed();
    const from = this.#counted;
    // Rounded up: `setTimeout` rounds down, and nothing is to be had before it is due.
    const delay = Math.min(Math.max(Math.ceil(due - from), 0), MAX_DELAY);
    const until = delay < MAX_DELAY ? due : from + delay;
    const generation = this.#generation;
    this.#due = due;
    this.#start = setTimeout;
    this.#clear = clearTimeout;
    this.#timer = setTimeout(() => {
      if (generation === this.#generation) this.#fire(until);
    }, delay);
    if (!this.#ref) unref(this.#timer);
  }

  /** Does not call any more, until it is armed again. */
  disarm(): void {
    this.#generation++;
    if (this.#timer === undefined) return;
    // Not as a method: browsers refuse to be called on another object than theirs.
    const clear = this.#clear;
    clear?.(this.#timer);
    this.#timer = undefined;
  }

  /** The timer has fired: so much has passed, whatever the clock says. */
  #fire(elapsed: number): void {
    this.#timer = undefined;
    this.elapsed();
    if (elapsed - this.#counted > ROUNDING) this.#counted = elapsed;
    this.#elapsed = Math.max(this.#elapsed, elapsed);
    if (this.#elapsed < this.#due) this.arm(this.#due);
    else this.#onDue();
  }
}

/** Lets the process end while the timer runs, where there is such a thing. */
function unref(timer: unknown): void {
  if (typeof timer === "object") {
    (timer as { readonly unref?: () => void }).unref?.();
  } else {
    const { Deno } = globalThis as { readonly Deno?: { unrefTimer?(id: unknown): void } };
    Deno?.unrefTimer?.(timer);
  }
}

/**
 * Whether waits keep the process alive.
 *
 * @throws TypeError if `ref` is there and not a boolean.
 */
export function refOf(options: TimerOptions | undefined): boolean {
  const ref: unknown = options?.ref ?? true;
  if (typeof ref !== "boolean") throw new TypeError(`ref must be a boolean, not ${show(ref)}`);
  return ref;
}

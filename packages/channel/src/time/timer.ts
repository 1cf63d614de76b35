// What `after` and `Ticker` have in common. Neither is a task that sends: each knows when it is
// due, and keeps a timer of the platform only while a receiver waits. So a million selects that
// lose to `after` leave nothing behind, and there is no stale tick to drain after `stop` or `reset`.
//
// A part of its owner, not its superclass: a subclass of `Ticker` may use any name for its own.

import { Alarm, refOf, type TimerOptions, withoutNoise } from "../loop/alarm.js";
import { CustomCore, type ReceiveHooks } from "../state/custom-core.js";
import type { Received } from "../state/types.js";
import { received } from "../state/received.js";

/** What is behind a channel that has a value whenever it is due, on a grid or once. */
export class Timer implements ReceiveHooks<number> {
  readonly core: CustomCore<number, never> = new CustomCore();
  readonly #alarm: Alarm;
  // A value is due at `start + n * period`: computed anew each time, so that no error adds up.
  /** In epoch milliseconds, for people; and by the alarm, which counts. */
  #startTime: number = Date.now();
  #start = 0;
  #period: number;
  #n = 1;
  readonly #repeats: boolean;

  /**
   * A value is due in `ms` milliseconds, and again and again if it `repeats`.
   *
   * @throws TypeError if `ref` is there and not a boolean.
   */
  constructor(ms: number, repeats: boolean, options: TimerOptions | undefined) {
    this.core.ref = refOf(options);
    this.#alarm = new Alarm(() => {
      this.#serve();
    }, this.core.ref);
    this.#period = ms;
    this.#repeats = repeats;
    this.core.bindRecv(this);
  }

  /** Begins anew, with another period. */
  reset(ms: number): void {
    this.#startTime = Date.now();
    this.#start = this.#alarm.elapsed();
    this.#period = ms;
    this.#n = 1;
    if (this.core.receivers.length > 0) this.watch();
  }

  /** No value is due any more. Receivers go on waiting. */
  stop(): void {
    this.#period = Infinity;
    this.#alarm.disarm();
  }

  poll(): Received<number> | undefined {
    const elapsed = this.#alarm.elapsed();
    if (elapsed < this.#due()) return undefined;
    const value = this.#startTime + this.#n * this.#period;
    if (this.#repeats) {
      // Less noise as in `#due`: the tick that is due at this very instant is missed, too.
      const due = Math.floor((elapsed - this.#start) / withoutNoise(this.#period));
      this.#n = Math.max(this.#n, due) + 1;
    } else {
      this.#period = Infinity;
    }
    return received(value);
  }

  watch(): void {
    this.#alarm.arm(this.#due());
  }

  unwatch(): void {
    this.#alarm.disarm();
  }

  /** When the next value is due, by the alarm. */
  #due(): number {
    return this.#start + withoutNoise(this.#n * this.#period);
  }

  #serve(): void {
    this.core.serve();
    if (this.core.receivers.length > 0) this.watch();
  }
}

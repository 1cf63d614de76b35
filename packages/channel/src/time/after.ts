import type { RecvChan } from "../state/types.js";
import { nameClass, show } from "../util/inspect.js";
import { RecvBase } from "../chan/recv-base.js";
import type { TimerOptions } from "../loop/alarm.js";
import { Timer } from "./timer.js";

/**
 * A channel that gives one value when `ms` milliseconds have passed: the time at which it was due,
 * in epoch milliseconds. It never closes. It is Go's `time.After`.
 *
 * 0 or less is due at once, `Infinity` never. Setting the wall clock makes nothing due earlier or
 * later. There is a timer only while a receiver waits, so one that loses a select, or is dropped,
 * costs nothing and keeps no process alive; a receive that comes later than the value gets it at
 * once. With `ref` false a receiver that waits does not keep the process alive either (in Node, Deno
 * and Bun). O(1), and one timer of the platform while a receiver waits.
 *
 * **Gotcha.** Made inside a loop it starts anew in each turn. For a limit on the whole loop make it
 * once, before the loop; it gives its value once, so switch the case off when it has been received.
 *
 * @throws RangeError if `ms` is not a number, or `NaN`.
 * @throws TypeError if `ref` is not a boolean.
 *
 * @example
 * ```ts
 * const r = await select({ answer, timeout: after(1000) });
 * if (r.key === "timeout") throw new Error("no answer within a second");
 * ```
 */
export function after(ms: number, options?: TimerOptions): RecvChan<number> {
  if (typeof ms !== "number" || Number.isNaN(ms)) {
    throw new RangeError(`ms must be a number, not ${show(ms)}`);
  }
  return new After(Math.max(ms, 0), options);
}

class After extends RecvBase<number> {
  static {
    nameClass(this, "After");
  }

  constructor(delay: number, options: TimerOptions | undefined) {
    super(new Timer(delay, false, options).core);
  }

  get cap(): number {
    return 0;
  }

  get len(): number {
    return 0;
  }

  get closed(): boolean {
    return false;
  }
}

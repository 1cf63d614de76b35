// The time that aborted calls are given to end by themselves.
//
// Invariant: a call has a timer from the abort until it is told of, or lost with its thread.

import type { Call } from "./call.js";

/** `setTimeout` counts no further: 24 days. */
const MAX_DELAY = 2 ** 31 - 1;

/** See above. */
export class Graces {
  readonly #timers = new Map<Call, { unref?(): void }>();

  /** Calls `giveUp` after so many milliseconds, unless the call ends before. Keeps no process alive. */
  begin(call: Call, grace: number, giveUp: () => void): void {
    if (grace === Infinity) return;
    const timer = setTimeout(giveUp, Math.min(grace, MAX_DELAY)) as { unref?(): void };
    timer.unref?.();
    this.#timers.set(call, timer);
  }

  /** The call has ended, one way or the other: there is nothing more to wait for. */
  end(call: Call): void {
    const timer = this.#timers.get(call);
    if (timer === undefined) return;
    clearTimeout(timer as never);
    this.#timers.delete(call);
  }
}

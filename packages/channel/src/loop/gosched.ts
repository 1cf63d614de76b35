import { turnIfDue } from "./outcomes.js";

/** What lies between two calls may be a whole job: it counts for so many outcomes. */
const OUTCOMES = 3;

/**
 * Lets timers and I/O have a turn when it is due, as every waiting operation does by itself. For
 * loops that never wait: those that only try, or that compute.
 *
 * Gives a promise to await about every half millisecond, and `undefined` in between, for next to
 * nothing. After Go's `runtime.Gosched`, which yields every time.
 *
 * @example
 * ```ts
 * for (const row of rows) {
 *   digest(row);
 *   const turn = gosched();
 *   if (turn !== undefined) await turn;
 * }
 * ```
 */
export function gosched(): Promise<void> | undefined {
  return turnIfDue(OUTCOMES);
}

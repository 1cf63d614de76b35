import type { Received } from "../../src/state/types.js";

/** What a receive from a closed and drained channel gives. */
export const closed: Received<never> = { ok: false, value: undefined, done: true };

/** What a receive of `value` gives. */
export function got<T>(value: T): Received<T> {
  return { ok: true, value, done: false };
}

// What a receive gives, made in one place: objects of one shape.

import type { Received } from "./types.js";

/** What every receive from a closed and drained channel gives: one object, since it cannot differ. */
export const CLOSED: Received<never> = Object.freeze({ ok: false, value: undefined, done: true });

/** What a receive of `value` gives. All of one shape, so that reading them stays fast. */
export function received<T>(value: T): Received<T> {
  return { ok: true, value, done: false };
}

// Arguments that several classes take, and what is said of wrong ones.

import { show } from "./inspect.js";

/** @throws RangeError if `value` is not a positive integer. */
export function checkPositiveInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} must be a positive integer, not ${show(value)}`);
  }
}

/** @throws RangeError if `value` is not finite and positive. */
export function checkFinitePositive(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new RangeError(`${name} must be finite and positive, not ${show(value)}`);
  }
}

// Looking at an `AbortSignal`, which is not always the platform's: React Native's have no `reason` and,
// like jsdom's, no `throwIfAborted`; those of tests may be odd objects. Nothing of ours breaks if a
// signal does.

import { show } from "./inspect.js";

/** Whether the signal is aborted. One that cannot tell is not. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  try {
    return signal?.aborted === true;
  } catch {
    return false;
  }
}

/** Why the signal was aborted: the platform's `AbortError` if the signal does not know. */
export function reasonOf(signal: AbortSignal): unknown {
  try {
    const reason: unknown = signal.reason;
    return reason === undefined ? abortError() : reason;
  } catch (error) {
    return error;
  }
}

/**
 * @throws TypeError if it is no signal.
 * @throws The signal's reason if it is aborted.
 */
export function checkSignal(signal: AbortSignal): void {
  if (
    typeof signal.addEventListener !== "function" ||
    typeof signal.removeEventListener !== "function"
  ) {
    throw new TypeError(`signal must be an AbortSignal, not ${show(signal)}`);
  }
  if (isAborted(signal)) throw reasonOf(signal);
}

/** The platform's `AbortError`. */
export function abortError(message = "This operation was aborted"): Error {
  if (typeof DOMException === "function") return new DOMException(message, "AbortError");
  return Object.assign(new Error(message), { name: "AbortError", code: 20 });
}

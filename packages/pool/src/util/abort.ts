// What the channel package knows of signals, also of React Native's and of odd ones, once more: of
// that it exports `onAbort` alone, since that is all that its users need.

/** Whether a signal is aborted. One that cannot tell is not. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  try {
    return signal?.aborted === true;
  } catch {
    return false;
  }
}

/** Why the signal was aborted: an `AbortError` if the signal does not know. */
export function reasonOf(signal: AbortSignal | undefined): unknown {
  try {
    const reason: unknown = signal?.reason;
    return reason === undefined ? abortError() : reason;
  } catch (error) {
    return error;
  }
}

/** The platform's `AbortError`. */
export function abortError(message = "This operation was aborted"): Error {
  if (typeof DOMException === "function") return new DOMException(message, "AbortError");
  return Object.assign(new Error(message), { name: "AbortError", code: 20 });
}

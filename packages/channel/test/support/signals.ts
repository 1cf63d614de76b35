import { getEventListeners } from "node:events";

/** How many abort listeners a signal has. */
export function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").length;
}

/** Counts how often listeners are added to and removed from `signal`, from now on. */
export function countCalls(signal: AbortSignal): { added: number; removed: number } {
  const calls = { added: 0, removed: 0 };
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    calls.added++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    calls.removed++;
    remove(...args);
  };
  return calls;
}

/** Rejects with the reason of its signal, where a reason is looked for. */
export const reason: Error = new Error("reason");

/** A signal that is aborted with {@link reason}. */
export function aborted(): AbortSignal {
  return AbortSignal.abort(reason);
}

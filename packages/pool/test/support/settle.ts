import { settle } from "@chankit/channel/testing";

export { settle };

const { setImmediate } = globalThis;

/** Resolves in the next turn of the event loop, after all microtasks. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

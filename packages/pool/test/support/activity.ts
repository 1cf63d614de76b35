import { AsyncLocalStorage, createHook } from "node:async_hooks";

import { settle } from "./settle.js";

/**
 * Calls `check` after every single microtask of a promise until the returned function is called.
 * `check` must not throw: nothing could catch that.
 */
export function afterEveryMicrotask(check: () => void): () => void {
  const hook = createHook({ after: check }).enable();
  return () => void hook.disable();
}

/**
 * What comes of `act`, by kinds: promises, timers, and so on. First until it has settled, then in the
 * turns of the event loop that follow, when nothing happens but by itself.
 */
export async function activityOf(act: () => unknown): Promise<{ first: string[]; then: string[] }> {
  const watched = new AsyncLocalStorage<true>();
  let kinds = new Set<string>();
  const add = (kind: string) => watched.getStore() === true && kinds.add(kind);
  const hook = createHook({
    init: (_, kind) => add(kind),
    before: () => add("something that ran"),
  }).enable();

  watched.run(true, () => void act());
  await settle();
  const first = kinds;
  kinds = new Set();
  await settle();
  await settle();
  hook.disable();
  return { first: [...first].sort(), then: [...kinds] };
}

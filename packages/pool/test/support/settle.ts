const { setImmediate } = globalThis;

/** Resolves in the next turn of the event loop, after all microtasks. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when all has happened that can happen without the test's help. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await nextTurn();
}

const RESOLVED = Promise.resolve();

/** Resolves with the next microtask: who awaits it continues after all that was due before. */
export function microtask(): Promise<void> {
  return RESOLVED;
}

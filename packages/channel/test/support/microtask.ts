const RESOLVED = Promise.resolve();

/** Resolves with the next microtask: its awaiter continues after all that was due before. */
export function microtask(): Promise<void> {
  return RESOLVED;
}

// What Node, Bun and Deno have: their types are not for those that use the package.

/** Keeps a timer from holding the process open: the connection does that, as long as it is needed. */
export function unref(timer: unknown): void {
  // What it is depends on the platform.
  (timer as { unref?: () => void }).unref?.();
}

/** Calls `fn` when no microtask is left. */
export function whenDry(fn: () => void): void {
  // A tick that a microtask asks for comes after all of them.
  (globalThis as unknown as { process: { nextTick(fn: () => void): void } }).process.nextTick(fn);
}

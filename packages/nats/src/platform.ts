/** Keeps a timer from holding the process open: the connection does that, as long as it is needed. */
export function unref(timer: unknown): void {
  // What it is depends on the platform.
  (timer as { unref?: () => void }).unref?.();
}

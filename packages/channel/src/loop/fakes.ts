// Tells the platform's own functions from those that a test framework has put in their place.
// A faked clock stands still until its test moves it, so nothing that has to go on may rest on it.

/** Marks of fakes: of Sinon's timers (which Jest and Vitest use), and of functions mocked by either. */
const MARKS = ["clock", "_isMockFunction", "mock", "isMock"];

/** Whether `fn`, a timer or clock function of the platform, is a test's fake. A missing one is not. */
export function isFake(fn: object | undefined): boolean {
  if (fn === undefined) return false;
  if (MARKS.some((mark) => mark in fn)) return true;
  // Those of node:test are methods bound to their mock; no platform binds its own.
  return String((fn as { readonly name?: unknown }).name).startsWith("bound ");
}

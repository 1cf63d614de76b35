import { hintAtCopies } from "../select/cases.js";
import { quoted } from "../state/errors.js";
import { nameOf, show } from "../util/inspect.js";
import { queuesOf } from "../state/queues.js";

/**
 * Fails if something waits for one of `things`: channels of any kind, wait groups, groups,
 * semaphores, mutexes, limiters. At the end of a test that is a task which will never end: a leak.
 *
 * It looks at this instant; `await settle()` before lets all tasks go on that can.
 *
 * @throws Error that says where how many wait, with the names of channels.
 * @throws TypeError if one of `things` cannot be waited for.
 */
export function expectNoWaiters(...things: readonly unknown[]): void {
  const found = things.flatMap(describeWaiters);
  if (found.length > 0) throw new Error(`expected that nobody waits, but ${found.join(", ")}`);
}

/**
 * The same as a matcher of Jest and Vitest: `expect(chan).toHaveNoWaiters()`. Takes a thing, or
 * an array of things. Make it known by `expect.extend({ toHaveNoWaiters })`.
 */
export function toHaveNoWaiters(received: unknown): { pass: boolean; message: () => string } {
  const found = (Array.isArray(received) ? received : [received]).flatMap(describeWaiters);
  const message = (): string =>
    found.length > 0
      ? `expected that nobody waits, but ${found.join(", ")}`
      : "expected that somebody waits, but nobody does";
  return { pass: found.length === 0, message };
}

/** "Chan #1 "jobs" has receivers: 2", for each place where something waits. */
function describeWaiters(thing: unknown, index: number): string[] {
  const queues = queuesOf(thing);
  if (queues === undefined) {
    throw new TypeError(`nobody can wait for this: ${show(thing)}${hintAtCopies(thing)}`);
  }
  const place = `${(thing as object).constructor.name} #${index + 1}${quoted(nameOf(thing as object))}`;
  return Object.entries(queues)
    .filter(([, { length }]) => length > 0)
    .map(([side, { length }]) => `${place} has ${side}: ${length}`);
}

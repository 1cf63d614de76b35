// Names for tasks. Without the debug entry a task is no more than a function that is called.

import { sight } from "./sight.js";

/**
 * Calls `fn`, and gives what it gives. For reports and pictures (`@chankit/channel/debug`) all that it
 * does, also after it has waited, is done by the task `name`.
 *
 * While the debug entry is not loaded it is a call of `fn` and nothing more. What `fn` throws is thrown.
 *
 * @example
 * ```ts
 * for (const url of urls) void named(`download ${url}`, () => download(url, { signal }));
 * ```
 */
export function named<T>(name: string, fn: () => T): T {
  return sight.named === undefined ? fn() : sight.named(name, fn);
}

/**
 * Calls `fn`, the root of the program, and gives what it gives. Once its promise has settled, the program
 * is over for `@chankit/channel/debug`, whatever still waits: Go's program ends when `main` returns.
 *
 * While the debug entry is not loaded it is a call of `fn` and nothing more. What `fn` throws is thrown.
 *
 * @example
 * ```ts
 * await main(async () => {
 *   for (const url of urls) await download(url, { signal });
 * });
 * ```
 */
export function main<T>(fn: () => T): T {
  return sight.main === undefined ? fn() : sight.main(fn);
}

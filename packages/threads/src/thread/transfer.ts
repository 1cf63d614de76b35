// What of a task's value is transferred to main. It is kept beside the value, for all copies of the
// package in a thread: the one that marks may not be the one that sends.

const KEY = Symbol.for("@chankit/threads transfer");

const shared = globalThis as { [KEY]?: WeakMap<object, readonly object[]> | undefined };

/**
 * Marks what a task returns: what is in `list`, of the value, is moved to the caller instead of being
 * copied. Gives the value itself.
 *
 * @throws TypeError if `list` is not an array, or holds something that is no object.
 *
 * @example
 * ```ts
 * const tasks = serve({
 *   noise(length: number) {
 *     const samples = crypto.getRandomValues(new Uint8Array(length));
 *     return transfer(samples, [samples.buffer]);
 *   },
 * });
 * ```
 */
export function transfer<V>(value: V, list: readonly object[]): V {
  checkList(list);
  if (typeof value === "object" && value !== null) {
    (shared[KEY] ??= new WeakMap()).set(value, [...list]);
  }
  return value;
}

/** What is to be transferred of a value, if `transfer` was told. */
export function transferListOf(value: unknown): readonly object[] | undefined {
  return shared[KEY]?.get(value as object);
}

/** @throws TypeError if it is no list of objects. */
export function checkList(list: unknown): asserts list is readonly object[] {
  if (!Array.isArray(list) || list.some((item) => typeof item !== "object" || item === null)) {
    throw new TypeError("what is transferred must be an array of objects, such as [data.buffer]");
  }
}

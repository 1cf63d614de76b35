// What is part of something greater, for reports: the queue of a mutex is that of a semaphore, but what the
// program knows is the mutex.

/**
 * A thing that is made of channels, groups and the like, and says so of its parts by this property, is told in
 * reports instead of them. In the registry, since it may be of another package, as a pool is.
 */
export const PART_OF: unique symbol = Symbol.for("@chankit/channel/part-of") as never;

/** Says that `part` is one of `whole`. */
export function makePartOf(part: object, whole: object): void {
  Object.defineProperty(part, PART_OF, { value: whole });
}

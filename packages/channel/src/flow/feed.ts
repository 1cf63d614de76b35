// What `pipe` pulls from: an iterator of whatever kind, with a way to let go of it at any time.
//
// What is taken from where, and when: one value from the source, for each `next`. Nothing is held.

import { RecvBase } from "../chan/recv-base.js";
import type { WaitOptions } from "../state/types.js";
import { show } from "../util/inspect.js";

/** What is pulled from, value by value. */
export interface Feed<T> {
  /** Whether `next` gives promises. */
  readonly isAsync: boolean;
  next(): IteratorResult<T, unknown> | PromiseLike<IteratorResult<T, unknown>>;
  /** Lets go of the source; `isPulling`: a `next` is pending. Gives what the source makes of it. */
  stop(isPulling: boolean): unknown;
}

/** A reader of a web stream. */
interface Reader<T> {
  read(): PromiseLike<IteratorResult<T, unknown>>;
  cancel(): PromiseLike<void>;
  releaseLock(): void;
}

/** What sources may have. */
interface Parts<T> {
  getReader?(): Reader<T>;
  destroy?(): unknown;
  [Symbol.asyncIterator]?(): AsyncIterator<T, unknown>;
  [Symbol.iterator]?(): Iterator<T, unknown>;
}

/**
 * The feed of a web stream, an async iterable or an iterable, in this order; of a channel with `signal`,
 * from the abort of which on no value is taken out.
 *
 * @throws TypeError if `source` is none of these.
 */
export function feedOf<T>(
  source: Iterable<T> | AsyncIterable<T>,
  signal: WaitOptions["signal"],
): Feed<T> {
  const parts = Object(source) as Parts<T>;
  if (typeof parts.getReader === "function") return streamFeed(parts.getReader());
  const asynchronous = isChannel(parts)
    ? parts.values({ signal })
    : parts[Symbol.asyncIterator]?.();
  const iterator = asynchronous ?? parts[Symbol.iterator]?.();
  if (iterator === undefined) {
    throw new TypeError(
      `source must be a stream or an iterable, async or not, not ${show(source)}`,
    );
  }
  return {
    isAsync: asynchronous !== undefined,
    next: () => iterator.next(),
    stop: (isPulling) => {
      const returned = iterator.return?.();
      // The iterator of a Node stream is an async generator, which hears of that only when the value
      // has come for which it waits.
      if (isPulling) parts.destroy?.();
      return returned;
    },
  };
}

/**
 * The feed of a web stream. Not every browser gives its iterator; and that one cannot be cancelled
 * while a read is pending.
 */
function streamFeed<T>(reader: Reader<T>): Feed<T> {
  return {
    isAsync: true,
    next: () => reader.read(),
    stop: () => {
      const cancelled = reader.cancel();
      reader.releaseLock();
      return cancelled;
    },
  };
}

/** Whether it is looped over as channels are. */
function isChannel<T>(source: Parts<T>): source is Parts<T> & RecvBase<T> {
  const { prototype } = RecvBase;
  return (
    source instanceof RecvBase && source[Symbol.asyncIterator] === prototype[Symbol.asyncIterator]
  );
}

// `pipe`: all that a source gives, into a channel.
//
// What is taken from where, and when: one value is pulled from the source at a time, and the next
// when the channel has taken it. Held in between: the value that is being sent, and no other.
//
// Whatever happens, in this order: the source is told to stop, the channel is closed, and the promise
// is settled, with the first failure if there was one.

import type { SendChan, WaitOptions } from "../state/types.js";
import { type AbortRegistration, type AbortTarget, onAbort } from "../wait/abort.js";
import { show } from "../util/inspect.js";
import { type Feed, feedOf } from "./feed.js";

/** Options of {@link pipe}. */
export interface PipeOptions extends WaitOptions {
  /** Whether `to` is closed in the end, the default; `false` where other tasks send to it as well. */
  readonly close?: boolean | undefined;
}

/**
 * Sends all that `source` gives to `to`, one value after the other, and resolves with their number. A
 * source is anything that can be looped over, async or not: a Node or web stream, a generator, an
 * array, a channel. Values are sent as they are; what waits for room in `to` holds up the source.
 *
 * In the end `to` is closed, and so it is when something fails: no failure leaves a reader waiting.
 * With `close: false` it stays open, for other senders. Also in both cases `source.return()` is
 * called: files are closed, streams destroyed. If the source fails, if `signal` is aborted, also while
 * a value is awaited, or if `to` is closed by others (which is found out with the next value), the
 * promise is rejected with the first of these; the value in hand then, if there is one, is lost. The
 * end of `return` is waited for where it stops a source that was idle, but not while `next` is
 * pending: that may last. Cost: two promises a value, one for a source that is not async.
 *
 * @throws ChannelClosedError, by rejection, if `to` is closed by others.
 * @throws TypeError, by rejection, if `source` cannot be looped over, or `to` is no channel to send to.
 * @throws What the source throws, or the signal's reason, by rejection.
 *
 * @example
 * ```ts
 * const out = new Chan<string>();
 * group.go((signal) => pipe(rows, out, { signal }));
 * for await (const row of out) digest(row);
 * ```
 *
 * @example
 * ```ts
 * const letters = new Chan<string>(3);
 * await pipe("abc", letters); //=> 3
 * await letters.recv(); //=> { ok: true, value: 'a', done: false }
 * ```
 */
export async function pipe<T>(
  source: Iterable<T> | AsyncIterable<T>,
  to: SendChan<T>,
  options: PipeOptions = {},
): Promise<number> {
  const { signal, close = true } = options;
  const pull = new Pull<T>();
  let feed: Feed<T> | undefined;
  let isIdle = true;
  let count = 0;
  let failure: { readonly reason: unknown } | undefined;
  let registration: AbortRegistration | undefined;
  try {
    feed = feedOf(source, signal);
    if (typeof (to as Partial<SendChan<T>> | undefined)?.send !== "function") {
      throw new TypeError(`to must be a channel to send to, not ${show(to)}`);
    }
    if (signal !== undefined && signal !== null) registration = onAbort(signal, pull);
    for (;;) {
      isIdle = false;
      const asked = pull.ask(feed);
      const result = feed.isAsync ? await asked : (asked as Result<T>);
      if (isEnd(result)) break;
      isIdle = true;
      await to.send(result.value, { signal });
      count++;
    }
  } catch (reason) {
    failure = { reason };
  }

  registration?.remove();
  const stopped = stop(feed, pull.isPending);
  try {
    if (close && !to.closed) to.close();
  } catch (reason) {
    failure ??= { reason };
  }
  if (failure === undefined) return count;
  if (isIdle) await stopped;
  throw failure.reason;
}

type Result<T> = IteratorResult<T, unknown>;

/** Waits for the source or for the abort, whichever comes first. */
class Pull<T> implements AbortTarget {
  #aborted: { readonly reason: unknown } | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  /** Whether the source has been asked and has not answered, also after an abort. */
  isPending = false;

  /** Asks `feed`, unless the signal is aborted. */
  ask(feed: Feed<T>): Promise<Result<T>> | Result<T> {
    if (this.#aborted !== undefined) throw this.#aborted.reason;
    const next = feed.next();
    if (!feed.isAsync) return next as Result<T>;
    this.isPending = true;
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      Promise.resolve(next).then(
        (result) => {
          this.isPending = false;
          resolve(result);
        },
        (error: unknown) => {
          this.isPending = false;
          reject(error);
        },
      );
      // The source itself may have aborted the signal when it was asked.
      if (this.#aborted !== undefined) reject(this.#aborted.reason);
    });
  }

  cancel(reason: unknown): void {
    this.#aborted = { reason };
    this.#reject?.(reason);
  }
}

function isEnd<T>(result: Result<T>): result is IteratorReturnResult<unknown> {
  if (
    (typeof result !== "object" && typeof result !== "function") ||
    (result as unknown) === null
  ) {
    throw new TypeError(`next of the source must give an object, not ${show(result)}`);
  }
  return result.done === true;
}

/** Lets go of the source. The promise is never rejected: what `return` throws comes too late. */
async function stop(feed: Feed<unknown> | undefined, isPulling: boolean): Promise<void> {
  try {
    await feed?.stop(isPulling);
  } catch {
    // The first failure counts, and a source that has come to its end has no more to say.
  }
}

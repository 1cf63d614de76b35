// `Chan`, the face of a plain channel: checks what it is given, and hands on to its core.

import { ChannelCore, type Overflow } from "../state/channel-core.js";
import type { SendChan, WaitOptions } from "../state/types.js";
import { disposable, followPolyfills } from "../util/dispose.js";
import { quoted } from "../state/errors.js";
import { nameClass, show } from "../util/inspect.js";
import { sendTo } from "../wait/recv-send.js";
import { RecvBase } from "./recv-base.js";

/** Options of a {@link Chan}. */
export interface ChanOptions {
  /** For people: it stands in errors, in reports, and in what a debugger or `console.log` shows. */
  readonly name?: string | undefined;
  /**
   * What a send does when the buffer is full: `"block"`, the default, waits; `"dropOldest"`
   * discards the value at the head of the buffer, `"dropNewest"` the value being sent. The latter
   * two never wait, and need a `cap` of at least 1.
   */
  readonly overflow?: Overflow | undefined;
  /**
   * `false` if what waits on the channel may wait for ever: for reports (`@chankit/channel/debug`) it
   * is a daemon, and so is a select with such a case. A wait for a channel never keeps a process alive.
   */
  readonly ref?: boolean | undefined;
}

/**
 * A channel: values go in at one side and come out at the other, first in, first out, each to
 * exactly one receiver. It is Go's `chan T`.
 *
 * Every operation takes effect during the call or else waits, first come, first served; whatever
 * waits is served in the order of arrival, without overtaking. All operations are O(1), however
 * many others wait, and there is no limit to these.
 *
 * @example
 * ```ts
 * const jobs = new Chan<string>(1);
 * await jobs.send("a"); // buffered
 * const second = jobs.send("b"); // waits: the buffer is full
 * await jobs.recv(); //=> { ok: true, value: 'a', done: false }
 * await second; // the receive has made room
 * jobs.close();
 * for await (const job of jobs) console.log(job); //=> b
 * ```
 */
export class Chan<in out T> extends RecvBase<T> implements SendChan<T> {
  readonly #core: ChannelCore<T>;
  /** The name given to the constructor. */
  readonly name: string | undefined;

  static {
    nameClass(this, "Chan");
    disposable(this, "dispose");
  }

  /**
   * Makes a channel whose buffer holds `cap` values: 0, the default, makes every send meet a
   * receive; `Infinity` never makes a send wait. A large `cap` costs nothing until it is used.
   *
   * @throws RangeError if `cap` is neither a non-negative integer nor `Infinity`, or is 0 although
   *   `overflow` needs a buffer.
   * @throws TypeError if `overflow` is not one of the three words, `name` is no string, or `ref` no
   *   boolean.
   */
  constructor(cap = 0, options: ChanOptions = {}) {
    const { name, overflow = "block", ref } = options;
    const of = name === undefined ? "" : ` of channel${quoted(name)}`;
    if (name !== undefined && typeof name !== "string") {
      throw new TypeError(`name must be a string, not ${show(name)}`);
    }
    if (!(cap === Infinity || (Number.isSafeInteger(cap) && cap >= 0))) {
      throw new RangeError(`cap${of} must be a non-negative integer or Infinity, not ${show(cap)}`);
    }
    if (!["block", "dropOldest", "dropNewest"].includes(overflow)) {
      throw new TypeError(
        `overflow${of} must be "block", "dropOldest" or "dropNewest", not ${show(overflow)}`,
      );
    }
    if (overflow !== "block" && cap === 0) {
      throw new RangeError(`overflow "${overflow}"${of} needs a cap of at least 1`);
    }

    if (ref !== undefined && typeof ref !== "boolean") {
      throw new TypeError(`ref${of} must be a boolean, not ${show(ref)}`);
    }

    // `-0` becomes 0.
    const core = new ChannelCore<T>(cap + 0, overflow, name, ref);
    super(core);
    followPolyfills();
    this.#core = core;
    this.name = name;
  }

  get cap(): number {
    return this.#core.cap;
  }

  get len(): number {
    return this.#core.len;
  }

  get closed(): boolean {
    return this.#core.closed;
  }

  /**
   * Sends `value`, resolving once it is handed over: to the longest-waiting receiver if there is
   * one, else to the buffer if it has room. Until then the send waits, first come, first served.
   *
   * A send that need not wait takes effect before this call returns. The value arrives unchanged,
   * whatever it is. Aborting `signal` withdraws a send that still waits; a value that was handed
   * over stays sent. O(1), also when it waits or is withdrawn. Semantics: Go's `ch <- v`.
   *
   * **Gotcha.** A send that has resolved is handed over, not processed: the value may lie in the
   * buffer still. For more, send something that the receiver answers on.
   *
   * @throws ChannelClosedError, by rejection, if the channel is closed, or is closed while the send
   *   waits; the value was not delivered. Left floating, it is an unhandled rejection: Go's panic.
   * @throws The signal's reason, by rejection, if it is aborted before the value was handed over.
   *
   * @example
   * ```ts
   * const ch = new Chan<string>(1);
   * await ch.send("a"); // into the buffer
   * const second = ch.send("b"); // waits: the buffer is full
   * const late = new AbortController();
   * const third = ch.send("c", { signal: late.signal });
   * late.abort("too late");
   * await third.catch((reason) => reason); //=> too late
   * await ch.recv(); //=> { ok: true, value: 'a', done: false }
   * await second; // "b" is in the buffer now
   * ```
   */
  send(value: T, options?: WaitOptions): Promise<void> {
    return sendTo(this.#core, value, options);
  }

  /**
   * Sends without waiting; `false` if the send would wait, and then nothing has happened.
   *
   * It does not overtake senders that wait. O(1). Semantics: Go's `select` with one send case and a
   * `default`.
   *
   * @throws ChannelClosedError if the channel is closed.
   *
   * @example
   * ```ts
   * const ch = new Chan<string>(1);
   * ch.trySend("a"); //=> true
   * ch.trySend("b"); //=> false
   * ```
   */
  trySend(value: T): boolean {
    return this.#core.trySend(value);
  }

  /**
   * Says that no more values will be sent.
   *
   * What is buffered is still received, in order; then receivers get `{ ok: false }`, those that
   * wait now at once. Waiting senders are rejected, all with one error: their values are not
   * delivered. O(1) and O(1) for each that waits. Semantics: Go's `close(ch)`, but that what waits is
   * woken in order.
   *
   * **Gotcha.** Receivers take it for "that was all", so a sender that has failed should not close;
   * and of several senders none knows that it is the last: the task that waits for all of them does.
   *
   * @throws ChannelClosedError if the channel is closed already.
   *
   * @example
   * ```ts
   * const ch = new Chan<string>(1);
   * await ch.send("a");
   * const waiting = ch.send("b");
   * ch.close();
   * await waiting.catch((error) => error.message); //=> send on closed channel
   * await ch.recv(); //=> { ok: true, value: 'a', done: false }
   * await ch.recv(); //=> { ok: false, value: undefined, done: true }
   * ```
   */
  close(): void {
    this.#core.close();
  }

  /** Closes the channel unless it is closed already: `using ch = new Chan()`. */
  [Symbol.dispose](): void {
    if (!this.closed) this.close();
  }
}

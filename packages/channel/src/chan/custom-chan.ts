// The extension point: channels of your own kind, which `select`, `for await` and all other code take
// for what they are, channels.
//
// You write functions that never wait. `poll` answers a receiver: here is a value, or: not now.
// `offer` answers a sender: I have taken it, or: not now. The base class does the waiting around
// them: first come first served, no overtaking, cancelling, closing, select, and a living event
// loop. When the answers may have changed for another reason than a send or a receive (a timer has
// fired, a socket has data), you call `notify`, and what waits is served.

import { CustomCore } from "../state/custom-core.js";
import type { Received, SendChan, WaitOptions } from "../state/types.js";
import { disposable, followPolyfills } from "../util/dispose.js";
import { closeOfClosed, sendOnClosed } from "../state/errors.js";
import { nameClass, nameOf } from "../util/inspect.js";
import { sendTo } from "../wait/recv-send.js";
import type { SendPort } from "../state/port.js";
import { RecvBase } from "./recv-base.js";

let coreOf: <S>(chan: CustomRecvChan<unknown>) => CustomCore<unknown, S>;

/**
 * A channel of your own kind that can only be received from: what comes out of it is not sent, it
 * comes from a clock, a socket, another channel. All promises of {@link RecvChan} hold.
 * A subclass may have a `name`: it stands in errors and in what a debugger shows.
 *
 * Its hooks, the protected methods that you write, run in the middle of an operation, while it is
 * not decided yet which waiter is served. They may call `notify` if they have changed something, and use
 * channels that are theirs alone; but must not send to, receive from or close the channel that they
 * belong to, nor any that a select might wait for beside it, nor abort the signals of what
 * waits. What `poll` or `offer` throws rejects the one operation that it was asked for, or is thrown
 * by it if it does not wait.
 *
 * @example
 * ```ts
 * // The numbers from 1 to the last one.
 * class Count extends CustomRecvChan<number> {
 *   readonly cap = 0;
 *   readonly len = 0;
 *   readonly #last: number;
 *   #next = 1;
 *   constructor(last: number) { super(); this.#last = last; }
 *   protected poll(): Received<number> | undefined {
 *     if (this.#next > this.#last) return undefined;
 *     return { ok: true, value: this.#next++, done: false };
 *   }
 * }
 * ```
 */
export abstract class CustomRecvChan<out R> extends RecvBase<R> {
  readonly #core: CustomCore<R, never>;

  static {
    nameClass(this, "CustomRecvChan");
    coreOf = <S>(chan: CustomRecvChan<unknown>) => chan.#core as unknown as CustomCore<unknown, S>;
  }

  constructor() {
    const core = new CustomCore<R, never>();
    super(core);
    this.#core = core;
    core.bindRecv({
      poll: () => this.poll(),
      watch: () => {
        this.watch();
      },
      unwatch: () => {
        this.unwatch();
      },
    });
  }

  /** Whether the channel is closed. `poll` may still have values. */
  get closed(): boolean {
    return this.#core.closed;
  }

  /** How many receivers wait now. */
  protected get waitingReceivers(): number {
    return this.#core.receivers.length;
  }

  /**
   * Takes the next value out, for a receiver; `undefined` if there is none now. What it returns is
   * received. Once the channel is closed, `undefined` means that it is drained.
   */
  protected abstract poll(): Received<R> | undefined;

  /** Called when a receiver begins to wait where none waited: the time to start a timer. */
  protected watch(): void {
    // Most kinds need not know.
  }

  /** Called when no receiver waits any more, served or withdrawn: the time to stop that timer. */
  protected unwatch(): void {
    // Most kinds need not know.
  }

  /** Serves what waits, in order, as long as `poll` and `offer` say yes. O(1) for each of them. */
  protected notify(): void {
    this.#core.serve();
  }

  /**
   * Closes the channel: receivers get what `poll` still has, then `{ ok: false }`. O(1) for each
   * that waits.
   *
   * @throws ChannelClosedError if it is closed already.
   */
  protected end(): void {
    if (this.#core.closed) throw closeOfClosed(nameOf(this));
    this.#core.close();
  }
}

/**
 * A channel of your own kind, to send `S` and to receive `R`. All promises of {@link SendChan} and
 * {@link RecvChan} hold.
 *
 * @example
 * ```ts
 * // Keeps the newest value only; a send never waits.
 * class Latest<T> extends CustomChan<T> {
 *   readonly cap = 1;
 *   readonly #slot = new Chan<T>(1, { overflow: "dropOldest" });
 *   get len(): number { return this.#slot.len; }
 *   protected poll(): Received<T> | undefined { return this.#slot.tryRecv(); }
 *   protected offer(value: T): boolean { return this.#slot.trySend(value); }
 * }
 * ```
 */
export abstract class CustomChan<out R, in S = R> extends CustomRecvChan<R> implements SendChan<S> {
  readonly #port: SendPort<S>;

  static {
    nameClass(this, "CustomChan");
    disposable(this, "dispose");
  }

  constructor() {
    super();
    followPolyfills();
    this.#port = coreOf<S>(this).bindSend({
      offer: (value) => this.offer(value),
      closedError: () => this.closedError(),
      withdrawn: () => {
        this.withdrawn();
      },
    });
  }

  /** How many senders wait now. */
  protected get waitingSenders(): number {
    return this.#port.senders.length;
  }

  /** Takes `value` from a sender, and says so by `true`; `false` if it cannot take it now. */
  protected abstract offer(value: S): boolean;

  /**
   * What a send on the closed channel is refused with; a `ChannelClosedError` unless overridden. Asked
   * once for all that wait when the channel is closed.
   */
  protected closedError(): Error {
    return sendOnClosed(nameOf(this));
  }

  /** Called when a sender that waited was withdrawn, by its signal or by another case of its select. */
  protected withdrawn(): void {
    // Most kinds need not know.
  }

  /** Sends `value`, waiting, first come, first served, until `offer` takes it. See {@link Chan.send}. */
  send(value: S, options?: WaitOptions): Promise<void> {
    return sendTo(this.#port, value, options);
  }

  /** Sends `value` if no sender waits and `offer` takes it now. See {@link Chan.trySend}. */
  trySend(value: S): boolean {
    return this.#port.trySend(value);
  }

  /** Says that no more values will be sent. See {@link Chan.close}. */
  close(): void {
    this.end();
  }

  /** Closes the channel unless it is closed already. See {@link Chan}. */
  [Symbol.dispose](): void {
    if (!this.closed) this.close();
  }
}

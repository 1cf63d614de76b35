// `Broadcast` and its subscriptions, the faces of a hub and its inboxes: they check what they are
// given, and hand on. What is taken from where is told in `hub.ts`, what is held in `inbox.ts`.

import { RecvBase, sendPorts } from "../chan/recv-base.js";
import type { ChanOptions } from "../chan/chan.js";
import type { RecvChan, SendChan, WaitOptions } from "../state/types.js";
import { disposable, followPolyfills } from "../util/dispose.js";
import { inspectable, nameClass, show } from "../util/inspect.js";
import { sendTo } from "../wait/recv-send.js";
import { Hub } from "./hub.js";
import { Inbox } from "./inbox.js";
import { InboxPort } from "./inbox-port.js";

/** Options of a {@link Broadcast}. */
export interface BroadcastOptions {
  /** For people: it stands in errors, in reports, and in what a debugger or `console.log` shows. */
  readonly name?: string | undefined;
}

/** What one subscriber receives from a {@link Broadcast}: all that is sent while it is subscribed. */
export interface Subscription<T> extends RecvChan<T>, Disposable {
  /** How many values were discarded, since its buffer was full and `overflow` said so. */
  readonly dropped: number;
  /**
   * Takes no more values; what is buffered is still received, then it is closed. Senders that have
   * waited for this subscriber go on. It may be called again. O(what is buffered).
   */
  unsubscribe(): void;
}

/**
 * A channel that gives every value to every subscriber: fan-out, where the receivers of a `Chan`
 * share its values.
 *
 * A value goes to all subscribers that are there when it is sent, to all at the same instant, and
 * all of them get the same values in the same order. A send waits until every one of them can take the
 * value: where there is room in the buffer of its subscription, or a receiver waits, or `overflow`
 * discards something. So each subscriber decides whether it may hold up the senders: one with
 * `"dropOldest"` or `"dropNewest"` never does. Without subscribers a send completes at once.
 *
 * A send costs the same however many subscribers there are, while all have room in their buffers: what
 * they have yet to read is kept once for all of them. Else it is O(number of subscribers). One that drops has
 * a buffer of its own.
 *
 * A subscription that is dropped without `unsubscribe` is taken out when it has been found to be
 * garbage, where the platform tells (`FinalizationRegistry`), whenever that is; until then it may
 * hold up senders. Semantics, for the rest: those of a `Chan`.
 *
 * **Gotcha.** Subscribers with a `cap` of 0, the default, take a value only while they wait for it:
 * with several of them all have to wait at the same time. A task that receives from two of them in
 * turn, or in one select, waits for ever, unless others receive as well. A small buffer helps.
 *
 * @example
 * ```ts
 * const prices = new Broadcast<number>();
 * const all = prices.subscribe(10);
 * const newest = prices.subscribe(1, { overflow: "dropOldest" });
 * for (const price of [1, 2, 3]) await prices.send(price);
 * prices.close();
 * await newest.recv(); //=> { ok: true, value: 3, done: false }
 * newest.dropped; //=> 2
 * await all.recv(); //=> { ok: true, value: 1, done: false }
 * ```
 */
export class Broadcast<in out T> implements SendChan<T> {
  readonly #hub: Hub<T>;
  /** The name given to the constructor. */
  readonly name: string | undefined;

  static {
    disposable(this, "dispose");
    inspectable<Broadcast<unknown>>(this, "Broadcast", {
      name: ({ name }) => name,
      cap: ({ cap }) => cap,
      len: ({ len }) => len,
      closed: ({ closed }) => closed,
      subscribers: ({ subscribers }) => subscribers,
      senders: (broadcast) => broadcast.#hub.senders.length,
    });
  }

  /** @throws TypeError if `name` is no string. */
  constructor(options: BroadcastOptions = {}) {
    const { name } = options;
    if (name !== undefined && typeof name !== "string") {
      throw new TypeError(`name must be a string, not ${show(name)}`);
    }
    this.#hub = new Hub(name);
    this.#hub.of = this;
    this.name = name;
    sendPorts.set(this, this.#hub);
    followPolyfills();
  }

  /** 0: values are buffered by subscriptions only. */
  get cap(): number {
    return 0;
  }

  /** 0. */
  get len(): number {
    return 0;
  }

  /** Whether it is closed, so that a send would fail. */
  get closed(): boolean {
    return this.#hub.closed;
  }

  /** How many subscriptions there are, of which none has been closed. */
  get subscribers(): number {
    return this.#hub.size;
  }

  /**
   * Subscribes to what is sent from now on. `cap` and `options` are those of a {@link Chan}: how many
   * values are kept for this subscriber, and what happens when there are more. Once the broadcast is
   * closed it gives a subscription that is closed, too. O(1).
   *
   * @throws RangeError if `cap` is neither a non-negative integer nor `Infinity`, or is 0 although
   *   `overflow` needs a buffer.
   * @throws TypeError if `overflow` is not one of the three words, or `name` is no string.
   */
  subscribe(cap?: number, options?: ChanOptions): Subscription<T> {
    const inbox = new Inbox<T>(cap, options);
    const port = new InboxPort(inbox, this.#hub);
    this.#hub.add(inbox, port.receivers);
    return new Subscribed(inbox, port, this.#hub);
  }

  /**
   * Sends `value` to all subscribers, resolving once all have it; until then it waits, first come,
   * first served. See {@link Chan.send}. Aborting `signal` withdraws it, and then no subscriber gets
   * the value.
   *
   * @throws ChannelClosedError, by rejection, if the broadcast is closed, or is closed while the send
   *   waits; the value was not delivered.
   * @throws The signal's reason, by rejection, if it is aborted before the value was handed over.
   */
  send(value: T, options?: WaitOptions): Promise<void> {
    return sendTo(this.#hub, value, options);
  }

  /**
   * Sends `value` to all subscribers if all can take it now; else `false`, and none gets it.
   *
   * @throws ChannelClosedError if the broadcast is closed.
   */
  trySend(value: T): boolean {
    return this.#hub.trySend(value);
  }

  /**
   * Closes all subscriptions: what is buffered is still received, then the end. Waiting senders are
   * rejected. See {@link Chan.close}. O(number of subscribers).
   *
   * @throws ChannelClosedError if it is closed already.
   */
  close(): void {
    this.#hub.close();
  }

  /** Closes it, unless it is closed already. */
  [Symbol.dispose](): void {
    if (!this.closed) this.close();
  }
}

class Subscribed<T> extends RecvBase<T> implements Subscription<T> {
  readonly #inbox: Inbox<T>;
  readonly #hub: Hub<T>;
  readonly name: string | undefined;

  static {
    nameClass(this, "Subscription");
    disposable(this, "dispose");
  }

  constructor(inbox: Inbox<T>, port: InboxPort<T>, hub: Hub<T>) {
    super(port);
    this.#inbox = inbox;
    this.#hub = hub;
    this.name = inbox.name;
  }

  get cap(): number {
    return this.#inbox.cap;
  }

  get len(): number {
    return this.#inbox.length;
  }

  get closed(): boolean {
    return this.#inbox.isClosed;
  }

  get dropped(): number {
    return this.#inbox.dropped;
  }

  unsubscribe(): void {
    this.#hub.remove(this.#inbox);
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }
}

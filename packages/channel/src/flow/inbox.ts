// What a broadcast keeps of one subscription.
//
// What is taken from where, and when: a subscription that blocks has its place in the log of the hub
// (`log.ts`), and what stands behind that is what it has yet to receive. So a send does nothing here,
// but for one that drops, into whose own buffer the hub puts the value. A receive takes the oldest. Held in
// between: at most `cap` values; and in the own buffer those that have come back from elsewhere
// (`ChanPort`), which are older than all of the log.
//
// Invariant: receivers wait only while there is nothing to receive.

import { Chan, type ChanOptions } from "../chan/chan.js";
import { CLOSED, received } from "../state/received.js";
import type { Received } from "../state/types.js";
import type { WaitQueue } from "../state/wait-queue.js";
import type { Waiter } from "../state/waiter.js";
import { RingBuffer } from "../util/ring-buffer.js";
import { Log } from "./log.js";
import type { Place } from "./matching.js";

/** The log of those that follow none: it stays empty. */
const NONE = new Log<never>();

/** The values that one subscriber has yet to read. */
export class Inbox<T> implements Place {
  readonly cap: number;
  readonly name: string | undefined;
  /** For reports: a wait for it is a daemon's if this is false. */
  readonly ref: boolean | undefined;
  /** Whether it discards something, instead of holding up the senders. */
  readonly drops: boolean;
  waiting: WaitQueue | undefined;
  chosen: Waiter | undefined;
  /** What the one that was chosen is to be given, until it has been. */
  owed: Received<T> | undefined;
  /** Whether that one has left its queue already. */
  hasReserved = false;
  isClosed = false;
  /** How many values `overflow` has discarded. */
  dropped = 0;
  /** See `ChannelCore`. */
  lent = 0;
  onClose: (() => void) | undefined = undefined;
  readonly #overflow: ChanOptions["overflow"];
  #own: RingBuffer<T> | undefined;
  #log: Log<T> = NONE;
  /** Its place there: what it receives next will stand, or stands, here. */
  #at = NONE.end as Log<T>["end"];
  /** How much of the log is before that. */
  #passed = 0;

  /** @throws RangeError or TypeError as `Chan` does. */
  constructor(cap: number | undefined, options: ChanOptions = {}) {
    const { name, overflow = "block", ref } = options;
    // Made for its checks only.
    ({ cap: this.cap, name: this.name } = new Chan(cap, { name, overflow, ref }));
    this.ref = ref;
    this.drops = overflow !== "block";
    this.#overflow = overflow;
  }

  /** What is not in the log. Most have nothing of that. */
  get buffer(): RingBuffer<T> {
    return (this.#own ??= new RingBuffer());
  }

  get length(): number {
    return (this.#own?.length ?? 0) + this.#log.length - this.#passed;
  }

  /** How many more values it can take. */
  get room(): number {
    return this.drops ? Infinity : this.cap - this.length;
  }

  get hasRoom(): boolean {
    return this.room > 0;
  }

  /** What is appended to `log` from now on is to be received here. */
  follow(log: Log<T>): void {
    this.#log = log;
    this.skip();
  }

  /** What stands in the log has been received otherwise. */
  skip(): void {
    this.#at = this.#log.end;
    this.#passed = this.#log.length;
  }

  /** Takes the oldest value; `undefined` if there is none. */
  take(): Received<T> | undefined {
    const own = this.#own;
    if (own !== undefined && own.length > 0) return received(own.shift());
    return this.#next();
  }

  #next(): Received<T> | undefined {
    const { next, outcome } = this.#at;
    if (next === undefined) return undefined;
    this.#at = next;
    this.#passed++;
    return outcome;
  }

  /** Puts a value into the buffer of its own, where `overflow` says what is done if that is full. */
  put(value: T): void {
    const { buffer } = this;
    if (buffer.length < this.cap) {
      buffer.push(value);
      return;
    }
    this.dropped++;
    if (this.#overflow !== "dropOldest") return;
    buffer.shift();
    buffer.push(value);
  }

  /** It is certain that the one that was chosen gets `outcome`: `pay` will tell it. */
  owe(outcome: Received<T>): void {
    this.skip();
    this.owed = outcome;
    this.hasReserved = this.chosen?.reserve?.() ?? false;
  }

  /** Tells the one that was chosen, if that has yet to be done. */
  pay(): void {
    const { chosen, owed, waiting, hasReserved } = this;
    if (owed === undefined) return;
    this.chosen = this.owed = undefined;
    if (hasReserved || (waiting !== undefined && chosen?.queue === waiting)) chosen?.complete(owed);
    // An odd signal has ended its wait, when another one was told.
    else this.put(owed.value as T);
  }

  /** The log goes on, for others: takes out of it what is to be received here. O(so many). */
  unfollow(): void {
    const { buffer } = this;
    for (let outcome = this.#next(); outcome !== undefined; outcome = this.#next()) {
      buffer.push(outcome.value as T);
    }
    this.follow(NONE);
  }

  /** No more values come: receivers that wait are told. */
  close(): void {
    this.pay();
    this.isClosed = true;
    if (this.lent === 0) {
      this.waiting?.serveAll((receiver) => {
        receiver.complete(CLOSED);
      });
    }
    this.onClose?.();
  }
}

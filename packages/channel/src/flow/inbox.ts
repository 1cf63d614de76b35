// What a broadcast keeps of one subscription, and the port by which its receivers come to it.
//
// What is taken from where, and when: the hub puts a value in when a send is committed, if no receiver
// is to have it; a receive takes the oldest. Held in between: at most `cap` values, and those that have
// come back from elsewhere (`ChanPort`).
//
// What keeps what alive: the hub holds the inbox; the subscription, and all that receive from it, hold
// the port, which holds the inbox. The hub holds receivers only while they wait. So a subscription that
// nothing uses any more is garbage, and its hub can be told of that.
//
// Invariant: receivers wait only while the buffer is empty.

import { Chan, type ChanOptions } from "../chan/chan.js";
import type { RecvPort } from "../state/port.js";
import { CLOSED, received } from "../state/received.js";
import type { Received } from "../state/types.js";
import { WaitQueue } from "../state/wait-queue.js";
import type { Waiter } from "../state/waiter.js";
import { RingBuffer } from "../util/ring-buffer.js";
import { sight } from "../util/sight.js";
import type { Hub } from "./hub.js";
import type { Place } from "./matching.js";

/** The values that one subscriber has yet to read. */
export class Inbox<T> implements Place {
  readonly cap: number;
  readonly name: string | undefined;
  /** For reports: a wait for it is a daemon's if this is false. */
  readonly ref: boolean | undefined;
  readonly buffer: RingBuffer<T> = new RingBuffer();
  waiting: WaitQueue | undefined = undefined;
  chosen: Waiter | undefined = undefined;
  /** What the one that was chosen is to be given, until it has been. */
  owed: Received<T> | undefined = undefined;
  /** Whether that one has left its queue already. */
  hasReserved = false;
  isClosed = false;
  /** How many values `overflow` has discarded. */
  dropped = 0;
  /** See `ChannelCore`. */
  lent = 0;
  onClose: (() => void) | undefined = undefined;
  readonly #overflow: ChanOptions["overflow"];

  /** @throws RangeError or TypeError as `Chan` does. */
  constructor(cap: number | undefined, options: ChanOptions = {}) {
    const { name, overflow = "block", ref } = options;
    // Made for its checks only.
    ({ cap: this.cap, name: this.name } = new Chan(cap, { name, overflow, ref }));
    this.ref = ref;
    this.#overflow = overflow;
  }

  get hasRoom(): boolean {
    return this.buffer.length < this.cap || this.#overflow !== "block";
  }

  /** Puts a value in, for which there is room. */
  put(value: T): void {
    if (this.buffer.length < this.cap) {
      this.buffer.push(value);
      return;
    }
    this.dropped++;
    if (this.#overflow === "dropNewest") return;
    this.buffer.shift();
    this.buffer.push(value);
  }

  /** It is certain that the one that was chosen gets `outcome`: `pay` will tell it. */
  owe(outcome: Received<T>): void {
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

/** Where the receivers of a subscription try and wait. */
export class InboxPort<T> implements RecvPort<T> {
  readonly receivers: WaitQueue;
  of: object | undefined = undefined;
  readonly #inbox: Inbox<T>;
  readonly #hub: Hub<T>;

  constructor(inbox: Inbox<T>, hub: Hub<T>) {
    this.#inbox = inbox;
    this.#hub = hub;
    const receivers = new WaitQueue(
      () => {
        inbox.waiting = receivers;
        // Several that wait as one, those of a flow, have not tried each with the others waiting.
        hub.serveAt(inbox);
      },
      () => {
        if (inbox.owed === undefined) inbox.chosen = undefined;
        if (receivers.length === 0) inbox.waiting = undefined;
        hub.onLeft();
      },
    );
    this.receivers = receivers;
  }

  get ref(): boolean | undefined {
    return this.#inbox.ref;
  }

  tryRecv(): Received<T> | undefined {
    const { buffer, cap, isClosed } = this.#inbox;
    if (buffer.length > 0) {
      const outcome = received(buffer.shift());
      sight.did?.(this, this.receivers);
      // There is room now.
      this.#hub.serveAt(this.#inbox);
      return outcome;
    }
    // Where nothing can be stored, the one that asks is a place for a value.
    const answer = cap === 0 && !isClosed ? this.#hub.ask(this.#inbox) : undefined;
    if (answer !== undefined) sight.did?.(this, this.receivers);
    else if (this.#inbox.isClosed && this.lent === 0) return CLOSED;
    return answer;
  }

  // For links to elsewhere (`ChanPort`).

  get closed(): boolean {
    return this.#inbox.isClosed;
  }

  get buffer(): RingBuffer<T> {
    return this.#inbox.buffer;
  }

  get lent(): number {
    return this.#inbox.lent;
  }

  set lent(count: number) {
    this.#inbox.lent = count;
  }

  set onClose(listener: () => void) {
    this.#inbox.onClose = listener;
  }
}

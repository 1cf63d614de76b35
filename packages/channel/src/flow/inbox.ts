// What a broadcast keeps of one subscription, and the port by which its receivers come to it.
//
// Who holds whom: the hub holds the inbox; the subscription, and all that receive from it, hold the
// port, which holds the inbox. The hub holds receivers only while they wait. So a subscription that
// nothing uses any more is garbage, and its hub can be told of that.
//
// Invariant: receivers wait only while the store is empty.

import { Chan, type ChanOptions } from "../chan/chan.js";
import type { RecvPort } from "../state/port.js";
import { CLOSED } from "../state/received.js";
import type { Received } from "../state/types.js";
import { WaitQueue } from "../state/wait-queue.js";
import type { Waiter } from "../state/waiter.js";
import { makePartOf } from "../util/part-of.js";
import { sight } from "../util/sight.js";
import type { Hub } from "./hub.js";
import type { Place } from "./matching.js";

/** The values that one subscriber has yet to read. */
export class Inbox<T> implements Place {
  /** A buffer, no more: nobody ever waits there. */
  readonly store: Chan<T>;
  waiting: WaitQueue | undefined = undefined;
  chosen: Waiter | undefined = undefined;
  /** What the one that was chosen is to be given, until it has been. */
  owed: Received<T> | undefined = undefined;
  /** Whether that one has left its queue already. */
  hasReserved = false;
  isClosed = false;
  /** How many values `overflow` has discarded. */
  dropped = 0;
  readonly #drops: boolean;

  /** @throws RangeError or TypeError as `Chan` does. */
  constructor(cap: number | undefined, options: ChanOptions | undefined) {
    this.store = new Chan(cap, options);
    // A recording has what is done to the subscription, not how that is done.
    makePartOf(this.store, this);
    this.#drops = (options?.overflow ?? "block") !== "block";
  }

  get hasRoom(): boolean {
    return this.#drops || this.store.len < this.store.cap;
  }

  /** Puts a value in, for which there is room. */
  put(value: T): void {
    if (this.store.len === this.store.cap) this.dropped++;
    this.store.trySend(value);
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

  /** No more values come: those who wait are told. */
  close(): void {
    this.pay();
    this.isClosed = true;
    this.waiting?.serveAll((receiver) => {
      receiver.complete(CLOSED);
    });
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
        hub.serve();
      },
      () => {
        if (inbox.owed === undefined) inbox.chosen = undefined;
        if (receivers.length === 0) inbox.waiting = undefined;
        hub.onLeft();
      },
    );
    this.receivers = receivers;
  }

  tryRecv(): Received<T> | undefined {
    const { store, isClosed } = this.#inbox;
    const stored = store.tryRecv();
    if (stored !== undefined) {
      sight.did?.(this, this.receivers);
      // There is room now.
      this.#hub.serve();
      return stored;
    }
    // Where nothing can be stored, whoever asks is a place for a value.
    const answer = store.cap === 0 && !isClosed ? this.#hub.ask(this.#inbox) : undefined;
    if (answer !== undefined) sight.did?.(this, this.receivers);
    return answer ?? (this.#inbox.isClosed ? CLOSED : undefined);
  }
}

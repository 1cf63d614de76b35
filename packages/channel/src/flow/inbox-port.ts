// The port of a subscription: where its receivers try and wait.
//
// What keeps what alive: the hub holds the inbox; the subscription, and all that receive from it, hold
// the port, which holds the inbox. The hub holds receivers only while they wait. So a subscription that
// nothing uses any more is garbage, and its hub can be told of that.

import type { RecvPort } from "../state/port.js";
import { CLOSED } from "../state/received.js";
import type { Received } from "../state/types.js";
import { WaitQueue } from "../state/wait-queue.js";
import type { RingBuffer } from "../util/ring-buffer.js";
import { sight } from "../util/sight.js";
import type { Hub } from "./hub.js";
import type { Inbox } from "./inbox.js";

/** Where the receivers of a subscription try and wait. */
export class InboxPort<T> implements RecvPort<T> {
  readonly receivers: WaitQueue;
  of: object | undefined;
  readonly #inbox: Inbox<T>;
  readonly #hub: Hub<T>;

  constructor(inbox: Inbox<T>, hub: Hub<T>) {
    this.#inbox = inbox;
    this.#hub = hub;
    const receivers = new WaitQueue(
      () => {
        inbox.waiting = receivers;
        // Several that wait as one, those of a flow, have not tried each with the others waiting.
        hub.lookAgain();
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
    const inbox = this.#inbox;
    const outcome = inbox.take();
    if (outcome !== undefined) {
      sight.did?.(this, this.receivers);
      // There is room now.
      this.#hub.serveAt(inbox);
      return outcome;
    }
    // Where nothing can be stored, the one that asks is a place for a value.
    const answer = inbox.cap === 0 ? this.#hub.ask(inbox) : undefined;
    if (answer !== undefined) sight.did?.(this, this.receivers);
    else if (inbox.isClosed && this.lent === 0) return CLOSED;
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
    this.#hub.lookAgain();
  }

  set onClose(listener: () => void) {
    this.#inbox.onClose = listener;
  }
}

// The state of a broadcast: its subscriptions, and the senders that wait. It is the sending port.
//
// What is taken from where, and when: a send looks at all subscriptions, without touching them, for
// whether each can take the value. If so, it is put into the buffers of those where none waits, and
// then the sender is told, and the receivers, in order of subscription. Nothing comes between: what
// happens there meanwhile has its turn afterwards. Else the sender waits. Nothing is held here: a value
// is with its sender, or else everywhere.
//
// Invariants, between any two calls:
//   - the sender that has waited longest cannot send, nor can any other, but for selects that would
//     have to receive what they send;
//   - the blocker, if there is one, can take no value, so that no send need look at the others;
//   - an inbox in the list is open, and no other is.

import { closeOfClosed, sendOnClosed } from "../state/errors.js";
import type { SendPort } from "../state/port.js";
import { received } from "../state/received.js";
import type { Received } from "../state/types.js";
import { WaitQueue } from "../state/wait-queue.js";
import type { Waiter } from "../state/waiter.js";
import { sight } from "../util/sight.js";
import { isAborted } from "../util/signals.js";
import type { Inbox } from "./inbox.js";
import { Matching } from "./matching.js";

/** The state machine of a `Broadcast`. */
export class Hub<T> implements SendPort<T> {
  readonly senders: WaitQueue = new WaitQueue();
  of: object | undefined = undefined;
  /** Called when it has been closed. */
  onClose: (() => void) | undefined = undefined;
  readonly #name: string | undefined;
  /** In order of subscription. */
  readonly #inboxes = new Set<Inbox<T>>();
  #closed = false;
  /** No receiver waits there, and it has no room, unless this has been looked for in vain. */
  #blocker: Inbox<T> | undefined;
  #serving = false;
  #serveAgain = false;
  /** Tells of subscriptions that are garbage, where the platform can. */
  #registry: FinalizationRegistry<Inbox<T>> | undefined;
  /** Counts what makes a look at the subscriptions outdated. */
  #changes = 0;
  /** Whether the last select that could not send might have received from itself. */
  #metItself = false;
  /** Where a receiver tries, and what it gets. */
  #asker: Inbox<T> | undefined;
  #answer: Received<T> | undefined;

  constructor(name: string | undefined) {
    this.#name = name;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How many subscriptions there are. */
  get size(): number {
    return this.#inboxes.size;
  }

  /** Adds a subscription, until `receivers`, its queue, is garbage. It is closed at once if this is. */
  add(inbox: Inbox<T>, receivers: WaitQueue): void {
    if (this.#closed) {
      inbox.close();
      return;
    }
    this.#changes++;
    this.#inboxes.add(inbox);
    if (typeof FinalizationRegistry !== "function") return;
    this.#registry ??= new FinalizationRegistry((forgotten) => {
      this.remove(forgotten);
    });
    this.#registry.register(receivers, inbox);
  }

  /** Takes a subscription out, unless it is; senders that have waited for it go on. */
  remove(inbox: Inbox<T>): void {
    if (!this.#inboxes.delete(inbox)) return;
    this.#changes++;
    inbox.close();
    this.serveAt(inbox);
  }

  /** A receiver that waited at a subscription has left. */
  onLeft(): void {
    this.#changes++;
  }

  trySend(value: T): boolean {
    // While others are being served they come first.
    const mayTry = !this.#closed && !this.#serving && this.#blocker === undefined;
    const isSent = mayTry && this.#commit(value, undefined);
    if (!isSent && this.#closed) throw sendOnClosed(this.#name);
    if (isSent) sight.did?.(this, this.senders);
    return isSent;
  }

  close(): void {
    if (this.#closed) throw closeOfClosed(this.#name);
    this.#closed = true;
    this.#changes++;
    sight.did?.(this);
    const inboxes = [...this.#inboxes];
    this.#inboxes.clear();
    // Receivers first: a select that waits on both sides ends as its receive case, as in Go.
    for (const inbox of inboxes) inbox.close();
    // One error for all of them: to capture a stack costs more than everything else here.
    let error: Error | undefined;
    this.senders.serveAll((sender) => {
      sender.fail((error ??= sendOnClosed(this.#name)));
    });
    this.onClose?.();
  }

  /** What a receiver gets that finds nothing in `inbox`, and does not wait yet: a place for one value. */
  ask(inbox: Inbox<T>): Received<T> | undefined {
    // While others are being told it has to wait, and has its turn behind them.
    if (this.#serving) return undefined;
    this.#asker = inbox;
    this.serveAt(inbox);
    const answer = this.#answer;
    this.#asker = this.#answer = undefined;
    return answer;
  }

  /** More is possible at `inbox` than before: lets senders go on, as far as the others allow. */
  serveAt(inbox: Inbox<T>): void {
    if (this.#blocker !== undefined && this.#blocker !== inbox) return;
    this.#blocker = undefined;
    this.#serve();
  }

  #serve(): void {
    if (this.senders.length === 0) return;
    this.#serveAgain = true;
    if (this.#serving) return;
    this.#serving = true;
    while (this.#serveAgain) {
      this.#serveAgain = false;
      while (this.#serveSender());
    }
    this.#serving = false;
  }

  #serveSender(): boolean {
    let sender = this.senders.firstLive();
    while (sender !== undefined) {
      if (this.#commit(sender.value as T, sender)) return true;
      // What one cannot, no other can, unless it was because of its own receive case.
      if (!this.#metItself) return false;
      do sender = sender.next;
      while (sender !== undefined && isAborted(sender.signal));
    }
    return false;
  }

  /** Gives `value` to all, or else to none; `sender` if it waits. True also if it waits no longer. */
  #commit(value: T, sender: Waiter | undefined): boolean {
    let changes: number;
    let isPossible: boolean;
    do {
      changes = this.#changes;
      isPossible = this.#plan(sender);
      // An odd signal may act on all of this when it is looked at.
    } while (changes !== this.#changes);
    if (sender !== undefined && sender.queue !== this.senders) return true;
    if (!isPossible || this.#closed) return false;

    this.#changes++;
    let outcome: Received<T> | undefined;
    const owing: Inbox<T>[] = [];
    for (const inbox of this.#inboxes) {
      if (inbox.chosen !== undefined) {
        inbox.owe((outcome ??= received(value)));
        owing.push(inbox);
      } else if (inbox === this.#asker) {
        this.#answer = outcome ??= received(value);
        this.#asker = undefined;
      } else {
        inbox.put(value);
      }
    }
    this.#tell(owing, sender);
    return true;
  }

  /** Chooses a receiver for each subscription; false if one of them cannot take a value. */
  #plan(sender: Waiter | undefined): boolean {
    this.#metItself = false;
    let isPlain = true;
    for (const inbox of this.#inboxes) {
      const first = inbox.waiting?.firstLive();
      inbox.chosen = first;
      if (first === undefined) {
        if (!inbox.hasRoom && inbox !== this.#asker) {
          this.#blocker = inbox;
          return false;
        }
      } else if (first.selection !== undefined) {
        isPlain = false;
      }
    }
    if (isPlain) return true;

    const matching = new Matching(sender?.selection, this.#asker);
    for (const inbox of this.#inboxes) inbox.chosen = undefined;
    for (const inbox of this.#inboxes) {
      if (matching.add(inbox)) continue;
      this.#metItself = matching.meetsItself;
      return false;
    }
    return true;
  }

  #tell(owing: readonly Inbox<T>[], sender: Waiter | undefined): void {
    // What is made possible when one is told waits until all are.
    const wasServing = this.#serving;
    this.#serving = true;
    sender?.complete();
    for (const inbox of owing) inbox.pay();
    this.#serving = wasServing;
    if (!wasServing && this.#serveAgain) this.#serve();
  }
}

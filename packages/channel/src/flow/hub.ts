// The state of a broadcast: its subscriptions, and the senders that wait. It is the sending port.
//
// What is taken from where, and when: a send looks at all subscriptions, without touching them, for
// whether each can take the value. If so, it is appended to the log, which all have in common, and put into the
// buffers of those that drop; where a receiver waits it is owed to that. Then the sender is told, and
// the receivers, in order of subscription. Nothing comes between: what happens there meanwhile has its
// turn afterwards. Else the sender waits. A value is with its sender, or else everywhere.
//
// A look at all finds for how many more values there is room. These are sent without a look, and so at a
// cost that does not depend on the number of subscriptions, but of those that drop.
//
// Invariants, between any two calls:
//   - the sender that has waited longest cannot send, nor can any other, but for selects that would
//     have to receive what they send;
//   - the blocker, if there is one, can take no value, so that no send need look at the others;
//   - while there is `#room`, no receiver waits, and each subscription can take as many values;
//   - an inbox in the list is open, and no other is.

import { closeOfClosed, sendOnClosed } from "../state/errors.js";
import type { SendPort } from "../state/port.js";
import type { Received } from "../state/types.js";
import { WaitQueue } from "../state/wait-queue.js";
import type { Waiter } from "../state/waiter.js";
import { sight } from "../util/sight.js";
import { isAborted } from "../util/signals.js";
import type { Inbox } from "./inbox.js";
import { Log } from "./log.js";
import { Plan } from "./plan.js";

/** The state machine of a `Broadcast`. */
export class Hub<T> implements SendPort<T> {
  readonly senders: WaitQueue = new WaitQueue();
  of: object | undefined;
  /** Called when it has been closed. */
  onClose: (() => void) | undefined = undefined;
  readonly #name: string | undefined;
  readonly #log = new Log<T>();
  /** In order of subscription. */
  readonly #inboxes = new Set<Inbox<T>>();
  /** Those of them that drop. */
  readonly #dropping = new Set<Inbox<T>>();
  #closed = false;
  /** How many values can be sent without a look, at least. */
  #room = 0;
  /** No receiver waits there, and it has no room, unless this has been looked for in vain. */
  #blocker: Inbox<T> | undefined;
  #serving = false;
  #serveAgain = false;
  /** Tells of subscriptions that are garbage, where the platform can. */
  #registry: FinalizationRegistry<Inbox<T>> | undefined;
  /** Counts what makes a look at the subscriptions outdated. */
  #changes = 0;
  readonly #plan = new Plan<Inbox<T>>();
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
    this.#room = 0;
    this.#inboxes.add(inbox);
    if (inbox.drops) this.#dropping.add(inbox);
    else inbox.follow(this.#log);
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
    this.#dropping.delete(inbox);
    inbox.unfollow();
    inbox.close();
    this.serveAt(inbox);
  }

  /** A receiver that waited at a subscription has left. */
  onLeft(): void {
    this.#changes++;
  }

  /** A receiver begins to wait at a subscription, or values come back there. */
  lookAgain(): void {
    this.#room = 0;
  }

  trySend(value: T): boolean {
    // While others are being served they come first.
    const mayTry = !this.#closed && !this.#serving && this.#blocker === undefined;
    if (mayTry && this.#room > 0) {
      this.#room--;
      // Where all drop, none would read it there: a third less time.
      if (this.#dropping.size < this.#inboxes.size) this.#log.append(value);
      for (const inbox of this.#dropping) inbox.put(value);
    } else if (!mayTry || !this.#commit(value, undefined)) {
      if (this.#closed) throw sendOnClosed(this.#name);
      return false;
    }
    sight.did?.(this, this.senders);
    return true;
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
      if (!this.#plan.meetsItself) return false;
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
      isPossible = this.#plan.make(this.#inboxes, sender, this.#asker);
      // An odd signal may act on all of this when it is looked at.
    } while (changes !== this.#changes);
    this.#blocker = this.#plan.blocker;
    this.#room = this.#plan.room - 1;
    if (sender !== undefined && sender.queue !== this.senders) return true;
    if (!isPossible || this.#closed) return false;

    this.#changes++;
    const outcome = this.#log.append(value);
    const owing: Inbox<T>[] = [];
    for (const inbox of this.#inboxes) {
      if (inbox.chosen !== undefined) {
        inbox.owe(outcome);
        owing.push(inbox);
      } else if (inbox === this.#asker) {
        inbox.skip();
        this.#answer = outcome;
        this.#asker = undefined;
      } else if (inbox.drops) {
        inbox.put(value);
      }
    }
    this.#tell(owing, sender);
    return true;
  }

  #tell(owing: readonly Inbox<T>[], sender: Waiter | undefined): void {
    // What is made possible when one is told waits until all are.
    const wasServing = this.#serving;
    this.#serving = true;
    sender?.complete();
    for (const inbox of owing) inbox.pay();
    this.#serving = wasServing;
    if (this.#serveAgain) this.#serve();
  }
}

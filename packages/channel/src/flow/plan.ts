// What a send of a broadcast would do, found out without touching anything: which receiver gets the value
// at each subscription, or which subscription cannot take it; and how many more values all can take, so
// that these need no look.
//
// Invariant: what is chosen stands in the subscriptions, and holds until a receiver comes or leaves.

import type { Waiter } from "../state/waiter.js";
import { Matching, type Place } from "./matching.js";

/** As many values as may be sent without a look. No `Infinity`, which is no small integer for an engine. */
const MANY = 2 ** 30;

/** A subscription, as far as a plan looks at it. */
export interface Roomy extends Place {
  /** How many more values it can take without a receiver. */
  readonly room: number;
}

/** The last plan that was made. */
export class Plan<I extends Roomy> {
  /** The subscription that cannot take a value, if there is one that does not depend on others. */
  blocker: I | undefined;
  /** How many values can be sent like this one, itself included, while nothing changes but that. */
  room = 0;
  /** Whether the select that could not send might have received from itself. */
  meetsItself = false;

  /**
   * Chooses a receiver for each of `inboxes`; false if one of them cannot take a value. The `sender` is there
   * if it waits; at `asker` a receiver has come that does not wait yet.
   */
  make(inboxes: Iterable<I>, sender: Waiter | undefined, asker: I | undefined): boolean {
    let blocker: I | undefined;
    let room = asker === undefined ? MANY : 0;
    let isPlain = true;
    for (const inbox of inboxes) {
      const first = inbox.waiting?.firstLive();
      inbox.chosen = first;
      if (first !== undefined) {
        room = 0;
        if (first.selection !== undefined) isPlain = false;
      } else if (inbox !== asker) {
        room = Math.min(room, inbox.room);
        if (inbox.room > 0) continue;
        blocker = inbox;
        break;
      }
    }
    // Not before: a look at an odd signal may have made another plan.
    this.blocker = blocker;
    this.room = room;
    this.meetsItself = false;
    if (blocker !== undefined) return false;
    if (isPlain) return true;

    const matching = new Matching(sender?.selection, asker);
    for (const inbox of inboxes) inbox.chosen = undefined;
    for (const inbox of inboxes) {
      if (matching.add(inbox)) continue;
      this.meetsItself = matching.meetsItself;
      return false;
    }
    return true;
  }
}

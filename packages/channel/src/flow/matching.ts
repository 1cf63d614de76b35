// Which of the receivers that wait get the value of a broadcast: one at each subscription. It is plain unless
// selects are among them. A select that waits at several subscriptions can receive from one of them
// only, and one that sends, too, cannot receive what it sends itself (S5). Then each subscription that
// has no room needs a receiver of its own: a matching, found by augmenting paths.
//
// Nothing is taken or held here: it only chooses.

import type { WaitQueue } from "../state/wait-queue.js";
import type { Waiter } from "../state/waiter.js";
import { isAborted } from "../util/signals.js";

/** A subscription that a value has to go to. */
export interface Place {
  /** The receivers that wait, while there are any. */
  readonly waiting: WaitQueue | undefined;
  /** Whether it can do without a receiver. */
  readonly hasRoom: boolean;
  /** The receiver that is to have the value; `undefined`: the place does without. */
  chosen: Waiter | undefined;
}

/** Chooses receivers for places, each of which can be served together with all the others. */
export class Matching {
  /** Whether the sender itself was among those that might have received. */
  meetsItself = false;
  readonly #sender: object | undefined;
  readonly #asker: Place | undefined;
  /** Where an operation is to receive. A select stands for all of its cases. */
  readonly #places = new Map<object, Place>();

  /** `sender` is the select that sends, if it is one; at `asker` a receiver has come that does not wait yet. */
  constructor(sender: object | undefined, asker: Place | undefined) {
    this.#sender = sender;
    this.#asker = asker;
  }

  /** Chooses for `place`, and anew for those before it if need be. False if that cannot be. */
  add(place: Place, seen: Set<object> = new Set()): boolean {
    for (const waiter of listed(place.waiting)) {
      const operation = waiter.selection ?? waiter;
      if (operation === this.#sender) this.meetsItself = true;
      else if (!seen.has(operation) && !isAborted(waiter.signal)) {
        seen.add(operation);
        const other = this.#places.get(operation);
        if (other !== undefined && !this.add(other, seen)) continue;
        this.#places.set(operation, place);
        place.chosen = waiter;
        return true;
      }
    }
    if (!place.hasRoom && place !== this.#asker) return false;
    place.chosen = undefined;
    return true;
  }
}

/** The waiters in `queue` now: to look whether one is aborted may make it leave. */
function listed(queue: WaitQueue | undefined): readonly Waiter[] {
  const list: Waiter[] = [];
  for (let waiter = queue?.firstLive(); waiter !== undefined; waiter = waiter.next) {
    list.push(waiter);
  }
  return list;
}

// Waiting with an `AbortSignal`, at the price of one listener a signal however many wait with it:
// a signal that lives as long as the process may stand in every call, and neither grows a list
// that is searched on removal nor makes the platform warn of a leak.
//
// Invariant: a signal has our listener exactly while its list is not empty.

import { report } from "./errors.js";

/** One who wants to know when a signal is aborted. */
export interface Abortable {
  /**
   * Called once, when the signal is aborted; the link is gone by then. What it throws is reported as
   * an uncaught error, and does not keep it from the others.
   */
  cancel(reason: unknown): void;
}

const lists = new WeakMap<AbortSignal, AbortList>();

/**
 * Ties `target` to `signal`: its `cancel` is called when the signal is aborted, unless the link
 * that this returns has been removed before.
 *
 * However many are tied to a signal, it has one listener, and none once all are gone; they are
 * called in the order in which they were tied. Both tying and removing are O(1). For those who make
 * waits of their own: all of ours are made so.
 *
 * @throws The signal's reason if it is aborted already.
 */
export function onAbort(signal: AbortSignal, target: Abortable): AbortLink {
  signal.throwIfAborted();
  let list = lists.get(signal);
  if (list === undefined) {
    list = new AbortList(signal);
    lists.set(signal, list);
  }
  return list.add(target);
}

/** All who wait with one signal, first come first. */
class AbortList {
  first: AbortLink | undefined = undefined;
  last: AbortLink | undefined = undefined;
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  add(target: Abortable): AbortLink {
    const link = new AbortLink(this, target);
    if (this.last === undefined) {
      this.first = link;
      this.signal.addEventListener("abort", this);
    } else {
      this.last.next = link;
    }
    this.last = link;
    return link;
  }

  remove(link: AbortLink): void {
    if (link.previous === undefined) this.first = link.next;
    else link.previous.next = link.next;
    if (link.next === undefined) this.last = link.previous;
    else link.next.previous = link.previous;
    link.next = link.previous = undefined;
    if (this.first === undefined) this.signal.removeEventListener("abort", this);
  }

  handleEvent(): void {
    for (let link = this.first; link !== undefined; link = this.first) {
      link.remove();
      try {
        link.target.cancel(this.signal.reason);
      } catch (error) {
        // One that fails must not keep the others waiting.
        report(error);
      }
    }
  }
}

/** The tie of one who waits to a signal. */
export class AbortLink {
  /** @internal */
  next: AbortLink | undefined = undefined;
  /** @internal */
  previous: AbortLink | undefined;
  /** @internal */
  readonly target: Abortable;
  #list: AbortList | undefined;

  /** @internal */
  constructor(list: AbortList, target: Abortable) {
    this.#list = list;
    this.previous = list.last;
    this.target = target;
  }

  /** The signal; nothing once the link has been removed. */
  get signal(): AbortSignal | undefined {
    return this.#list?.signal;
  }

  /** Cuts the tie, if it is not cut already. */
  remove(): void {
    this.#list?.remove(this);
    this.#list = undefined;
  }
}

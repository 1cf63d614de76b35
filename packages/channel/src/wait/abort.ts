// Waiting with an `AbortSignal`, at the price of one listener a signal however many wait with it:
// a signal that lives as long as the process may stand in every call, and neither grows a list
// that is searched on removal nor makes the platform warn of a leak.
//
// Invariant: a signal has our listener exactly while its list is not empty.

import type { WaitOptions } from "../state/types.js";
import { report } from "../state/errors.js";
import { checkSignal, isAborted, reasonOf } from "../util/signals.js";

/** One who wants to know when a signal is aborted. */
export interface AbortTarget {
  /**
   * Called once, when the signal is aborted; the link is gone by then. What it throws is reported as
   * an uncaught error, and does not keep it from the others.
   */
  cancel(reason: unknown): void;
}

const lists = new WeakMap<AbortSignal, AbortList>();

/**
 * The signal of `options`, which is not aborted; `undefined` if there is none.
 *
 * @throws The signal's reason if it is aborted.
 * @throws TypeError if it is no signal: before anything has happened.
 */
export function signalOf(options: WaitOptions | undefined): AbortSignal | undefined {
  const signal = options?.signal;
  if (signal === undefined || signal === null) return undefined;
  checkSignal(signal);
  return signal;
}

/**
 * Ties `target` to `signal`: its `cancel` is called when the signal is aborted, unless the link
 * that this returns has been removed before.
 *
 * However many are tied to a signal, it has one listener, and none once all are gone; they are
 * called in the order in which they were tied. Both tying and removing are O(1). For those who make
 * waits of their own: all of ours are made so.
 *
 * @throws The signal's reason if it is aborted already.
 * @throws TypeError if it is no signal.
 */
export function onAbort(signal: AbortSignal, target: AbortTarget): AbortRegistration {
  checkSignal(signal);
  let list = lists.get(signal);
  if (list === undefined) {
    list = new AbortList(signal);
    lists.set(signal, list);
  }
  return list.add(target);
}

/** All who wait with one signal, first come first. */
class AbortList {
  first: AbortRegistration | undefined = undefined;
  last: AbortRegistration | undefined = undefined;
  readonly signal: AbortSignal;
  /** A function, since not every signal takes an object. */
  readonly #listener = (): void => {
    this.#cancelAll();
  };

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  add(target: AbortTarget): AbortRegistration {
    if (this.last === undefined) this.#listen();
    const link = new AbortRegistration(this, target);
    if (this.last === undefined) this.first = link;
    else this.last.next = link;
    this.last = link;
    return link;
  }

  remove(link: AbortRegistration): void {
    if (link.previous === undefined) this.first = link.next;
    else link.previous.next = link.next;
    if (link.next === undefined) this.last = link.previous;
    else link.next.previous = link.previous;
    link.next = link.previous = undefined;
    if (this.first === undefined) this.#unlisten();
  }

  #listen(): void {
    this.signal.addEventListener("abort", this.#listener);
    // A signal may be aborted by that, and tell it to nobody.
    if (!isAborted(this.signal)) return;
    this.#unlisten();
    throw reasonOf(this.signal);
  }

  #unlisten(): void {
    try {
      this.signal.removeEventListener("abort", this.#listener);
    } catch {
      // The wait is over all the same; a listener that stays finds nobody to cancel.
    }
  }

  #cancelAll(): void {
    for (let link = this.first; link !== undefined; link = this.first) {
      link.remove();
      try {
        link.target.cancel(reasonOf(this.signal));
      } catch (error) {
        // One that fails must not keep the others waiting.
        report(error);
      }
    }
  }
}

/** The tie of one who waits to a signal. */
export class AbortRegistration {
  /** @internal */
  next: AbortRegistration | undefined = undefined;
  /** @internal */
  previous: AbortRegistration | undefined;
  /** @internal */
  readonly target: AbortTarget;
  #list: AbortList | undefined;

  /** @internal */
  constructor(list: AbortList, target: AbortTarget) {
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
    const list = this.#list;
    // First: a signal that is let go may lead here again.
    this.#list = undefined;
    list?.remove(this);
  }
}

// Waiting with an `AbortSignal`, at the price of one listener a signal however many wait with it:
// a signal that lives as long as the process may stand in every call, and neither grows a list
// that is searched on removal nor makes the platform warn of a leak.
//
// Invariant: a signal has our listener exactly while its list is not empty.

import type { WaitOptions } from "../state/types.js";
import { report } from "../state/errors.js";
import { checkSignal, isAborted, reasonOf } from "../util/signals.js";

/** What is told when a signal is aborted. */
export interface AbortTarget {
  /**
   * Called once, when the signal is aborted; the registration has been removed by then. What it
   * throws is reported as an uncaught error, and the other targets are told all the same.
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
 * Registers `target` with `signal`: its `cancel` is called when the signal is aborted, unless the
 * registration that this returns has been removed before.
 *
 * A signal has one listener, however many targets are registered with it, and none once all are gone.
 * Targets are told in the order of their registration. Registering and removing are O(1). For waits of
 * your own, beside a channel's: those of channels are made so.
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

/** What waits with one signal, first come first. */
class AbortList {
  #first: AbortRegistration | undefined;
  #last: AbortRegistration | undefined;
  readonly signal: AbortSignal;
  /** A function, since not every signal takes an object. */
  readonly #listener = (): void => {
    for (let registration = this.#first; registration !== undefined; registration = this.#first) {
      registration.remove();
      try {
        registration.target.cancel(reasonOf(this.signal));
      } catch (error) {
        // One that fails must not keep the others waiting.
        report(error);
      }
    }
  };

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  add(target: AbortTarget): AbortRegistration {
    if (this.#last === undefined) this.#listen();
    const registration = new AbortRegistration(this, target);
    registration.previous = this.#last;
    if (this.#last === undefined) this.#first = registration;
    else this.#last.next = registration;
    this.#last = registration;
    return registration;
  }

  remove(registration: AbortRegistration): void {
    if (registration.previous === undefined) this.#first = registration.next;
    else registration.previous.next = registration.next;
    if (registration.next === undefined) this.#last = registration.previous;
    else registration.next.previous = registration.previous;
    registration.next = registration.previous = undefined;
    if (this.#first === undefined) this.#unlisten();
  }

  #listen(): void {
    this.signal.addEventListener("abort", this.#listener);
    // Adding the listener may have aborted an odd signal, which then does not call it.
    if (!isAborted(this.signal)) return;
    this.#unlisten();
    throw reasonOf(this.signal);
  }

  #unlisten(): void {
    try {
      this.signal.removeEventListener("abort", this.#listener);
    } catch {
      // The wait is over all the same; a listener that stays finds nothing to cancel.
    }
  }
}

/** What `onAbort` gives: `remove` it when the wait is over. */
export class AbortRegistration {
  /** @internal */
  next: AbortRegistration | undefined;
  /** @internal */
  previous: AbortRegistration | undefined;
  /** @internal */
  readonly target: AbortTarget;
  #list: AbortList | undefined;

  /** @internal */
  constructor(list: AbortList, target: AbortTarget) {
    this.#list = list;
    this.target = target;
  }

  /** The signal; `undefined` once the registration has been removed. */
  get signal(): AbortSignal | undefined {
    return this.#list?.signal;
  }

  /** Makes sure that the target is not told any more. It may be called again. O(1). */
  remove(): void {
    const list = this.#list;
    // First: a signal that is let go may lead here again.
    this.#list = undefined;
    list?.remove(this);
  }
}

// A select that waits: one waiter for each of its cases, in the queues of their channels.
// Invariant: all of the waiters are in their queues, or none is.

import type { AbortLink } from "./abort.js";
import type { Received } from "./directions.js";
import { settle } from "./event-loop.js";
import { Waiter } from "./waiter.js";
import type { WaitQueue } from "./wait-queue.js";

/**
 *
 */
export type Key = string | number;

/** What a select gives: `Selected`, before its types are known. */
export interface Chosen {
  readonly key: Key;
  readonly ok: boolean;
  readonly value: unknown;
  readonly done: boolean;
}

/** A select that waits. */
export class Selection {
  /** Set by whoever starts the wait, if the caller gave a signal. */
  link: AbortLink | undefined = undefined;
  readonly #waiters: SelectWaiter[] = [];
  readonly resolve: (chosen: Chosen) => void;
  readonly reject: (reason: unknown) => void;

  constructor(resolve: (chosen: Chosen) => void, reject: (reason: unknown) => void) {
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Waits in `queue` for the case named `key`, with `value` if it is one that sends. */
  waitIn(queue: WaitQueue, key: Key, value: unknown): void {
    const waiter = new SelectWaiter(this, key, value);
    this.#waiters.push(waiter);
    queue.enqueue(waiter);
  }

  /** Leaves all queues; the select is decided. */
  withdraw(): void {
    for (const waiter of this.#waiters) waiter.queue?.remove(waiter);
    this.link?.remove();
  }

  /** Withdraws, and rejects with `reason`. */
  cancel(reason: unknown): void {
    this.withdraw();
    this.reject(reason);
  }
}

/** One case of a select that waits. Whatever happens to it happens to the whole select. */
class SelectWaiter extends Waiter {
  readonly #selection: Selection;
  readonly #key: Key;

  constructor(selection: Selection, key: Key, value: unknown) {
    super(value);
    this.#selection = selection;
    this.#key = key;
  }

  get signal(): AbortSignal | undefined {
    return this.#selection.link?.signal;
  }

  withdraw(): void {
    this.#selection.withdraw();
  }

  cancel(reason: unknown): void {
    this.#selection.cancel(reason);
  }

  receive({ ok, value, done }: Received<unknown>): void {
    settle(this.#selection.resolve, { key: this.#key, ok, value, done });
  }

  proceed(): void {
    const chosen = { key: this.#key, ok: true, value: undefined, done: false };
    settle(this.#selection.resolve, chosen);
  }

  fail(error: unknown): void {
    settle(this.#selection.reject, error);
  }
}

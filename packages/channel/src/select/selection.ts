// A select while it lasts: its cases, each of which is tried and then waits in the queue of its
// channel; and what they have in common while they wait.
// Invariant, whenever other code runs than that of `park` and `detach`: all cases of a select are
// in their queues, or none is.

import type { AbortLink } from "../wait/abort.js";
import type { Received } from "../state/types.js";
import { tell } from "../loop/outcomes.js";
import type { RecvPort, SendPort } from "../state/port.js";
import type { Queue, Waiter } from "../state/waiter.js";

/** The name of a case, or its index. */
export type Key = string | number;

/** What a select gives: `Selected`, before its types are known. */
export interface Chosen {
  readonly key: Key;
  readonly ok: boolean;
  readonly value: unknown;
  readonly done: boolean;
}

/** A case that is switched on. Most selects need no more of it than to try it. */
export class ActiveCase {
  readonly key: Key;
  readonly from: RecvPort<unknown> | undefined;
  readonly to: SendPort<unknown> | undefined;
  readonly value: unknown;
  constructor(
    key: Key,
    from: RecvPort<unknown> | undefined,
    to: SendPort<unknown> | undefined,
    value: unknown,
  ) {
    this.key = key;
    this.from = from;
    this.to = to;
    this.value = value;
  }

  /** Completes the case if that can be done at once. */
  attempt(): Chosen | undefined {
    if (this.from === undefined) return this.to?.trySend(this.value) ? this.sent() : undefined;
    const outcome = this.from.tryRecv();
    return outcome && this.received(outcome);
  }

  /** What the select gives, when the case has received. */
  received({ ok, value, done }: Received<unknown>): Chosen {
    return { key: this.key, ok, value, done };
  }

  /** The same, when it has sent. */
  sent(): Chosen {
    return { key: this.key, ok: true, value: undefined, done: false };
  }
}

/** A case that waits. Both kinds are of one class, since all waiters meet in the same code. */
export class SelectWaiter implements Waiter {
  next: Waiter | undefined = undefined;
  previous: Waiter | undefined = undefined;
  queue: Queue | undefined = undefined;
  readonly value: unknown;
  readonly case: ActiveCase;
  #selection: Selection | undefined = undefined;

  constructor(one: ActiveCase) {
    this.value = one.value;
    this.case = one;
  }

  /** Waits for the channel; what happens to this case happens to the `selection`. */
  park(selection: Selection): void {
    this.#selection = selection;
    (this.case.from?.receivers ?? this.case.to?.senders)?.enqueue(this);
  }

  get signal(): AbortSignal | undefined {
    return this.#selection?.link?.signal;
  }

  detach(): void {
    this.#selection?.detach();
  }

  cancel(reason: unknown): void {
    this.#selection?.cancel(reason);
  }

  receive(outcome: Received<unknown>): void {
    this.#selection?.choose(this.case.received(outcome));
  }

  proceed(): void {
    this.#selection?.choose(this.case.sent());
  }

  fail(error: unknown): void {
    this.#selection?.fail(error);
  }
}

/** A select that waits. */
export class Selection {
  /** Set by whoever starts the wait, if the caller gave a signal. */
  link: AbortLink | undefined = undefined;
  #isDecided = false;
  /** Queues that want to know that it has left them, once it has been told its outcome (C5). */
  #left: Set<Queue> | undefined;
  readonly #cases: readonly SelectWaiter[];
  // Those of the promise; set before anything else happens.
  resolve!: (chosen: Chosen) => void;
  reject!: (reason: unknown) => void;

  constructor(cases: readonly SelectWaiter[]) {
    this.#cases = cases;
  }

  /** Whether it no longer waits. */
  get isDecided(): boolean {
    return this.#isDecided;
  }

  /** Leaves all queues. */
  detach(): void {
    this.#isDecided = true;
    for (const one of this.#cases) {
      const { queue } = one;
      if (queue?.remove(one) === true) (this.#left ??= new Set()).add(queue);
    }
  }

  /** Withdraws, and rejects with `reason`. */
  cancel(reason: unknown): void {
    this.detach();
    this.fail(reason);
  }

  choose(chosen: Chosen): void {
    tell(this.resolve, chosen);
    this.#notifyLeft();
  }

  fail(error: unknown): void {
    tell(this.reject, error);
    this.#notifyLeft();
  }

  #notifyLeft(): void {
    this.link?.remove();
    this.#left?.forEach((queue) => queue.notifyLeft());
  }
}

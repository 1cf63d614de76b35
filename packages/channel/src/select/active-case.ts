// A case of a select that is switched on: it is tried, and then it waits in the queue of its channel.

import type { Received } from "../state/types.js";
import type { WaitQueue } from "../state/wait-queue.js";
import type { Queue, Waiter } from "../state/waiter.js";
import { received } from "../state/received.js";
import type { RecvPort, SendPort } from "../state/port.js";
import type { Selection } from "./selection.js";

/** The name of a case, or its index. */
export type CaseKey = string | number;

/** What a select gives: `Selected`, before its types are known. */
export interface AnyChosen {
  readonly key: CaseKey;
  readonly ok: boolean;
  readonly value: unknown;
  readonly done: boolean;
}

/** What a case does with a port of type `P`. */
export interface CaseVerb<P> {
  /** Does it if that can be done at once; gives `undefined` if the case has to wait. */
  attempt(port: P, value: unknown): Received<unknown> | undefined;
  /** Where it waits then. */
  queueOf(port: P): WaitQueue;
}

/** What a send gives in a select. A plain one gives nothing. */
const SENT: Received<undefined> = received(undefined);

/** To receive. */
export const RECV: CaseVerb<RecvPort<unknown>> = {
  attempt: (port) => port.tryRecv(),
  queueOf: (port) => port.receivers,
};

/** To send a value. */
export const SEND: CaseVerb<SendPort<unknown>> = {
  attempt: (port, value) => (port.trySend(value) ? SENT : undefined),
  queueOf: (port) => port.senders,
};

/** A case that is switched on. It belongs to a selection, which uses it for one select after the other. */
export class ActiveCase implements Waiter {
  next: Waiter | undefined;
  previous: Waiter | undefined;
  queue: Queue | undefined;
  key: CaseKey = "";
  /** What it sends, if it sends. */
  value: unknown;
  readonly selection: Selection;
  #verb: CaseVerb<unknown> = RECV;
  port: unknown;

  constructor(selection: Selection) {
    this.selection = selection;
  }

  /** Makes it the case `key` of a select. */
  use<P>(key: CaseKey, verb: CaseVerb<P>, port: P, value: unknown): void {
    this.key = key;
    this.value = value;
    this.#verb = verb;
    this.port = port;
  }

  /** Lets go of all that it was used with. */
  clear(): void {
    this.use("", RECV, undefined as never, undefined);
  }

  /** Completes the case if that can be done at once. */
  attempt(): AnyChosen | undefined {
    const outcome = this.#verb.attempt(this.port, this.value);
    return outcome && chosen(this.key, outcome);
  }

  /** Waits for the channel. */
  park(): void {
    this.place.enqueue(this);
  }

  leave(): void {
    this.queue?.remove(this);
  }

  announceLeft(): void {
    this.place.announceLeft();
  }

  get signal(): AbortSignal | undefined {
    return this.selection.registration?.signal;
  }

  complete(outcome: Received<unknown> = SENT): void {
    this.selection.complete(chosen(this.key, outcome));
  }

  fail(error: unknown): void {
    this.selection.cancel(error);
  }

  /** Where it waits, if it does. */
  get place(): WaitQueue {
    return this.#verb.queueOf(this.port);
  }
}

// Not a private method: each case would have one more field, which says that it has them.
function chosen(key: CaseKey, { ok, value, done }: Received<unknown>): AnyChosen {
  return { key, ok, value, done };
}

// A call, as main sees it.
//
//   waiting --> sent --> begun --> settled
//      ^---------'          |
//
//   waiting   in a queue of main. Aborted, closed or given up, it settles and was never sent.
//   sent      in the messages of a thread, which may have begun it. Revoked by the exchange of its slot
//             it is waiting again (moved to another thread) or settled (aborted). When its thread has ended,
//             its slot says whether it was begun: if not, it is waiting again.
//   begun     the thread has said so, or its slot has. An abort settles it here at once, while it runs on
//             there. It is never run again: when its thread ends, it fails.
//   settled   its promise is. What the thread still tells of it changes nothing but its slot.
//
// Invariant: it stands in at most one queue, exactly while it is waiting.

import { type AbortRegistration, type AbortTarget, onAbort } from "@chankit/channel";

import type { Parcel } from "../wire/clone.js";
import type { CallQueue } from "./call-queue.js";
import type { AnyChan } from "./links.js";
import type { Thread } from "./thread.js";

/** Where calls are accounted for. */
export interface Ledger {
  /** The call has settled. */
  settled(call: Call, isFailure: boolean): void;
  /** The signal of a call is aborted that has not settled; the call will, when this returns. */
  aborted(call: Call, reason: unknown): void;
}

/** See above. */
export class Call implements AbortTarget {
  state: "waiting" | "sent" | "begun" | "settled" = "waiting";
  readonly task: string;
  /** The input, as it was at the call; dropped when it cannot be needed again. */
  input: unknown = undefined;
  /** What of the input is transferred: it can be sent once. */
  list: readonly object[] = [];
  /** The thread that has to run it, if it is not all the same. */
  readonly bound: number | undefined;
  /** In the order of the calls. */
  readonly number: number;
  /** The thread that it was sent to. */
  thread: Thread | undefined = undefined;
  /** Its slot there. */
  slot = -1;
  /** How many calls were sent there before it. */
  position = -1;
  /** Its channels, if it has some: it travels alone then. */
  readonly channels: Readonly<Record<string, AnyChan>> | undefined;
  readonly promise: Promise<unknown>;

  // Of the queue in which it waits.
  queue: CallQueue | undefined = undefined;
  next: Call | undefined = undefined;
  previous: Call | undefined = undefined;

  readonly #ledger: Ledger;
  #registration: AbortRegistration | undefined = undefined;
  #resolve!: (value: unknown) => void;
  #reject!: (reason: unknown) => void;

  constructor(
    ledger: Ledger,
    number: number,
    task: string,
    bound: number | undefined,
    channels: Readonly<Record<string, AnyChan>> | undefined,
  ) {
    this.channels = channels;
    this.#ledger = ledger;
    this.number = number;
    this.task = task;
    this.bound = bound;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /**
   * Ties the call to its signal.
   *
   * @throws The signal's reason if it is aborted; TypeError if it is no signal.
   */
  heed(signal: AbortSignal): void {
    this.#registration = onAbort(signal, this);
  }

  /** Nothing of its signal is of interest: it was not accepted. */
  ignore(): void {
    this.#registration?.remove();
  }

  /** The signal is aborted: see `AbortTarget`. */
  cancel(reason: unknown): void {
    this.#ledger.aborted(this, reason);
    this.fail(reason);
  }

  /** Whether its signal is aborted, though it may not have been told yet. */
  get isAborted(): boolean {
    try {
      return this.#registration?.signal?.aborted === true;
    } catch {
      return false;
    }
  }

  /** Gives it its input. */
  pack({ value, list }: Parcel): void {
    this.input = value;
    this.list = list;
  }

  /** Settles with the task's value. */
  succeed(value: unknown): void {
    if (!this.#settle(false)) return;
    // A thenable would be called by `resolve`; none has come through a message.
    this.#resolve(value);
  }

  /** Settles with a failure, unless it has settled. */
  fail(reason: unknown): void {
    if (this.#settle(true)) this.#reject(reason);
  }

  #settle(isFailure: boolean): boolean {
    if (this.state === "settled") return false;
    this.state = "settled";
    this.queue?.remove(this);
    this.input = undefined;
    this.#registration?.remove();
    this.#ledger.settled(this, isFailure);
    return true;
  }
}

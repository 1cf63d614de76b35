// The waiting of a channel of a custom kind: wait queues around hooks that never wait. Compare
// `ChannelCore`, which knows its buffer and need not ask.
//
// Invariant, whenever no hook runs: when last asked, the longest-waiting receiver could not
// receive and the longest-waiting sender could not send; and no other has overtaken them.

import type { Received } from "./types.js";
import type { Port, SendPort } from "./port.js";
import { CLOSED, received } from "./received.js";
import { sight } from "../util/sight.js";
import { WaitQueue } from "./wait-queue.js";

/** What receivers get: the hooks of a `CustomRecvChan`. */
export interface ReceiveHooks<R> {
  poll(): Received<R> | undefined;
  watch(): void;
  unwatch(): void;
}

/** What senders may do: the hooks that a `CustomChan` adds. */
export interface SendHooks<S> {
  readonly offer: (value: S) => boolean;
  closedError(): Error;
  withdrawn(): void;
}

/** The state machine of a channel of a custom kind. */
export class CustomCore<R, S> implements Port<R, S> {
  readonly receivers: WaitQueue = new WaitQueue(
    () => {
      this.#receiving.watch();
    },
    () => {
      if (this.receivers.length === 0) this.#receiving.unwatch();
    },
  );
  of: object | undefined;
  /** For reports: a wait for it is a daemon's if this is false. */
  ref = true;
  /** There if the channel can be sent to. */
  senders: WaitQueue | undefined;
  // Bound before anything else happens; the latter if the channel can be sent to.
  #receiving!: ReceiveHooks<R>;
  #sending!: SendHooks<S>;
  /** See `ChannelCore`. */
  lent = 0;
  onClose: (() => void) | undefined = undefined;
  /** What was on loan and has come back: it is received before anything else. */
  returned: R[] = [];
  #closed = false;
  #serving = false;
  #serveAgain = false;

  /** Gives the channel its receiving half, which every kind has. */
  bindRecv(hooks: ReceiveHooks<R>): void {
    this.#receiving = hooks;
  }

  /** Gives the channel its sending half. */
  bindSend(hooks: SendHooks<S>): SendPort<S> {
    this.#sending = hooks;
    this.senders = new WaitQueue(undefined, () => {
      if (this.#serving) return;
      // The one behind may want something that can be done, where this one wanted too much.
      this.serve();
      if (!this.#closed) hooks.withdrawn();
    });
    return this as SendPort<S>;
  }

  get closed(): boolean {
    return this.#closed;
  }

  tryRecv(): Received<R> | undefined {
    if (this.receivers.firstLive() !== undefined) return undefined;
    const outcome = this.#poll();
    if (outcome !== undefined) {
      if (outcome.ok) sight.did?.(this, this.receivers);
      this.serve();
    }
    return outcome;
  }

  trySend(value: S): boolean {
    // Before the look at `#closed`: an odd signal of a waiter may close the channel when it is looked at.
    const isTaken = this.senders?.firstLive() !== undefined;
    if (this.#closed) throw this.#sending.closedError();
    if (isTaken || !this.#sending.offer(value)) return false;
    sight.did?.(this, this.senders);
    this.serve();
    return true;
  }

  close(): void {
    this.#closed = true;
    sight.did?.(this);
    this.serve();
    // One error for all of them: to capture a stack costs more than everything else here.
    let error: unknown;
    this.senders?.serveAll((sender) => {
      try {
        error ??= this.#sending.closedError();
        sender.fail(error);
      } catch (thrown) {
        sender.fail(thrown);
      }
    });
    this.onClose?.();
  }

  /** Serves what waits, as far as the hooks allow. */
  serve(): void {
    if (this.receivers.length === 0 && (this.senders?.length ?? 0) === 0) return;
    // A hook may cause a change that asks for serving: the round under way takes it along.
    this.#serveAgain = true;
    if (this.#serving) return;
    this.#serving = true;
    try {
      while (this.#serveAgain) {
        this.#serveAgain = false;
        // What is received may make room, and what is sent may be received.
        while (this.#serveReceiver() || this.#serveSender());
      }
    } finally {
      this.#serving = false;
    }
  }

  // Both ask first, and then serve, so that a waiter that cannot be served keeps its place. What a hook
  // throws fails the operation for which it was asked, and no other. A hook that has ended this wait,
  // though it must not, does no harm to others: the waiter may be that of another operation by now.

  #serveReceiver(): boolean {
    const receiver = this.receivers.firstLive();
    if (receiver === undefined) return false;
    try {
      const outcome = this.#poll();
      if (outcome === undefined) return false;
      // Not the first again: its signal may say something else at a second look.
      if (receiver.queue === this.receivers) receiver.complete(outcome);
    } catch (error) {
      if (receiver.queue === this.receivers) receiver.fail(error);
    }
    return true;
  }

  #serveSender(): boolean {
    const sender = this.senders?.firstLive();
    if (sender === undefined || this.#closed) return false;
    try {
      if (!this.#sending.offer(sender.value as S)) return false;
      if (sender.queue === this.senders) sender.complete();
    } catch (error) {
      if (sender.queue === this.senders) sender.fail(error);
    }
    return true;
  }

  #poll(): Received<R> | undefined {
    if (this.returned.length > 0) return received(this.returned.shift() as R);
    return this.#receiving.poll() ?? (this.#closed && this.lent === 0 ? CLOSED : undefined);
  }
}

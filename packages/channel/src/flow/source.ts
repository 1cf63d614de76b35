// A flow's place at one of its sources: it tries there, or waits in the source's own queue. So a flow
// is told of a value in the very call that sends it. With a `recv` or a `select` there would be a gap
// between the value's leaving the source and its arrival, in which later values could overtake it.
//
// What is taken from where, and when: an outcome from the source, when the flow tries, or when the
// source serves this place. Held in between: nothing.
//
// Invariants:
//   - it waits at the source only while a receiver that can be served waits for the flow;
//   - what the source gives is handed on before any other code runs.

import { portOf } from "../chan/recv-base.js";
import { hintAtCopies } from "../select/cases.js";
import { ChannelCore } from "../state/channel-core.js";
import type { RecvPort } from "../state/port.js";
import type { Received, RecvChan } from "../state/types.js";
import type { WaitQueue } from "../state/wait-queue.js";
import type { Queue, Waiter } from "../state/waiter.js";
import { show } from "../util/inspect.js";
import { sight } from "../util/sight.js";

/** The flow, as far as its sources need to know. */
export interface Taker<T> {
  /** What waits for the flow. */
  readonly receivers: WaitQueue;
  /** `source` has given this, and is not waited at any more. */
  take(outcome: Received<T>, source: Source<T>): void;
  /** `source` could not give anything, and is not waited at any more. */
  fail(error: unknown, source: Source<T>): void;
}

/** What a place that is no longer wanted has for a signal. */
const GONE = { aborted: true } as AbortSignal;

/** One source of a flow, and the waiter that the flow has there. */
export class Source<T> implements Waiter {
  next: Waiter | undefined;
  previous: Waiter | undefined;
  queue: Queue | undefined;
  readonly value: unknown;
  readonly #chan: RecvChan<T>;
  readonly #port: RecvPort<T>;
  /** The port, if that of a plain channel. */
  readonly #core: ChannelCore<T> | undefined;
  readonly #taker: Taker<T>;
  #isEntering = false;
  #entersAgain = false;

  /**
   * `what` stands in the error.
   *
   * @throws TypeError if `chan` is no channel to receive from.
   */
  constructor(chan: RecvChan<T>, taker: Taker<T>, what: string) {
    const port = portOf(chan) as RecvPort<T> | undefined;
    if (port?.receivers === undefined) {
      throw new TypeError(
        `${what} must be a channel to receive from, not ${show(chan)}${hintAtCopies(chan)}`,
      );
    }
    this.#chan = chan;
    this.#port = port;
    this.#core = port instanceof ChannelCore ? port : undefined;
    this.#taker = taker;
  }

  /** For reports: whether a wait for it is a daemon's. */
  get isDaemon(): boolean {
    return this.#port.ref === false;
  }

  /** Whether nothing will come any more, as far as the channel tells. */
  get isDrained(): boolean {
    return this.#chan.closed && this.#chan.len === 0;
  }

  /**
   * That of no receiver in particular: the place is as good as any receiver of the flow. If all of these
   * are aborted, to look for one makes them leave, and this place with them.
   */
  get signal(): AbortSignal | undefined {
    return this.#taker.receivers.firstLive() === undefined ? GONE : undefined;
  }

  /** Takes what can be had at once. */
  try(): Received<T> | undefined {
    return this.#port.tryRecv();
  }

  /**
   * Moves what lies in a plain channel to `values`, until these are `size`, without an outcome for each, which
   * would be 48 bytes. Where a sender waits for the room, or each receive is looked at, nothing is
   * moved: `try` does all that goes with it.
   */
  moveTo(values: T[], size: number): void {
    const core = this.#core;
    if (core === undefined || core.senders.length > 0 || sight.did !== undefined) return;
    const { buffer } = core;
    while (buffer.length > 0 && values.length < size) values.push(buffer.shift());
  }

  /** Waits, after `try` has said no, before any other code runs. It may be served before this returns. */
  wait(): void {
    this.#entersAgain = true;
    // Where waiting itself fails, one receiver after the other is told: in this loop, since there may
    // be very many.
    if (this.#isEntering) return;
    this.#isEntering = true;
    while (this.#entersAgain) {
      this.#entersAgain = false;
      this.#port.receivers.enqueue(this);
    }
    this.#isEntering = false;
  }

  /** Waits no longer. */
  leave(): void {
    this.#entersAgain = false;
    const { queue } = this;
    queue?.remove(this);
    queue?.announceLeft();
  }

  /** The flow may be told at another of its sources before: that must not withdraw this place. */
  reserve(): boolean {
    this.leave();
    return true;
  }

  complete(outcome?: unknown): void {
    this.leave();
    this.#taker.take(outcome as Received<T>, this);
  }

  fail(error: unknown): void {
    this.leave();
    // If none is left it is only that this place has yet to leave.
    if (this.#taker.receivers.length > 0) this.#taker.fail(error, this);
  }
}

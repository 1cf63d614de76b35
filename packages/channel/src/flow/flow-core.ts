// What flows that are received from have in common: a queue of receivers, and what was taken from
// the sources and not received yet, which goes to the next receivers, in order.
//
// What is taken from where, and when: a receive that finds no other waiting tries at the sources
// itself. One that has to wait makes the flow wait at its sources; what comes is handed on in the same
// call. It is held only if no receiver can take it at that moment: the receiver has been aborted, or
// one instant has brought several values.
//
// Invariant: the flow waits at a source only while more receivers wait than outcomes are held.

import { RecvBase } from "../chan/recv-base.js";
import { CustomCore, type ReceiveHooks } from "../state/custom-core.js";
import type { Received } from "../state/types.js";
import type { WaitQueue } from "../state/wait-queue.js";
import { RingBuffer } from "../util/ring-buffer.js";
import type { Source, Taker } from "./source.js";

/** That a source has failed, to be told to one receiver. */
class Failure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** What is behind a flow that takes `T` from its sources and gives `R`. */
export abstract class FlowCore<T, R> implements ReceiveHooks<R>, Taker<T> {
  readonly core: CustomCore<R, never> = new CustomCore();
  readonly #held = new RingBuffer<Received<R> | Failure>();

  constructor() {
    this.core.bindRecv(this);
  }

  get receivers(): WaitQueue {
    return this.core.receivers;
  }

  /** How many outcomes are held, those included that have come back from elsewhere (`ChanPort`). */
  get len(): number {
    return this.#held.length + this.core.returned.length;
  }

  poll(): Received<R> | undefined {
    if (this.#held.length === 0) return this.next(this.receivers.length === 0);
    const held = this.#held.shift();
    if (held instanceof Failure) throw held.error;
    return held;
  }

  /** What the next receiver gets while nothing is held. `mayTry`: nothing waits at the sources. */
  protected abstract next(mayTry: boolean): Received<R> | undefined;

  /** Whether nothing will come any more, also if no receive has found out yet. */
  abstract get isOver(): boolean;

  abstract watch(): void;
  abstract unwatch(): void;
  abstract take(outcome: Received<T>, source: Source<T>): void;

  fail(error: unknown, source: Source<T>): void {
    this.#hold(new Failure(error), source);
  }

  /** Gives `outcome`, the last part of which came from `source`, to the receiver that has waited longest. */
  protected give(outcome: Received<R>, source: Source<T>): void {
    this.#hold(outcome, source);
  }

  #hold(outcome: Received<R> | Failure, source: Source<T>): void {
    this.#held.push(outcome);
    // Before others are told: only now it is certain that the source has nothing more.
    if (this.receivers.length > this.#held.length) source.wait();
    this.core.serve();
  }
}

/** The channel that users see of a flow. */
export abstract class FlowChan<R> extends RecvBase<R> {
  readonly #flow: FlowCore<never, R>;

  constructor(flow: FlowCore<never, R>) {
    super(flow.core);
    this.#flow = flow;
  }

  get cap(): number {
    return 0;
  }

  get len(): number {
    return this.#flow.len;
  }

  get closed(): boolean {
    return this.#flow.isOver;
  }
}

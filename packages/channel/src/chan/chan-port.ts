// The part of the extension point for links to elsewhere: a thread, a process, another machine. A link
// takes values out of a channel without knowing yet whether they will be received there, and some may
// come back; it is told at once, inside the operation that serves it, so that it can be withdrawn exactly.
//
// Invariant: a value on loan was taken out once, or is still to come in, and is kept or put in once; while
// there is one, the channel is not drained, even if it is closed and empty.

import type { RecvPort, SendPort } from "../state/port.js";
import { CLOSED, received } from "../state/received.js";
import type { Received, RecvChan, SendChan } from "../state/types.js";
import type { Queue, Waiter } from "../state/waiter.js";
import { show } from "../util/inspect.js";
import type { RingBuffer } from "../util/ring-buffer.js";
import { portOf } from "./recv-base.js";

/** What becomes of an operation: one of the two is called, once, and must not use the channel. */
export interface Told<Outcome> {
  /** It has happened. */
  done(outcome: Outcome): void;
  /** It has failed: the channel was closed, or a hook of its kind has thrown. */
  failed(error: unknown): void;
}

/** What is behind a channel. */
interface Core {
  readonly closed: boolean;
  lent: number;
  onClose: (() => void) | undefined;
}

/** One that can be received from, and has a buffer of which we know all. */
interface Buffered<T> extends Core, RecvPort<T> {
  readonly buffer: RingBuffer<T>;
}

/** One that asks hooks. */
interface Hooked<T> extends Core, RecvPort<T> {
  readonly returned: T[];
  serve(): void;
}

type Receiving<T> = Buffered<T> | Hooked<T>;

const listeners = new WeakMap<object, Set<() => void>>();

/**
 * The channel as a link to elsewhere needs it: to receive on loan, to give back, to send, each told at
 * once, and to hear of a close. For a {@link Chan}, every kind made on {@link CustomRecvChan}, a
 * {@link Broadcast} and its subscriptions.
 *
 * Everything that a link takes out is on loan until {@link keep} or {@link putBack} says otherwise;
 * meanwhile a closed channel is not drained: receivers wait. All operations are O(1), {@link putBack} is
 * O(what is in the buffer).
 *
 * @example
 * ```ts
 * const jobs = new Chan<string>(1);
 * const port = new ChanPort(jobs);
 * const told: unknown[] = [];
 * port.receive({ done: ({ value }) => told.push(value), failed: (error) => told.push(error) });
 * await jobs.send("a");
 * told; //=> [ 'a' ]
 * port.putBack(["a"]); // it was not received there
 * await jobs.recv(); //=> { ok: true, value: 'a', done: false }
 * ```
 */
export class ChanPort<T> {
  readonly #core: Partial<Receiving<T>> & Partial<SendPort<T>> & Core;

  /** @throws TypeError if it is no channel of this package. */
  constructor(chan: RecvChan<T> | SendChan<T>) {
    const core = portOf(chan);
    if (core === undefined) {
      throw new TypeError(`a channel of this package is needed, not ${show(chan)}`);
    }
    this.#core = core as unknown as Receiving<T>;
  }

  /** Whether it can be sent to. */
  get canSend(): boolean {
    return canSend(this.#core);
  }

  /** Whether {@link append} can put values in: it is a {@link Chan}. */
  get canAppend(): boolean {
    return canSend(this.#core) && "buffer" in this.#core;
  }

  /**
   * Receives, waiting its turn like any receiver; a value that it gets is on loan. Gives a function that
   * withdraws it: `true` if it has not been told, and never will be.
   *
   * @throws TypeError if it cannot be received from, as a {@link Broadcast}.
   * @throws What a hook of the channel's kind throws, if it need not wait.
   */
  receive(told: Told<Received<T>>): () => boolean {
    const core = this.#core;
    if (!canReceive(core)) throw new TypeError("the channel cannot be received from");
    const done = (outcome: Received<T>): void => {
      if (outcome.ok) core.lent++;
      told.done(outcome);
    };
    const outcome = core.tryRecv();
    if (outcome !== undefined) {
      done(outcome);
      return () => false;
    }
    const waiter = new ToldWaiter<Received<T>>(undefined, done, told);
    core.receivers.enqueue(waiter);
    return () => waiter.withdraw();
  }

  /** So many of the values on loan have been received for good. */
  keep(count: number): void {
    this.#core.lent -= count;
    this.#serve();
  }

  /**
   * Values on loan come back to the front of the channel, in their order, whatever its cap, and also if it
   * is closed. What waits is served.
   */
  putBack(values: readonly T[]): void {
    const core = this.#core as Receiving<T>;
    core.lent -= values.length;
    if ("buffer" in core) {
      const { buffer } = core;
      const rest: T[] = [];
      while (buffer.length > 0) rest.push(buffer.shift());
      for (const value of [...values, ...rest]) buffer.push(value);
    } else {
      core.returned.unshift(...values);
    }
    this.#serve();
  }

  /**
   * So many more values are on loan, though they were never in the channel: they were sent elsewhere, and
   * come late. May be called when a {@link send} is told that it has failed.
   */
  expect(count: number): void {
    this.#core.lent += count;
  }

  /**
   * A value that was expected goes to the end of the channel, whatever its cap, and also if it is closed: it
   * was sent before that. What waits is served. Only if {@link canAppend} says so.
   */
  append(value: T): void {
    const core = this.#core as Buffered<T>;
    core.lent--;
    core.buffer.push(value);
    this.#serve();
  }

  /**
   * Sends, waiting its turn like any sender. Gives a function that withdraws it: `true` if it has not
   * been told, and never will be.
   *
   * @throws ChannelClosedError if the channel is closed; what a hook of its kind throws.
   */
  send(value: T, told: Told<undefined>): () => boolean {
    const core = this.#core;
    if (!canSend(core)) throw new TypeError("the channel cannot be sent to");
    if (core.trySend(value)) {
      told.done(undefined);
      return () => false;
    }
    const done = (): void => {
      told.done(undefined);
    };
    const waiter = new ToldWaiter<undefined>(value, done, told);
    core.senders.enqueue(waiter);
    return () => waiter.withdraw();
  }

  /** Calls `listener` when the channel has been closed, unless what this gives is called before. */
  onClose(listener: () => void): () => void {
    const core = this.#core;
    let all = listeners.get(core);
    if (all === undefined) {
      const own = new Set<() => void>();
      listeners.set(core, (all = own));
      core.onClose = () => {
        for (const tell of own) tell();
      };
    }
    all.add(listener);
    return () => all.delete(listener);
  }

  /** Serves what waits to receive, after something has come back, or nothing can any more. */
  #serve(): void {
    const core = this.#core as Receiving<T>;
    if (!("buffer" in core)) {
      core.serve();
      return;
    }
    while (core.buffer.length > 0) {
      const receiver = core.receivers.firstLive();
      if (receiver === undefined) return;
      receiver.complete(received(core.buffer.shift()));
    }
    if (!core.closed || core.lent > 0) return;
    core.receivers.serveAll((receiver) => {
      receiver.complete(CLOSED);
    });
  }
}

function canReceive<T>(core: Partial<RecvPort<T>>): core is RecvPort<T> {
  return core.receivers !== undefined;
}

function canSend<T>(core: Partial<SendPort<T>>): core is SendPort<T> {
  return core.senders !== undefined;
}

/** A waiter that is told inside the operation that serves it. */
class ToldWaiter<Outcome> implements Waiter {
  next: Waiter | undefined;
  previous: Waiter | undefined;
  queue: Queue | undefined;
  readonly value: unknown;
  readonly signal = undefined;
  readonly #done: (outcome: Outcome) => void;
  readonly #told: Told<Outcome>;

  constructor(value: unknown, done: (outcome: Outcome) => void, told: Told<Outcome>) {
    this.value = value;
    this.#done = done;
    this.#told = told;
  }

  complete(outcome: Outcome): void {
    const queue = this.#leave();
    this.#done(outcome);
    queue.announceLeft();
  }

  fail(error: unknown): void {
    const queue = this.#leave();
    this.#told.failed(error);
    queue.announceLeft();
  }

  withdraw(): boolean {
    if (this.queue === undefined) return false;
    this.#leave().announceLeft();
    return true;
  }

  #leave(): Queue {
    const queue = this.queue as Queue;
    queue.remove(this);
    return queue;
  }
}

// What all kinds of channels show to a receiver, and the way for `select` to what is behind it.

import type { Received, RecvChan, WaitOptions } from "../state/types.js";
import { inspectable, nameOf } from "../util/inspect.js";
import { recvFrom } from "../wait/recv-send.js";
import type { Port, RecvPort, SendPort } from "../state/port.js";
import { RecvIterator } from "./recv-iterator.js";
import { registerQueues } from "../state/queues.js";

/**
 * The port behind a channel of any kind; `undefined` for what is no channel of ours. What can only be
 * sent to has no `receivers`.
 */
export let portOf: (chan: unknown) => Port<unknown, unknown> | undefined;

/** The same for what can be received from. */
export let recvPortOf: (chan: unknown) => RecvPort<unknown> | undefined;

/** The ports of what can only be sent to. */
export const sendPorts: WeakMap<object, SendPort<never>> = new WeakMap();

/** The receiving side of a channel of any kind. */
export abstract class RecvBase<T> implements RecvChan<T> {
  readonly #port: Port<T, never>;

  static {
    recvPortOf = (chan) =>
      typeof chan === "object" && chan !== null && #port in chan ? chan.#port : undefined;
    portOf = (chan) => {
      const port = recvPortOf(chan) ?? sendPorts.get(chan as object);
      return port as Port<unknown, unknown> | undefined;
    };
    registerQueues(portOf);
    inspectable<RecvBase<unknown>>(this, "RecvChan", {
      name: nameOf,
      cap: ({ cap }) => cap,
      len: ({ len }) => len,
      closed: ({ closed }) => closed,
      receivers: (chan) => chan.#port.receivers.length,
      senders: (chan) => chan.#port.senders?.length,
    });
  }

  /** @internal */
  constructor(port: Port<T, never>) {
    this.#port = port;
    port.of = this;
  }

  abstract get cap(): number;
  abstract get len(): number;
  abstract get closed(): boolean;

  /**
   * Receives a value, waiting, first come, first served, while there is none.
   *
   * A value that is there when this is called is taken during the call, and so is the place in the
   * queue if there is none. Once the channel is closed, what is left in it is still received, in
   * order; after that every receive gives `{ ok: false }` at once, and those that wait when the
   * channel is closed get it then.
   *
   * Aborting `signal` withdraws a receive that still waits; no value goes to it. O(1), also when it
   * waits or is withdrawn. Semantics: Go's `v, ok := <-ch`.
   *
   * **Gotcha.** Never put it into a `Promise.race`: a receive that has lost still waits, and takes
   * the next value, which no task sees. Use {@link select}, or a signal.
   *
   * @throws The signal's reason, by rejection, if it is aborted before a value was received.
   *
   * @example
   * ```ts
   * const ch = new Chan<string>(2);
   * await ch.send("a");
   * ch.close();
   * const { ok, value } = await ch.recv();
   * if (ok) console.log(value.toUpperCase()); //=> A
   * await ch.recv(); //=> { ok: false, value: undefined, done: true }
   * ```
   */
  recv(options?: WaitOptions): Promise<Received<T>> {
    return recvFrom(this.#port, options);
  }

  /**
   * Receives without waiting: what `recv` would give at once, or `undefined` if it would wait.
   *
   * It does not overtake receivers that wait. O(1). Semantics: Go's `select` with one receive case
   * and a `default`.
   *
   * @example
   * ```ts
   * const ch = new Chan<string>(1);
   * ch.tryRecv(); //=> undefined
   * ch.trySend("a");
   * ch.tryRecv(); //=> { ok: true, value: 'a', done: false }
   * ```
   */
  tryRecv(): Received<T> | undefined {
    return this.#port.tryRecv();
  }

  /**
   * Receives one value after the other, until the channel is closed and drained: Go's `for range`.
   *
   * Leaving the loop early neither closes the channel nor takes another value, and leaves nothing
   * that waits. Several loops share the values of one channel, each value goes to one of them.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> & AsyncDisposable {
    return new RecvIterator(this.#port);
  }

  /**
   * The same with a signal: when it is aborted, the loop throws its reason, whether it waits then or
   * comes back for the next value. A value that was received before still reaches the loop; none is
   * lost, what is in the channel stays there.
   *
   * The iterator can also be used by hand. Each `next` is a plain receive, several may wait at a
   * time; `return`, `throw` and the end of an `await using` withdraw those that wait: they give
   * `{ done: true }`. O(1) a value. Cost: with a signal, that of a listener for each wait.
   *
   * @example
   * ```ts
   * for await (const n of numbers.values({ signal: group.signal })) console.log(n);
   * ```
   */
  values(options?: WaitOptions): AsyncIterableIterator<T, undefined> & AsyncDisposable {
    return new RecvIterator(this.#port, options && { signal: options.signal });
  }
}

// What a receiver and what a sender may do with a channel. A function that only
// receives takes a `RecvChan`, one that only sends a `SendChan`: Go's `<-chan T` and `chan<- T`.

/**
 * What a receive gives: Go's comma-ok and an `IteratorResult` at once.
 *
 * `ok: false` means that the channel is closed and drained, for ever. Test `ok` and not `value`:
 * `undefined` is a value like any other.
 */
export type Received<T> =
  | { readonly ok: true; readonly value: T; readonly done: false }
  | { readonly ok: false; readonly value: undefined; readonly done: true };

/** Options of everything that may wait. */
export interface WaitOptions {
  /**
   * Withdraws the operation while it waits: it rejects with `signal.reason`, and it is as if it had
   * never been called. An aborted signal always wins, also over an operation that could complete.
   * Aborting after the operation has taken effect changes nothing. `null` is no signal.
   */
  readonly signal?: AbortSignal | null | undefined;
}

/** The receiving side of a channel: Go's `<-chan T`. Every `Chan<T>` is one. */
export interface RecvChan<out T> extends AsyncIterable<T> {
  /** How many values the buffer holds at most; 0 is a rendezvous. Never changes. */
  readonly cap: number;
  /** How many values are buffered now. Those of waiting senders do not count. */
  readonly len: number;
  /** Whether the channel is closed. Values may still be buffered. */
  readonly closed: boolean;
  /** Receives a value, waiting for one if need be. See {@link Chan.recv}. */
  recv(options?: WaitOptions): Promise<Received<T>>;
  /** Receives a value if that needs no waiting; `undefined` if it does. See {@link Chan.tryRecv}. */
  tryRecv(): Received<T> | undefined;
  /** What `for await` loops over, with a signal that ends the loop. See {@link Chan.values}. */
  values(options?: WaitOptions): AsyncIterableIterator<T, undefined> & AsyncDisposable;
}

/**
 * The sending side of a channel: Go's `chan<- T`. Every `Chan<T>` is one.
 *
 * `send` and `trySend` are properties and not methods, because only for properties does TypeScript
 * check that a `Chan<string>` is not passed as a `SendChan<string | number>`.
 */
export interface SendChan<in T> {
  /** How many values the buffer holds at most; 0 is a rendezvous. Never changes. */
  readonly cap: number;
  /** How many values are buffered now. Those of waiting senders do not count. */
  readonly len: number;
  /** Whether the channel is closed, so that a send would fail. */
  readonly closed: boolean;
  /** Sends a value, waiting for a receiver or for room if need be. See {@link Chan.send}. */
  readonly send: (value: T, options?: WaitOptions) => Promise<void>;
  /** Sends a value if that needs no waiting; `false` if it does. See {@link Chan.trySend}. */
  readonly trySend: (value: T) => boolean;
  /** Says that no more values will be sent. See {@link Chan.close}. */
  close(): void;
  /** Closes the channel unless it is closed already: `using out = channel` in a stage. */
  [Symbol.dispose](): void;
}

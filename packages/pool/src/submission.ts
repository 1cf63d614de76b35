// A submitted function on its way through the pool:
//
//   offered --> waiting --> running --> settled
//      |           |
//      +-----------+--> withdrawn (by its signal), skipped (by the pool)
//
// While it is offered, the channel of jobs looks after its signal; from then on it does so itself.

import { type Abortable, type AbortLink, onAbort } from "@chankit/channel";

import type { Context } from "./context.js";
import { JobSkippedError } from "./errors.js";

/** A submitted function, whose outcome goes to its caller. */
export class Submission implements Abortable {
  readonly #fn: (context: Context) => unknown;
  readonly #resolve: (value: never) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  #link: AbortLink | undefined;
  #context: Context | undefined;
  #withdrawn = false;
  #onWithdrawn: (() => void) | undefined;

  constructor(
    fn: (context: Context) => unknown,
    resolve: (value: never) => void,
    reject: (reason: unknown) => void,
    signal: AbortSignal | undefined,
  ) {
    this.#fn = fn;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
  }

  /** Begins to wait. `onWithdrawn` is called if its signal ends that. */
  accept(onWithdrawn: () => void): void {
    this.#onWithdrawn = onWithdrawn;
    if (this.#signal !== undefined) this.#link = onAbort(this.#signal, this);
  }

  /** Whether its signal has ended the wait. */
  get isWithdrawn(): boolean {
    return this.#withdrawn;
  }

  /** Ends the wait, for whoever wants to run or to skip it; false if it has been withdrawn. */
  take(): boolean {
    // From the abort on it must not start, even if its own listener has yet to run.
    if (this.#signal?.aborted === true && !this.#withdrawn) {
      this.#link?.remove();
      this.cancel(this.#signal.reason);
    }
    return !this.#withdrawn;
  }

  /** Calls the function. */
  run(context: Context): unknown {
    this.#context = context;
    return this.#fn(context);
  }

  /** The signal is aborted: withdraws what waits, tells what runs. */
  cancel(reason: unknown): void {
    if (this.#context !== undefined) {
      this.#context.abort(reason);
      return;
    }
    this.#withdrawn = true;
    this.#reject(reason);
    this.#onWithdrawn?.();
  }

  /** The pool was stopped before the function was started. */
  skip(): void {
    this.#link?.remove();
    this.#reject(new JobSkippedError("pool stopped before the function was started"));
  }

  /** The function has returned `value`, or what it returned has been resolved to it. */
  fulfil(value: unknown): void {
    this.#link?.remove();
    this.#resolve(value as never);
  }

  /** The function has thrown, or what it returned was rejected. */
  fail(reason: unknown): void {
    this.#link?.remove();
    this.#reject(reason);
  }
}

// Functions that belong together, and the turns of those that wait while as many run as may.
//
// Invariants:
//   - `running` counts the places that are taken: by functions that run, and by those whose turn has
//     come. A place is handed over, so that nothing can take it in between, and functions are called
//     in the order of their turns;
//   - a function is called in the async context of the caller of `go`, hence never by the one that
//     ended before it. Between its turn and its call the group may fail: then it is not called;
//   - once our signal was handed out, an abort of the outer one aborts it at once. The outer signal
//     keeps the group alive only while something runs.

import { signalOf } from "../wait/abort.js";
import { disposable, followPolyfills } from "../util/dispose.js";
import { settled, turnIfDue } from "../loop/outcomes.js";
import { inspectable, show } from "../util/inspect.js";
import { wait } from "../wait/wait.js";
import { OuterSignal } from "./outer-signal.js";
import { makePartOf } from "../util/part-of.js";
import { WaitGroup } from "./wait-group.js";
import { sureQueue } from "../state/wait-queue.js";
import type { Waiter } from "../state/waiter.js";
import { queuesOf, registerQueues } from "../state/queues.js";
import { abortError, isAborted } from "../util/signals.js";

/** A function may be a whole job: it counts for so many outcomes. */
const FUNCTION = 3;
/** One that ends while others wait for their turn: of those, no more than two begin between two looks. */
const FUNCTION_IN_LINE = 8;

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its receiver, below
const { then } = Promise.prototype;

/** A function that a group runs. */
type GroupFunction = (signal: AbortSignal) => unknown;

/** Options of a {@link Group}. */
export interface GroupOptions {
  /** How many functions run at a time: a positive integer or `Infinity`, the default. */
  readonly limit?: number | undefined;
  /** Aborts the group from outside. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Functions that belong together: they run concurrently, the first that fails cancels the others,
 * and none outlives the group's `wait`. It is Go's `errgroup.Group`, made by `WithContext`.
 *
 * `await using group = new Group()` leaves nothing behind, also where an exception skips `wait`.
 *
 * @example
 * ```ts
 * const group = new Group({ limit: 4 });
 * for (const url of urls) void group.go((signal) => download(url, { signal }));
 * await group.wait(); // all are done; or one has failed, and the others have ended
 * ```
 */
export class Group {
  readonly #limit: number;
  readonly #controller = new AbortController();
  readonly #running = new WaitGroup();
  /** Functions that wait for their turn, only while all places are taken. */
  readonly #waiting = sureQueue();
  /** How many have got a place and are yet to be called. */
  #turns = 0;
  #failure: { readonly error: unknown } | undefined;
  #disposed = false;
  readonly #outer: OuterSignal;

  /** It is the turn of what has waited as `waiter`; or, without one, it will never be. */
  readonly #onTurn = (waiter: Waiter | undefined): boolean => {
    if (waiter === undefined) return false;
    this.#turns--;
    if (this.#hasFailed()) {
      this.#leave();
      return false;
    }
    this.#run(waiter.value as GroupFunction);
    return true;
  };
  readonly #onEnd = (): void => {
    // It counts, and the next one waits if a turn is due. To wait for that turn here would start as
    // many of them at one go as the limit allows.
    if (this.#waiting.length > 0) void turnIfDue(FUNCTION_IN_LINE);
    this.#leave();
  };
  readonly #onFailure = (error: unknown): void => {
    this.#fail(error);
    this.#onEnd();
  };

  static {
    disposable(this, "asyncDispose");
    inspectable(this, "Group", {
      limit: (group) => group.#limit,
      running: (group) => group.#running.count,
      waiting: (group) => group.#waiting.length,
      aborted: (group) => group.#controller.signal.aborted,
    });
    registerQueues((thing) =>
      #waiting in thing
        ? { ...queuesOf(thing.#running), "functions that wait": thing.#waiting }
        : undefined,
    );
  }

  /**
   * @throws RangeError if `limit` is neither a positive integer nor `Infinity`.
   * @throws TypeError if `signal` is no signal.
   */
  constructor(options: GroupOptions = {}) {
    const { limit = Infinity, signal } = options;
    if (limit !== Infinity && (!Number.isSafeInteger(limit) || limit < 1)) {
      throw new RangeError(`limit must be a positive integer or Infinity, not ${show(limit)}`);
    }
    followPolyfills();
    makePartOf(this.#running, this);
    this.#limit = limit;
    // One that is aborted fails the group; any other must be a signal.
    if (!isAborted(signal)) signalOf(options);
    this.#outer = new OuterSignal(signal ?? undefined, this.#controller.signal, (reason) => {
      this.#fail(reason);
    });
    this.#outer.ask();
  }

  /**
   * Aborted with the first error as its reason when the group fails, and when `wait` settles at
   * the latest. Functions are given it, and should give up on it.
   */
  get signal(): AbortSignal {
    if (!this.#hasFailed()) this.#outer.tie();
    return this.#controller.signal;
  }

  /**
   * Runs `fn`, waiting while as many run as `limit` allows, first come, first served. It runs in the
   * async context (`AsyncLocalStorage`) of the caller, also when it had to wait.
   *
   * Resolves when `fn` has been called: to `true`; or to `false` if the group has failed or was
   * disposed of, then it is never called. Never rejects, so it may be left floating. What `fn` throws
   * or rejects with fails the group. O(1), also when it waits. Semantics: errgroup's `Go`.
   */
  go(fn: GroupFunction): Promise<boolean> {
    if (this.#tryStart(fn)) return settled(true, FUNCTION);
    return this.#refuses() ? settled(false, 1) : this.#startInTurn(fn);
  }

  /**
   * Runs `fn` if that needs no waiting; `false` if it does, or if the group has failed. O(1).
   * Semantics: errgroup's `TryGo`.
   */
  tryGo(fn: GroupFunction): boolean {
    return this.#tryStart(fn);
  }

  /**
   * Waits until every function has ended, also those that wait for their turn now. Semantics:
   * errgroup's `Wait`.
   *
   * @throws The first error, by rejection, if one has failed; or the reason of the outer signal if
   *   that was aborted before. A second call gives the same.
   */
  async wait(): Promise<void> {
    await this.#ended();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /**
   * Aborts what still runs, with an `AbortError`, and waits for its end; nothing that waits for its
   * turn is started, nor anything later. Never rejects: for `await using group = new Group()`. After
   * a `wait` there is nothing left to abort. A function that awaits this, or `wait`, of its own group
   * waits for itself, for ever.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    if (this.#running.count > 0) this.#fail(abortError("group disposed"));
    await this.#ended();
  }

  #tryStart(fn: GroupFunction): boolean {
    if (this.#refuses() || this.#turns > 0 || this.#running.count >= this.#limit) return false;
    this.#running.add();
    this.#run(fn);
    return true;
  }

  #startInTurn(fn: GroupFunction): Promise<boolean> {
    const turn = wait<Waiter | undefined>(this, this.#waiting, fn);
    if (this.#running.count < this.#limit) {
      // It only waits for those before it to be called.
      this.#running.add();
      this.#leave();
    }
    // What follows a promise has the async context in which `then` was called: that of the caller. A
    // function of its own for each would be a fourth of what one that waits takes: 104 bytes.
    return turn.then(this.#onTurn);
  }

  /** Runs `fn`, for which a place is taken. */
  #run(fn: GroupFunction): void {
    try {
      this.#outer.hold();
      // Not `await` in an async function: that takes 330 bytes more, and a third of the time of a function
      // that does nothing. As with `await`, no `then` is called but that of a thenable.
      const ended = Promise.resolve(fn(this.#controller.signal));
      void then.call(ended, this.#onEnd, this.#onFailure);
    } catch (error) {
      this.#onFailure(error);
    }
  }

  /** Hands a place over to the function that waits the longest, or gives it up. */
  #leave(): void {
    const next = this.#waiting.firstLive();
    if (next !== undefined) {
      this.#turns++;
      next.complete(next);
      return;
    }
    this.#running.done();
    if (this.#running.count === 0) this.#outer.release();
  }

  /** Everything has ended, and the outer signal matters no more. */
  async #ended(): Promise<void> {
    // Another one may be started between the end of the last one and the end of this wait.
    do await this.#running.wait();
    while (this.#running.count > 0);
    // A group in which nothing has run was told of no abort.
    this.#hasFailed();
    this.#outer.letGo();
    this.#controller.abort();
  }

  #refuses(): boolean {
    return this.#hasFailed() || this.#disposed;
  }

  #hasFailed(): boolean {
    this.#outer.ask();
    return this.#failure !== undefined;
  }

  /** The first failure counts. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#outer.letGo();
    this.#waiting.serveAll((waiter) => {
      waiter.complete();
    });
    this.#controller.abort(error);
  }
}

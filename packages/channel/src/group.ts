import { type AbortLink, onAbort } from "./abort.js";
import { gosched, settled } from "./event-loop.js";
import { show } from "./inspect.js";
import { wait } from "./operations.js";
import { WaitGroup } from "./wait-group.js";
import { WaitQueue } from "./wait-queue.js";
import { queuesOf, showQueues } from "./waiting.js";

/** What a group runs. */
type Task = (signal: AbortSignal) => unknown;

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
  /** Those who wait for their turn, only while as many run as may. */
  readonly #waiting = new WaitQueue();
  #failure: { readonly error: unknown } | undefined;
  readonly #outer: AbortLink | undefined;

  static {
    showQueues((thing) =>
      #waiting in thing
        ? { ...queuesOf(thing.#running), "functions that wait": thing.#waiting }
        : undefined,
    );
  }

  /** @throws RangeError if `limit` is neither a positive integer nor `Infinity`. */
  constructor(options: GroupOptions = {}) {
    const { limit = Infinity, signal } = options;
    if (limit !== Infinity && (!Number.isSafeInteger(limit) || limit < 1)) {
      throw new RangeError(`limit must be a positive integer or Infinity, not ${show(limit)}`);
    }
    this.#limit = limit;
    if (signal?.aborted === true) this.#fail(signal.reason);
    else if (signal !== undefined)
      this.#outer = onAbort(signal, {
        cancel: (reason) => {
          this.#fail(reason);
        },
      });
  }

  /**
   * Aborted with the first error as its reason when the group fails, and when `wait` settles at
   * the latest. Functions are given it, and should give up on it.
   */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Runs `fn`, waiting while as many run as `limit` allows, first come, first served.
   *
   * Resolves when `fn` has been called: to `true`; or to `false` if the group has failed, then it
   * is never called. Never rejects, so it may be left floating. What `fn` throws or rejects with
   * fails the group. O(1), also when it waits. Semantics: errgroup's `Go`.
   */
  go(fn: Task): Promise<boolean> {
    if (this.tryGo(fn)) return settled(true);
    return this.#failed() ? settled(false) : wait(this.#waiting, fn, undefined);
  }

  /**
   * Runs `fn` if that needs no waiting; `false` if it does, or if the group has failed. O(1).
   * Semantics: errgroup's `TryGo`.
   */
  tryGo(fn: Task): boolean {
    if (this.#failed() || this.#running.count >= this.#limit) return false;
    void this.#run(fn);
    return true;
  }

  /**
   * Waits until every function has ended, also those that wait for their turn now. Semantics:
   * errgroup's `Wait`.
   *
   * @throws The first error, by rejection, if one has failed; or the reason of the outer signal if
   *   that was aborted before. A second call gives the same.
   */
  async wait(): Promise<void> {
    // Another one may be started between the end of the last one and our getting to know of it.
    do await this.#running.wait();
    while (this.#running.count > 0);
    this.#outer?.remove();
    this.#controller.abort();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #run(fn: Task): Promise<void> {
    this.#running.add();
    try {
      await fn(this.signal);
    } catch (error) {
      this.#fail(error);
    }
    // Functions that never wait must not keep the event loop from its turn, one after the other.
    const turn = this.#waiting.length > 0 ? gosched() : undefined;
    if (turn !== undefined) await turn;
    this.#startNext();
    this.#running.done();
  }

  /** Gives the turn of one that has ended to the one that waits the longest. */
  #startNext(): void {
    const next = this.#waiting.claim();
    if (next === undefined) return;
    void this.#run(next.value as Task);
    next.proceed(true);
  }

  #failed(): boolean {
    // Aborted from outside, it has failed even if our own abort listener has yet to run.
    const outer = this.#outer?.signal;
    if (outer?.aborted === true) this.#fail(outer.reason);
    return this.#failure !== undefined;
  }

  /** The first failure counts. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#outer?.remove();
    this.#waiting.claimAll((waiter) => {
      waiter.proceed(false);
    });
    this.#controller.abort(error);
  }
}

import type { WaitOptions } from "../state/types.js";
import { settledVoid } from "../loop/outcomes.js";
import { inspectable, show } from "../util/inspect.js";
import { tryElseWait, type Verb } from "../wait/wait.js";
import { sureQueue } from "../state/wait-queue.js";
import { registerQueues } from "../state/queues.js";

/**
 * Waits for many tasks to end: Go's `sync.WaitGroup`, with a counter that can be read.
 *
 * @example
 * ```ts
 * const group = new WaitGroup();
 * for (const url of urls) group.go(() => fetch(url));
 * await group.wait(); // all of them have ended
 * ```
 */
export class WaitGroup {
  #count = 0;
  readonly #waiters = sureQueue();

  static readonly #WAIT: Verb<WaitGroup, undefined, true, void> = {
    attempt: (group) => group.#count === 0 || undefined,
    queueOf: (group) => group.#waiters,
    settled: settledVoid,
  };

  static {
    inspectable(this, "WaitGroup", {
      count: (group) => group.#count,
      waiting: (group) => group.#waiters.length,
    });
    registerQueues((thing) => (#waiters in thing ? { waiters: thing.#waiters } : undefined));
  }

  /** What was added less what was done, at this instant. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds `n`, which may be negative, to the counter. When it becomes 0, all waits are released,
   * in the order in which they began. The group may be used again at once. O(1), and O(1) for each
   * wait that is released. Semantics: Go's `wg.Add(n)`.
   *
   * @throws RangeError if `n` is not an integer, or the counter would become negative: "negative
   *   WaitGroup counter". Nothing has changed then.
   */
  add(n = 1): void {
    if (!Number.isSafeInteger(n)) throw new RangeError(`n must be an integer, not ${show(n)}`);
    if (this.#count + n < 0) throw new RangeError("negative WaitGroup counter");
    this.#count += n;
    if (this.#count > 0) return;
    this.#waiters.serveAll((waiter) => {
      waiter.complete();
    });
  }

  /**
   * One is done: `add(-1)`. Go's `wg.Done()`.
   *
   * @throws RangeError if the counter would become negative.
   */
  done(): void {
    this.add(-1);
  }

  /**
   * Waits until the counter is 0; if it is, it resolves at once. Any number may wait. Aborting
   * `signal` withdraws a wait. O(1). Semantics: Go's `wg.Wait()`.
   *
   * @throws The signal's reason, by rejection, if it is aborted before the counter was 0.
   */
  wait(options?: WaitOptions): Promise<void> {
    return tryElseWait(WaitGroup.#WAIT, this, undefined, options);
  }

  /**
   * Adds one, runs `fn`, and is done when it has ended, whatever the outcome: Go's `wg.Go(fn)`.
   *
   * `fn` is called at once. What it throws, or rejects with, has no caller to handle it, and so becomes
   * an unhandled rejection, after the counter has been settled: Go's panic.
   */
  go(fn: () => unknown): void {
    this.add();
    void this.#run(fn);
  }

  async #run(fn: () => unknown): Promise<void> {
    try {
      await fn();
    } finally {
      this.done();
    }
  }
}

// A bucket of tokens that fills with time, and the line of waits for tokens.
//
// Tokens are not added up as time passes, which would add up errors, too. What is kept is when the
// bucket was full, and how many tokens have been taken since: so many, less those gained since, are
// missing now. All is asked in milliseconds ("when are n there?"), so that a timer for that time
// finds them there.
//
// Invariants, between any two calls:
//   - a timer runs exactly while there is a line: until its first has its tokens;
//   - while there is a line, all tokens belong to it, and the bucket may hold more than `burst`.

import { Alarm, refOf, type TimerOptions, withoutNoise } from "../loop/alarm.js";
import { checkFinitePositive, checkPositiveInteger } from "../util/checks.js";
import type { WaitOptions } from "../state/types.js";
import { settledVoid } from "../loop/outcomes.js";
import { inspectable } from "../util/inspect.js";
import { tryElseWait, type Verb } from "../wait/wait.js";
import { WaitQueue } from "../state/wait-queue.js";
import { registerQueues } from "../state/queues.js";

/** Options of a {@link Limiter}. */
export interface LimiterOptions extends TimerOptions {
  /** How many tokens the bucket gains every `interval`: finite and positive. */
  readonly limit: number;
  /** In milliseconds, finite and positive; 1000 by default. */
  readonly interval?: number | undefined;
  /** How many tokens the bucket holds: a positive integer, `max(1, floor(limit))` by default. */
  readonly burst?: number | undefined;
}

/**
 * So many events in a time, and no more: a bucket of tokens. It is Go's `rate.Limiter` (of
 * `golang.org/x/time/rate`), with a line in which a wait can be withdrawn.
 *
 * The bucket holds `burst` tokens, is full at first, and gains `limit` tokens every `interval`
 * milliseconds, evenly. Waits are served first come, first served, and take their tokens when it is
 * their turn. Tokens gained while others wait are theirs, beyond `burst` too: a line is served at the
 * full rate. There is a timer only while there is a line; with `ref` false it does not keep the
 * process alive (in Node, Deno and Bun). Setting the wall clock changes nothing. All calls are O(1).
 *
 * @example
 * ```ts
 * const limiter = new Limiter({ limit: 10 }); // 10 a second, and up to 10 at once
 * for (const url of urls) {
 *   await limiter.wait();
 *   void download(url, { signal });
 * }
 * ```
 */
export class Limiter {
  readonly #limit: number;
  readonly #interval: number;
  readonly #burst: number;
  readonly #alarm: Alarm;
  /** When the bucket was full, by the alarm, and how many tokens have been taken since. */
  #fullAt = 0;
  #taken = 0;
  readonly #line = new WaitQueue(
    () => {
      this.#serve();
    },
    // When one gives up, those behind it move up.
    () => {
      this.#serve();
    },
  );
  #serving = false;
  /**
   * For reports: a wait for it is a daemon's if this is false.
   *
   * @internal
   */
  readonly ref: boolean;

  static readonly #WAIT: Verb<Limiter, number, true, void> = {
    attempt(limiter, n) {
      if (limiter.#take(n)) return true;
      if (n <= limiter.#burst) return undefined;
      throw new RangeError(`n must be at most burst, which is ${limiter.#burst}, not ${n}`);
    },
    queueOf: (limiter) => limiter.#line,
    settled: settledVoid,
  };

  static {
    inspectable(this, "Limiter", {
      limit: (limiter) => limiter.#limit,
      interval: (limiter) => limiter.#interval,
      burst: (limiter) => limiter.#burst,
      available: (limiter) => limiter.#count(),
      waiting: (limiter) => limiter.#line.length,
    });
    registerQueues((thing) => (#line in thing ? { waiters: thing.#line } : undefined));
  }

  /**
   * @throws RangeError if `limit` or `interval` is not finite and positive, or `burst` not a positive
   *   integer.
   * @throws TypeError if `ref` is not a boolean.
   */
  constructor(options: LimiterOptions) {
    // Whatever is given instead of options has no limit.
    const given = Object(options) as LimiterOptions;
    const { limit, interval = 1000, burst } = given;
    checkFinitePositive("limit", limit);
    checkFinitePositive("interval", interval);
    if (burst !== undefined) checkPositiveInteger("burst", burst);
    this.#limit = limit;
    this.#interval = interval;
    this.#burst = burst ?? Math.max(1, Math.floor(limit));
    this.ref = refOf(given);
    this.#alarm = new Alarm(() => {
      this.#serve();
    }, this.ref);
  }

  /** How many whole tokens `allow` could take now: 0 while others wait, since all are theirs then. */
  get available(): number {
    this.#serve();
    return this.#count();
  }

  /**
   * Takes `n` tokens, waiting, first come, first served, until they are there.
   *
   * Aborting `signal` withdraws a wait: it takes nothing, and those behind it move up. O(1).
   * Semantics: rate.Limiter's `WaitN`, but for the moment at which tokens are taken.
   *
   * @throws RangeError, by rejection, if `n` is not a positive integer, or greater than `burst`.
   * @throws The signal's reason, by rejection, if it is aborted before the tokens were taken.
   */
  wait(n = 1, options?: WaitOptions): Promise<void> {
    return tryElseWait(Limiter.#WAIT, this, n, options);
  }

  /**
   * Takes `n` tokens if that needs no waiting: `false` if they are not there, or if others wait. O(1).
   * Semantics: rate.Limiter's `AllowN`.
   *
   * @throws RangeError if `n` is not a positive integer.
   */
  allow(n = 1): boolean {
    return this.#take(n);
  }

  #take(n: number): boolean {
    checkPositiveInteger("n", n);
    const now = this.#serve();
    if (this.#line.length > 0 || n > this.#burst || this.#dueAt(n) > now) return false;
    this.#taken += n;
    return true;
  }

  /** Gives tokens to those in line, in order, as far as they go; says what time it is. */
  #serve(): number {
    const now = this.#alarm.elapsed();
    // A wait that leaves the line below, perhaps because its signal is aborted, leads here again.
    if (this.#serving) return now;
    this.#serving = true;
    try {
      let first = this.#line.firstLive();
      while (first !== undefined && this.#dueAt(first.value as number) <= now) {
        this.#taken += first.value as number;
        first.complete();
        first = this.#line.firstLive();
      }
      if (first === undefined) this.#spill(now);
      else this.#alarm.arm(this.#dueAt(first.value as number));
    } finally {
      this.#serving = false;
    }
    return now;
  }

  /** There is no line: the bucket keeps what it can hold. */
  #spill(now: number): void {
    this.#alarm.disarm();
    if (this.#dueAt(this.#burst) > now) return;
    this.#fullAt = now;
    this.#taken = 0;
  }

  /** When `n` tokens are there that have not been taken, by the alarm. */
  #dueAt(n: number): number {
    const missing = n + this.#taken - this.#burst;
    return this.#fullAt + withoutNoise((missing * this.#interval) / this.#limit);
  }

  /** How many whole tokens are there now and belong to no wait in the line. */
  #count(): number {
    if (this.#line.length > 0) return 0;
    const now = this.#alarm.elapsed();
    const gained = ((now - this.#fullAt) * this.#limit) / this.#interval;
    // Near enough to find the right one by its time, as `allow` does.
    const about = Math.round(this.#burst - this.#taken + gained);
    const count = Math.max(0, Math.min(about, this.#burst));
    return this.#dueAt(count) <= now ? count : count - 1;
  }
}

// Permits, and the queue for them. There is no overtaking: a small request waits behind a large one that
// came before it, so that the large one is not starved.
//
// Invariant, between any two calls: the one that waits the longest asks for more than is available.

import { checkPositiveInteger } from "../util/checks.js";
import type { WaitOptions } from "../state/types.js";
import { disposable, followPolyfills } from "../util/dispose.js";
import { rejected, settledObject } from "../loop/outcomes.js";
import { makePartOf } from "../util/part-of.js";
import { inspectable, nameClass } from "../util/inspect.js";
import { signalOf } from "../wait/abort.js";
import { wait } from "../wait/wait.js";
import { sureQueue } from "../state/wait-queue.js";
import { queuesOf, registerQueues } from "../state/queues.js";

/** Gives `n` permits back, and serves what waits. */
let giveBack: (semaphore: Semaphore, n: number) => void;
/** How many wait for permits. */
let waitingFor: (semaphore: Semaphore) => number;

/** The right to go on. It is given back by `release`, or at the end of the block of a `using`. */
export interface Permit extends Disposable {
  /**
   * Gives it back. The longest-waiting calls of `acquire` go on, as far as the permits reach. O(1) for
   * each of them. It may be taken off the permit: `acquire().then(({ release }) => …)`.
   *
   * @throws Error if it has been given back already. To dispose of it then does nothing.
   */
  release(): void;
}

/**
 * A number of permits: Go's `semaphore.Weighted`.
 *
 * Permits are granted in the order in which they are asked for. To acquire, to wait and to withdraw
 * are O(1).
 *
 * @example
 * ```ts
 * const connections = new Semaphore(10);
 * {
 *   using _permit = await connections.acquire();
 *   await talk();
 * } // given back here
 * ```
 */
export class Semaphore {
  readonly #permits: number;
  #available: number;
  readonly #waiters = sureQueue(() => {
    // When one gives up, those behind it may have their turn.
    this.#grant();
  });
  /** Requests larger than the semaphore: never granted, kept apart so that they block no others. */
  readonly #unsatisfiable = sureQueue();
  #granting = false;

  static {
    giveBack = (semaphore, n) => {
      semaphore.#available += n;
      semaphore.#grant();
    };
    waitingFor = (semaphore) => semaphore.#waiters.length + semaphore.#unsatisfiable.length;
    inspectable(this, "Semaphore", {
      permits: (semaphore) => semaphore.#permits,
      available: (semaphore) => semaphore.#available,
      waiting: waitingFor,
    });
    registerQueues((thing) =>
      #unsatisfiable in thing
        ? { waiters: thing.#waiters, unsatisfiable: thing.#unsatisfiable }
        : undefined,
    );
  }

  /** @throws RangeError if `permits` is not a positive integer. */
  constructor(permits: number) {
    checkPositiveInteger("permits", permits);
    this.#permits = this.#available = permits;
  }

  /** How many permits are not held now. */
  get available(): number {
    return this.#available;
  }

  /**
   * Acquires `n` permits as one, waiting while they are not available or others wait. To ask for
   * more than the semaphore has is to wait for the signal, and does not hold up others.
   *
   * Aborting `signal` withdraws a wait; those behind it go on if they now can.
   *
   * @throws RangeError, by rejection, if `n` is not a positive integer.
   * @throws The signal's reason, by rejection, if it is aborted before the permits were granted.
   */
  acquire(n = 1, options?: WaitOptions): Promise<Permit> {
    // As `tryElseWait` does it: see there.
    let signal: AbortSignal | undefined;
    try {
      signal = signalOf(options);
      const permit = this.#tryTake(n);
      if (permit !== undefined) {
        // eslint-disable-next-line @typescript-eslint/no-meaningless-void-operator -- see `settledObject`
        void (permit as { readonly done?: unknown }).done;
        return settledObject(permit, Promise.resolve(permit));
      }
    } catch (error) {
      return rejected(error);
    }
    const queue = n > this.#permits ? this.#unsatisfiable : this.#waiters;
    return wait(this, queue, n, signal);
  }

  /**
   * Acquires `n` permits if that needs no waiting; `undefined` if it does.
   *
   * @throws RangeError if `n` is not a positive integer.
   */
  tryAcquire(n = 1): Permit | undefined {
    return this.#tryTake(n);
  }

  #tryTake(n: number): Permit | undefined {
    checkPositiveInteger("n", n);
    // Check the queue first: it drops aborted waiters, which can grant permits.
    if (this.#waiters.firstLive() !== undefined || n > this.#available) return undefined;
    return this.#take(n);
  }

  #take(n: number): Permit {
    this.#available -= n;
    return n === 1 ? new HeldPermit(this) : new HeldPermits(this, n);
  }

  /** Serves what waits, in order, as far as the permits go. */
  #grant(): void {
    // A waiter that leaves the queue below, served or aborted, leads here again.
    if (this.#granting) return;
    this.#granting = true;
    for (
      let next = this.#waiters.firstLive();
      next !== undefined;
      next = this.#waiters.firstLive()
    ) {
      const n = next.value as number;
      if (n > this.#available) break;
      next.complete(this.#take(n));
    }
    this.#granting = false;
  }
}

/**
 * Mutual exclusion: a semaphore with one permit. Go's `sync.Mutex`, but first come, first served.
 *
 * @example
 * ```ts
 * const file = new Mutex();
 * {
 *   using _permit = await file.lock();
 *   file.locked; //=> true
 * } // unlocked here, also after an exception
 * file.locked; //=> false
 * ```
 */
export class Mutex {
  readonly #semaphore = new Semaphore(1);

  static {
    inspectable(this, "Mutex", {
      locked: (mutex) => mutex.#semaphore.available === 0,
      waiting: (mutex) => waitingFor(mutex.#semaphore),
    });
    registerQueues((thing) => (#semaphore in thing ? queuesOf(thing.#semaphore) : undefined));
  }

  constructor() {
    makePartOf(this.#semaphore, this);
  }

  /** Whether it is held now. */
  get locked(): boolean {
    return this.#semaphore.available === 0;
  }

  /** Locks it, waiting for its turn: `using _permit = await mutex.lock()`. See {@link Semaphore.acquire}. */
  lock(options?: WaitOptions): Promise<Permit> {
    return this.#semaphore.acquire(1, options);
  }

  /** Locks it if that needs no waiting; `undefined` if it does. */
  tryLock(): Permit | undefined {
    return this.#semaphore.tryAcquire();
  }
}

/** One permit. It has no field that it can do without: permits are made as often as locks are taken. */
class HeldPermit implements Permit {
  #semaphore: Semaphore | undefined;
  /** Made when it is asked for: few permits are released off their object, or by hand at all. */
  #release: (() => void) | undefined = undefined;

  static {
    disposable(this, "dispose");
    inspectable(this, "Permit", {
      n: (permit) => permit.n,
      released: (permit) => permit.#semaphore === undefined,
    });
  }

  constructor(semaphore: Semaphore) {
    followPolyfills();
    this.#semaphore = semaphore;
  }

  /** How many it is. */
  protected get n(): number {
    return 1;
  }

  /** Bound to the permit, so that it works when it is taken off it. */
  get release(): () => void {
    // 56 bytes less than a closure, which needs a context for its `this`.
    return (this.#release ??= HeldPermit.#releaseOnce.bind(this));
  }

  [Symbol.dispose](): void {
    HeldPermit.#giveBack(this);
  }

  // Static: with private methods each permit would have one more field, which says that it has them.

  static #releaseOnce(this: HeldPermit): void {
    if (this.#semaphore === undefined) throw new Error("permit released twice");
    HeldPermit.#giveBack(this);
  }

  static #giveBack(permit: HeldPermit): void {
    const semaphore = permit.#semaphore;
    permit.#semaphore = undefined;
    if (semaphore !== undefined) giveBack(semaphore, permit.n);
  }
}

/** Several permits as one. */
class HeldPermits extends HeldPermit {
  readonly #n: number;

  static {
    nameClass(this, "Permit");
  }

  constructor(semaphore: Semaphore, n: number) {
    super(semaphore);
    this.#n = n;
  }

  protected override get n(): number {
    return this.#n;
  }
}

// The life of all threads together, and the account of their calls.
//
// What waits is distributed in a microtask after the call of `run`, so that calls of one turn travel together,
// and whenever a thread has spoken (`distribution.ts`).
//
//   open --close--> closing --all settled and told--> closed
//     '------------terminate------------------------^
//
// Invariants, whenever no function here runs: a call that has not settled waits in a queue, or was sent to a
// thread that is alive; if a call waits, a turn is due, or a thread will speak.

import { ThreadExitError, ThreadsClosedError, uncloneable } from "../wire/errors.js";
import { afterMicrotasks } from "../host/host.js";
import { type Parcel, whyNot } from "../wire/clone.js";
import { Call, type Ledger } from "./call.js";
import { Distribution } from "./distribution.js";
import type { AnyChan } from "./links.js";
import type { Thread, ThreadOptions, ThreadOwner } from "./thread.js";
import { ThreadSet } from "./thread-set.js";

/** The counters of `Threads`. */
export interface ThreadsStats {
  /** Calls that run and have not settled. */
  readonly running: number;
  /** Calls that have been accepted and not begun. */
  readonly waiting: number;
  /** Calls that have settled, however. */
  readonly completed: number;
  /** How many of these were rejected. */
  readonly failed: number;
  /** How many threads were started in the place of one that had ended. */
  readonly restarts: number;
}

/** See above. */
type ThreadsState = "open" | "closing" | "closed";

/** So many threads may end one after the other without having begun a call. */
const FRUITLESS = 3;

/** See above. */
export class Dispatcher implements Ledger, ThreadOwner {
  /** For people. */
  readonly name: string;
  readonly #threads: ThreadSet;
  readonly #distribution: Distribution;
  /** Those whose workers have yet to end. */
  readonly #ending = new Set<Thread>();
  #state: ThreadsState = "open";
  #isDue = false;
  #calls = 0;
  #unsettled = 0;
  #completed = 0;
  #failed = 0;
  #isProven = false;
  #fruitless = 0;
  /** Why no call can ever be run. */
  #broken: ThreadExitError | undefined = undefined;
  #isHeld = false;
  readonly #end: Promise<void>;
  #tellEnd!: () => void;

  constructor(size: number, options: ThreadOptions) {
    this.name = options.name;
    this.#threads = new ThreadSet(this, size, options, (error) => {
      this.#cannotRun(error, false);
    });
    this.#distribution = new Distribution(this.#threads);
    this.#end = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
  }

  /** For people. */
  get state(): ThreadsState {
    return this.#state;
  }

  /** O(calls that threads were sent ahead). */
  get stats(): ThreadsStats {
    let running = 0;
    for (const thread of this.#threads.alive()) running += thread.held.running;
    return {
      running,
      waiting: this.#unsettled - running,
      completed: this.#completed,
      failed: this.#failed,
      restarts: this.#threads.restarts,
    };
  }

  /**
   * Accepts a call. `pack` gives its input; if it throws, the call fails.
   *
   * @throws The reason of `signal` if it is aborted; TypeError if it is no signal.
   * @throws ThreadsClosedError if no calls are taken.
   */
  add(
    task: string,
    pack: () => Parcel,
    bound: number | undefined,
    signal: AbortSignal | undefined,
    channels: Readonly<Record<string, AnyChan>> | undefined,
  ): Promise<unknown> {
    const index = bound === undefined ? undefined : bound % this.#threads.size;
    const call = new Call(this, this.#calls++, task, index, channels);
    // Before anything is taken from the caller. To clone may run getters, which may abort it.
    if (signal !== undefined) call.heed(signal);
    if (this.#state !== "open") {
      call.ignore();
      const message = `${this.name} takes no more calls: close or terminate was called`;
      throw new ThreadsClosedError(message);
    }
    if (this.#unsettled++ === 0) this.#hold();
    if (this.#broken === undefined) this.#accept(call, pack);
    else call.fail(this.#broken);
    return call.promise;
  }

  /** Takes no more calls; resolves when those accepted have settled, and all threads have ended. */
  close(): Promise<void> {
    if (this.#state === "open") {
      this.#state = "closing";
      // The caller waits for threads that run what was aborted, though all calls have settled.
      this.#hold();
      this.#finish();
    }
    return this.#end;
  }

  /** Ends all threads now. */
  terminate(): Promise<void> {
    if (this.#state !== "closed") this.#endAll("was told to end by terminate");
    return this.#end;
  }

  settled(call: Call, isFailure: boolean): void {
    call.thread?.held.settled(call);
    this.#completed++;
    if (isFailure) this.#failed++;
    if (--this.#unsettled > 0) return;
    this.#finish();
    // Not at once: a caller that awaits one call after the other would hold and let go each time.
    afterMicrotasks(this.#letGo);
  }

  aborted(call: Call, reason: unknown): void {
    call.thread?.abort(call, reason);
  }

  told(thread: Thread): void {
    this.#isProven = true;
    if (thread.held.isFruitful) this.#fruitless = 0;
    this.#distribution.distribute();
    this.#finish();
  }

  ended(thread: Thread, unbegun: readonly Call[], error: ThreadExitError): void {
    this.#threads.remove(thread);
    this.#ending.add(thread);
    this.#distribution.putBack(thread.index, unbegun);
    if (this.#state === "closed") this.#distribution.giveUp(error);
    else if (!thread.held.isFruitful) this.#cannotRun(error, thread.isLoaded);
    this.#schedule();
  }

  gone(thread: Thread): void {
    this.#ending.delete(thread);
    this.#finish();
  }

  #accept(call: Call, pack: () => Parcel): void {
    try {
      call.pack(pack());
    } catch (error) {
      call.fail(uncloneable(call.task, "its input", whyNot(error)));
    }
    if (call.state === "settled") return;
    this.#distribution.add(call);
    // A getter of the input may have called terminate.
    if (this.#state === "closed") this.#distribution.giveUp(this.#terminated());
    this.#schedule();
  }

  /** While a call has not settled, or threads are to end by themselves, the process goes on. */
  #hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    for (const thread of this.#threads.alive()) thread.keepAlive(true);
  }

  readonly #letGo = (): void => {
    if (this.#unsettled > 0 || this.#state === "closing" || !this.#isHeld) return;
    this.#isHeld = false;
    for (const thread of this.#threads.alive()) thread.keepAlive(false);
  };

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    void Promise.resolve().then(() => {
      this.#isDue = false;
      this.#distribution.distribute();
    });
  }

  /** A thread has ended, or not even started, before it had begun a call. */
  #cannotRun(error: ThreadExitError, isLoaded: boolean): void {
    if (!this.#isProven && !isLoaded) {
      this.#broken ??= error;
      this.#distribution.giveUp(this.#broken);
      for (const thread of this.#threads.alive()) thread.stop("loads what cannot be loaded");
    } else if (++this.#fruitless > FRUITLESS) {
      this.#distribution.giveUp(error);
    }
  }

  #finish(): void {
    if (this.#state === "closing" && this.#unsettled === 0) {
      const isIdle = this.#threads.alive().every(({ held }) => held.load === 0);
      if (isIdle) this.#endAll("has been closed");
    }
    if (this.#state === "closed" && this.#ending.size === 0) this.#tellEnd();
  }

  #terminated(): ThreadExitError {
    return new ThreadExitError(`${this.name}: terminate was called`, undefined);
  }

  #endAll(why: string): void {
    this.#state = "closed";
    this.#distribution.giveUp(this.#terminated());
    for (const thread of this.#threads.alive()) thread.stop(why);
    if (this.#ending.size === 0) this.#tellEnd();
  }
}

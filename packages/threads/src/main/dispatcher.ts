// Which thread gets which call, and the life of all of them together.
//
// Calls wait in one queue, those that are bound to a thread in a queue of that thread. They leave it in
// a microtask after the call of `run`, so that those of one turn travel together, and whenever a thread has
// spoken. They go to threads that have nothing to do; to new ones, as long as there may be more; to
// those that are back in their loop, the least loaded first. Each gets its share, at most a page, ahead: main is
// not asked for each. If a thread is free and nothing waits, it gets half of what the fullest has
// not begun. So nothing waits behind a long call while a thread is free.
//
//   open --close--> closing --all settled and told--> closed
//     '------------terminate------------------------^
//
// Invariants, whenever no function here runs: a call that has not settled waits in a queue, or was sent to a
// thread that is alive; if a call waits, a turn is due, or a thread will speak.

import { ThreadExitError, ThreadsClosedError, uncloneable } from "../wire/errors.js";
import * as host from "../host/host.js";
import { type Parcel, whyNot } from "../wire/clone.js";
import { PAGE } from "../wire/protocol.js";
import { Call, type Ledger } from "./call.js";
import { CallQueue } from "./call-queue.js";
import type { AnyChan } from "./links.js";
import { Thread, type ThreadOptions, type ThreadOwner } from "./thread.js";

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
  readonly #size: number;
  readonly #options: ThreadOptions;
  readonly #waiting = new CallQueue();
  readonly #bound = new Map<number, CallQueue>();
  readonly #threads: (Thread | undefined)[] = [];
  /** Those whose workers have yet to end. */
  readonly #ending = new Set<Thread>();
  /** The numbers of threads that were started once. */
  readonly #known = new Set<number>();
  #state: ThreadsState = "open";
  #isDue = false;
  #calls = 0;
  #unsettled = 0;
  #completed = 0;
  #failed = 0;
  #restarts = 0;
  #isProven = false;
  #fruitless = 0;
  /** Why no call can ever be run. */
  #broken: ThreadExitError | undefined = undefined;
  #isHeld = false;
  readonly #end: Promise<void>;
  #tellEnd!: () => void;

  constructor(size: number, options: ThreadOptions) {
    this.#size = size;
    this.#options = options;
    this.#end = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
  }

  /** For people. */
  get name(): string {
    return this.#options.name;
  }

  /** For people. */
  get state(): ThreadsState {
    return this.#state;
  }

  /** O(calls that threads were sent ahead). */
  get stats(): ThreadsStats {
    let running = 0;
    for (const thread of this.#alive()) running += thread.running;
    return {
      running,
      waiting: this.#unsettled - running,
      completed: this.#completed,
      failed: this.#failed,
      restarts: this.#restarts,
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
    const index = bound === undefined ? undefined : bound % this.#size;
    const call = new Call(this, this.#calls++, task, index, channels);
    // Before anything is taken from the caller. To clone may run getters, which may abort it.
    if (signal !== undefined) call.heed(signal);
    if (this.#state !== "open") {
      call.ignore();
      const { name } = this.#options;
      throw new ThreadsClosedError(`${name} takes no more calls: close or terminate was called`);
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
    call.thread?.settled(call);
    this.#completed++;
    if (isFailure) this.#failed++;
    if (--this.#unsettled > 0) return;
    this.#finish();
    // Not at once: a caller that awaits one call after the other would hold and let go each time.
    host.afterMicrotasks(this.#letGo);
  }

  aborted(call: Call, reason: unknown): void {
    call.thread?.abort(call, reason);
  }

  told(thread: Thread): void {
    this.#isProven = true;
    if (thread.isFruitful) this.#fruitless = 0;
    this.#distribute();
    this.#finish();
  }

  ended(thread: Thread, unbegun: readonly Call[], error: ThreadExitError): void {
    this.#threads[thread.index] = undefined;
    this.#ending.add(thread);
    this.#waiting.putBack(unbegun.filter(({ bound }) => bound === undefined));
    this.#bound.get(thread.index)?.putBack(unbegun.filter(({ bound }) => bound !== undefined));
    if (this.#state === "closed") this.#giveUp(error);
    else if (!thread.isFruitful) this.#cannotRun(error, thread.isLoaded);
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
    this.#queueOf(call).push(call);
    // A getter of the input may have called terminate.
    if (this.#state === "closed") this.#giveUp(this.#terminated());
    this.#schedule();
  }

  #alive(): readonly Thread[] {
    return this.#threads.filter((thread) => thread !== undefined);
  }

  #queueOf({ bound }: Call): CallQueue {
    if (bound === undefined) return this.#waiting;
    let queue = this.#bound.get(bound);
    if (queue === undefined) this.#bound.set(bound, (queue = new CallQueue()));
    return queue;
  }

  /** While a call has not settled, or threads are to end by themselves, the process goes on. */
  #hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    for (const thread of this.#alive()) thread.keepAlive(true);
  }

  readonly #letGo = (): void => {
    if (this.#unsettled > 0 || this.#state === "closing" || !this.#isHeld) return;
    this.#isHeld = false;
    for (const thread of this.#alive()) thread.keepAlive(false);
  };

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    void Promise.resolve().then(() => {
      this.#isDue = false;
      this.#distribute();
    });
  }

  #distribute(): void {
    for (const [index, queue] of this.#bound) {
      if (queue.length > 0) fill(this.#threads[index] ?? this.#start(index), queue, Infinity);
    }
    if (this.#waiting.length > 0) this.#share();
    if (this.#waiting.length === 0) this.#level();
  }

  #share(): void {
    const candidates = this.#candidates();
    const share = Math.ceil(this.#waiting.length / candidates.length);
    for (const thread of candidates) fill(thread, this.#waiting, share);
  }

  /** The threads that may have some of what waits, the best first. */
  #candidates(): readonly Thread[] {
    const alive = this.#alive();
    const candidates = alive.filter((thread) => thread.isFree && thread.load === 0);
    let missing = this.#waiting.length - candidates.length;
    for (let index = 0; index < this.#size && missing > 0; index++) {
      if (this.#threads[index] !== undefined) continue;
      const thread = this.#start(index);
      if (thread === undefined) return [];
      candidates.push(thread);
      missing--;
    }
    if (missing <= 0) return candidates;
    const loaded = alive.filter((thread) => thread.isFree && thread.load > 0);
    candidates.push(...loaded.sort((a, b) => a.load - b.load));
    if (candidates.length > 0) return candidates;
    // None is free. One whose calls are short would be, for as long as a message takes.
    return alive.filter((thread) => thread.isQuick && thread.room > PAGE / 2);
  }

  /** Gives free threads some of what others have not begun. */
  #level(): void {
    const alive = this.#alive();
    for (const thief of alive) {
      if (!thief.isFree) continue;
      let fullest: Thread | undefined;
      for (const thread of alive) {
        // What is on its way to a thread is no better off with one that has calls, too.
        const isWorse = thread.isBlocked || thief.load === 0;
        if (isWorse && thread.movable > (fullest?.movable ?? 0)) fullest = thread;
      }
      if (fullest === undefined) continue;
      const calls = fullest.takeBack(half(fullest));
      const plain = calls.filter(({ channels }) => channels === undefined);
      if (plain.length > 0) thief.send(plain);
      for (const call of calls) if (call.channels !== undefined) thief.send([call]);
    }
  }

  #start(index: number): Thread | undefined {
    try {
      const thread = new Thread(this, index, this.#options);
      if (this.#known.has(index)) this.#restarts++;
      this.#known.add(index);
      this.#threads[index] = thread;
      thread.keepAlive(true);
      return thread;
    } catch (cause) {
      const message = `${this.#options.name} cannot start a thread: ${whyNot(cause)}`;
      this.#cannotRun(new ThreadExitError(message, undefined, { cause }), false);
      return undefined;
    }
  }

  /** A thread has ended, or not even started, before it had begun a call. */
  #cannotRun(error: ThreadExitError, isLoaded: boolean): void {
    if (!this.#isProven && !isLoaded) {
      this.#broken ??= error;
      this.#giveUp(this.#broken);
      for (const thread of this.#alive()) thread.stop("loads what cannot be loaded");
    } else if (++this.#fruitless > FRUITLESS) {
      this.#giveUp(error);
    }
  }

  /** Rejects all that waits. */
  #giveUp(error: Error): void {
    for (const queue of [this.#waiting, ...this.#bound.values()]) {
      for (let call = queue.first; call !== undefined; call = queue.first) call.fail(error);
    }
  }

  #finish(): void {
    if (this.#state === "closing" && this.#unsettled === 0) {
      if (this.#alive().every(({ load }) => load === 0)) this.#endAll("has been closed");
    }
    if (this.#state === "closed" && this.#ending.size === 0) this.#tellEnd();
  }

  #terminated(): ThreadExitError {
    return new ThreadExitError(`${this.#options.name}: terminate was called`, undefined);
  }

  #endAll(why: string): void {
    this.#state = "closed";
    this.#giveUp(this.#terminated());
    for (const thread of this.#alive()) thread.stop(why);
    if (this.#ending.size === 0) this.#tellEnd();
  }
}

/** Sends the thread calls of the queue, in their order: its share, as far as it may have them. */
function fill(thread: Thread | undefined, queue: CallQueue, share: number): void {
  if (thread === undefined) return;
  const calls: Call[] = [];
  const max = Math.min(share, thread.room);
  for (let call = queue.first; call !== undefined && calls.length < max; call = queue.first) {
    const isOnce = call.list.length > 0;
    const isAlone = isOnce || call.channels !== undefined;
    if (isAlone && calls.length > 0) break;
    // What is transferred goes to a thread that begins it: it cannot be taken back.
    if (isOnce && !thread.isFree) break;
    queue.remove(call);
    calls.push(call);
    if (isAlone) break;
  }
  if (calls.length > 0) thread.send(calls);
}

/** How many calls a thread can spare. The only one is left to it if it will begin it at once. */
function half({ movable, isReady, isBehind }: Thread): number {
  return isReady && !isBehind ? Math.floor(movable / 2) : Math.ceil(movable / 2);
}

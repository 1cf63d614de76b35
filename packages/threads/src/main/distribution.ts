// Which thread gets which call.
//
// Calls wait in one queue, those that are bound to a thread in a queue of that thread. They go to threads that
// have nothing to do; to new ones, as long as there may be more; to those that are back in their loop, the least
// loaded first. Each gets its share, at most a page, ahead: main is not asked for each. If a thread is
// free and nothing waits, it gets half of what the fullest has not begun. So nothing waits behind a long
// call while a thread is free.

import { PAGE } from "../wire/protocol.js";
import type { Call } from "./call.js";
import { CallQueue } from "./call-queue.js";
import type { Thread } from "./thread.js";
import type { ThreadSet } from "./thread-set.js";

/** See above. */
export class Distribution {
  readonly #threads: ThreadSet;
  readonly #waiting = new CallQueue();
  readonly #bound = new Map<number, CallQueue>();

  constructor(threads: ThreadSet) {
    this.#threads = threads;
  }

  /** The call waits, behind those that do. */
  add(call: Call): void {
    this.#queueOf(call).push(call);
  }

  /** Calls that were sent to the thread `index`, in their order, wait again, each in its place. */
  putBack(index: number, calls: readonly Call[]): void {
    this.#waiting.putBack(calls.filter(({ bound }) => bound === undefined));
    this.#bound.get(index)?.putBack(calls.filter(({ bound }) => bound !== undefined));
  }

  /** Rejects all that waits. */
  giveUp(error: Error): void {
    for (const queue of [this.#waiting, ...this.#bound.values()]) {
      for (let call = queue.first; call !== undefined; call = queue.first) call.fail(error);
    }
  }

  /** Sends what waits to threads that may have it. */
  distribute(): void {
    const threads = this.#threads;
    for (const [index, queue] of this.#bound) {
      if (queue.length > 0) fill(threads.at(index) ?? threads.start(index), queue, Infinity);
    }
    if (this.#waiting.length > 0) this.#share();
    if (this.#waiting.length === 0) level(threads.alive());
  }

  #queueOf({ bound }: Call): CallQueue {
    if (bound === undefined) return this.#waiting;
    let queue = this.#bound.get(bound);
    if (queue === undefined) this.#bound.set(bound, (queue = new CallQueue()));
    return queue;
  }

  #share(): void {
    const candidates = this.#candidates();
    const share = Math.ceil(this.#waiting.length / candidates.length);
    for (const thread of candidates) fill(thread, this.#waiting, share);
  }

  /** The threads that may have some of what waits, the best first. */
  #candidates(): readonly Thread[] {
    const threads = this.#threads;
    const alive = threads.alive();
    const idle = alive.filter(({ held }) => held.load === 0);
    // One that starts may have nothing before it: it was sent nothing yet, or what it was sent was withdrawn.
    const candidates = [
      ...idle.filter(({ isFree }) => isFree),
      ...idle.filter(({ state }) => state === "starting"),
    ];
    let missing = this.#waiting.length - candidates.length;
    for (let index = 0; index < threads.size && missing > 0; index++) {
      if (threads.at(index) !== undefined) continue;
      const thread = threads.start(index);
      if (thread === undefined) return [];
      candidates.push(thread);
      missing--;
    }
    if (missing <= 0) return candidates;
    const loaded = alive.filter((thread) => thread.isFree && thread.held.load > 0);
    candidates.push(...loaded.sort((a, b) => a.held.load - b.held.load));
    if (candidates.length > 0) return candidates;
    // None is free. One whose calls are short would be, for as long as a message takes.
    return alive.filter((thread) => thread.held.isQuick && thread.room > PAGE / 2);
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

/** Gives free threads some of what others have not begun. */
function level(alive: readonly Thread[]): void {
  for (const thief of alive) {
    if (!thief.isFree) continue;
    let fullest: Thread | undefined;
    for (const thread of alive) {
      // What is on its way to a thread is no better off with one that has calls, too.
      const isWorse = thread.held.isBlocked || thief.held.load === 0;
      if (isWorse && thread.held.movable > (fullest?.held.movable ?? 0)) fullest = thread;
    }
    if (fullest === undefined) continue;
    const calls = fullest.held.takeBack(half(fullest));
    const plain = calls.filter(({ channels }) => channels === undefined);
    if (plain.length > 0) thief.send(plain);
    for (const call of calls) if (call.channels !== undefined) thief.send([call]);
  }
}

/** How many calls a thread can spare. The only one is left to it if it will begin it at once. */
function half({ held: { movable, isBehind }, isReady }: Thread): number {
  return isReady && !isBehind ? Math.floor(movable / 2) : Math.ceil(movable / 2);
}

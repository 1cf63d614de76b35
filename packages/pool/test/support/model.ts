// A pool without promises, channels or workers: lists, a size, and counters. What a real pool does
// in later microtasks is done here by `settle`, in an order of its own: of what can be seen when all
// has settled, nothing depends on it.

import type { PoolState, PoolStats } from "../../src/index.js";
import type { Call, Offer } from "./driver.js";
import type { Action, Schedule } from "./schedule.js";

/** What should have become of a call; words in capitals are the codes of errors. */
export type Fate =
  "pending" | "fulfilled" | "failed" | "cancelled" | "ERR_POOL_CLOSED" | "ERR_JOB_SKIPPED";

/** Whether it queues a function. */
export function isFunction({ by }: Call): boolean {
  return by === "submit" || by === "trySubmit";
}

export class Model {
  state: PoolState = "open";
  readonly fates = new Map<Call, Fate>();
  readonly #options: Schedule;
  #workers: number;
  #counts = { accepted: 0, retrieved: 0, skipped: 0, failed: 0 };
  #blocked: Offer[] = [];
  #queue: Offer[] = [];
  readonly #running = new Set<Offer>();
  #unread = 0;
  #readers: Call[] = [];
  #reading = true;
  /** Workers that wait, or have waited, for room; and those of them that have it now. */
  #held = 0;
  #released = 0;

  constructor(schedule: Schedule) {
    this.#options = schedule;
    this.#workers = schedule.workers;
  }

  get stats(): PoolStats {
    return {
      ...this.#counts,
      waiting: this.#queue.length,
      inProgress: this.#running.size,
      finished: this.#unread,
      blocked: this.#blocked.length,
    };
  }

  apply(action: Action, target: Call | undefined): void {
    if (action.do === "resize" && this.state !== "terminated") this.#workers = action.to;
    else if (action.do === "tryRetrieve") this.#take();
    else if (action.do === "retrieve") this.#read(target!);
    else if (action.do === "cancel" && target !== undefined) this.#cancel(target);
    else if (action.do === "close") this.#leaveOpen();
    else if (action.do === "stop" || action.do === "abort" || action.do === "shutdown")
      this.#stop();
    else if ("ends" in action) this.#offer(target as Offer);
    if (action.do === "shutdown") this.#endReading();
    this.#admit();
    this.#terminateIfDone();
  }

  /** Lets all happen that can: until nothing does any more. */
  settle(): void {
    let before: string;
    do {
      before = JSON.stringify([this.stats, this.#queue.length, this.#held]);
      this.#held -= this.#released;
      this.#released = 0;
      this.#admit();
      for (const offer of [...this.#running]) if (offer.told) this.#end(offer);
      if (this.#free > 0) this.#start();
    } while (before !== JSON.stringify([this.stats, this.#queue.length, this.#held]));
  }

  get #free(): number {
    return Math.max(0, this.#workers - this.#running.size - this.#held);
  }

  get #isFull(): boolean {
    return this.#queue.length >= this.#options.queueSize + this.#free;
  }

  #offer(offer: Offer): void {
    if (this.state !== "open") this.fates.set(offer, "ERR_POOL_CLOSED");
    else if (this.#blocked.length === 0 && !this.#isFull) this.#accept(offer);
    else if (offer.by.startsWith("try")) this.fates.set(offer, "fulfilled");
    else this.#blocked.push(offer);
  }

  #accept(offer: Offer): void {
    this.#counts.accepted++;
    this.#queue.push(offer);
    if (!isFunction(offer)) this.fates.set(offer, "fulfilled");
  }

  #admit(): void {
    while (this.#blocked.length > 0 && !this.#isFull) this.#accept(this.#blocked.shift()!);
  }

  #start(): void {
    const offer = this.#queue.shift();
    if (offer === undefined) return;
    this.#running.add(offer);
    this.#admit();
    if (!offer.ends.endsWith("when told")) this.#end(offer);
  }

  #end(offer: Offer): void {
    this.#running.delete(offer);
    const failed = ["throws", "rejects", "fails when told"].includes(offer.ends);
    if (failed) this.#counts.failed++;
    if (isFunction(offer)) {
      this.#counts.retrieved++;
      this.fates.set(offer, failed ? "failed" : "fulfilled");
    } else {
      this.#putResult();
    }
    this.#terminateIfDone();
  }

  #putResult(): void {
    const reader = this.#readers.shift();
    if (reader !== undefined) this.fates.set(reader, "fulfilled");
    if (reader !== undefined || !this.#reading) this.#counts.retrieved++;
    else this.#unread++;
    if (this.state === "open" && this.#unread > this.#options.finishedSize) this.#held++;
  }

  #take(): boolean {
    if (this.#unread === 0) return false;
    this.#unread--;
    this.#counts.retrieved++;
    if (this.#held > this.#released) this.#released++;
    return true;
  }

  #read(reader: Call): void {
    const never = !this.#reading || this.state === "terminated";
    if (this.#take() || never) this.fates.set(reader, "fulfilled");
    else this.#readers.push(reader);
  }

  #cancel(call: Call): void {
    const waits = (list: readonly Call[]) => list.includes(call);
    if (waits(this.#queue) && isFunction(call)) this.#counts.skipped++;
    else if (!waits(this.#blocked) && !waits(this.#readers)) return;
    this.fates.set(call, "cancelled");
    this.#queue = this.#queue.filter((offer) => offer !== call);
    this.#blocked = this.#blocked.filter((offer) => offer !== call);
    this.#readers = this.#readers.filter((reader) => reader !== call);
  }

  #leaveOpen(): void {
    if (this.state !== "open") return;
    this.state = "closing";
    this.#released = this.#held;
    for (const offer of this.#blocked) this.fates.set(offer, "ERR_POOL_CLOSED");
    this.#blocked = [];
  }

  #stop(): void {
    this.#leaveOpen();
    if (this.state === "closing") this.state = "stopping";
    for (const offer of this.#queue) {
      this.#counts.skipped++;
      if (isFunction(offer)) this.fates.set(offer, "ERR_JOB_SKIPPED");
    }
    this.#queue = [];
  }

  #endReading(): void {
    this.#reading = false;
    this.#counts.retrieved += this.#unread;
    this.#unread = 0;
    this.#wakeReaders();
  }

  #wakeReaders(): void {
    for (const reader of this.#readers) this.fates.set(reader, "fulfilled");
    this.#readers = [];
  }

  #terminateIfDone(): void {
    if (this.state === "open" || this.stats.waiting > 0 || this.#running.size > 0) return;
    this.state = "terminated";
    this.#wakeReaders();
  }
}

// A pool without promises, channels or workers: lists, a size, and counters. What a real pool does
// in later microtasks is done here by `settle`, in an order of its own: of what can be seen when all
// has settled, nothing depends on it.

import type { PoolState, PoolStats } from "../../src/index.js";
import type { Call, Offer } from "./driver.js";
import type { Action, Schedule } from "./schedule.js";

/** What should have become of a call; words in capitals are the codes of errors. */
export type Fate =
  | "pending"
  | "fulfilled"
  | "failed"
  | "cancelled"
  | "TimeoutError"
  | "ERR_POOL_CLOSED"
  | "ERR_JOB_SKIPPED";

/** Whether it queues a function. */
export function isFunction({ by }: Call): boolean {
  return by === "submit" || by === "trySubmit";
}

/** An offer that was accepted. */
interface Task {
  readonly offer: Offer;
  readonly number: number;
  readonly acceptedAt: number;
  attempts: number;
  /** Why its last try has failed. */
  failure: Fate;
  /** While it runs: when its time is over. */
  deadline: number;
  isTimedOut: boolean;
  /** How long it is going to wait for its next try: decided when it has failed. */
  delay: number | undefined;
  /** When its next try may begin. */
  due: number;
}

export class Model {
  state: PoolState = "open";
  paused = false;
  readonly fates = new Map<Call, Fate>();
  readonly #options: Schedule;
  #now = 0;
  #workers: number;
  #counts = { accepted: 0, retrieved: 0, skipped: 0, failed: 0 };
  #blocked: Offer[] = [];
  #waiting: Task[] = [];
  readonly #running = new Set<Task>();
  #unread = 0;
  #readers: Call[] = [];
  #idle: Call[] = [];
  #reading = true;
  #stopped = false;
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
      waiting: this.#waiting.length,
      inProgress: this.#running.size,
      finished: this.#unread,
      blocked: this.#blocked.length,
    };
  }

  apply(action: Action, target: Call | undefined): void {
    if (action.do === "resize" && this.state !== "terminated") this.#workers = action.to;
    else if (action.do === "tryRetrieve") this.#take();
    else if (action.do === "retrieve") this.#read(target!);
    else if (action.do === "idle") this.#idle.push(target!);
    else if (action.do === "pause") this.paused = this.state === "open";
    else if (action.do === "resume") this.paused = false;
    else if (action.do === "pass") this.#pass(action.ms);
    else if (action.do === "cancel" && target !== undefined) this.#cancel(target);
    else if (action.do === "close") this.#leaveOpen();
    else if (action.do === "stop" || action.do === "abort") this.#stop();
    else if (action.do === "shutdown") this.#shutdown();
    else if ("ends" in action) this.#offer(target as Offer);
    this.#admit();
    this.#terminateIfDone();
    this.#tellIdle();
  }

  /** Lets all happen that can: until nothing does any more. */
  settle(): void {
    let before: string;
    do {
      before = JSON.stringify([this.stats, this.#held, this.#attempts]);
      this.#held -= this.#released;
      this.#released = 0;
      this.#admit();
      for (const task of [...this.#running]) if (task.offer.told) this.#end(task);
      this.#admit();
      if (this.#free > 0) this.#start();
    } while (before !== JSON.stringify([this.stats, this.#held, this.#attempts]));
    this.#tellIdle();
  }

  /** How many tries have begun. */
  #attempts = 0;

  get #free(): number {
    return this.paused ? 0 : Math.max(0, this.#workers - this.#running.size - this.#held);
  }

  get #isFull(): boolean {
    return this.#waiting.length >= this.#options.queueSize + this.#free;
  }

  #offer(offer: Offer): void {
    if (this.state !== "open") this.fates.set(offer, "ERR_POOL_CLOSED");
    else if (this.#blocked.length === 0 && !this.#isFull) this.#accept(offer);
    else if (offer.by.startsWith("try")) this.fates.set(offer, "fulfilled");
    else this.#blocked.push(offer);
  }

  #accept(offer: Offer): void {
    this.#waiting.push({
      offer,
      number: this.#counts.accepted++,
      acceptedAt: this.#now,
      attempts: 0,
      failure: "failed",
      deadline: Infinity,
      isTimedOut: false,
      delay: undefined,
      due: 0,
    });
    if (!isFunction(offer)) this.fates.set(offer, "fulfilled");
  }

  #admit(): void {
    while (this.#blocked.length > 0 && !this.#isFull) this.#accept(this.#blocked.shift()!);
  }

  /** Starts one of the highest rank; among equals, the first that was accepted. */
  #start(): void {
    const rank = ({ offer, acceptedAt }: Task) =>
      offer.extras.priority - acceptedAt / this.#options.ageing;
    const [task] = this.#waiting
      .filter(({ due }) => due <= this.#now)
      .sort((a, b) => rank(b) - rank(a) || a.number - b.number);
    if (task === undefined) return;
    this.#waiting = this.#waiting.filter((it) => it !== task);
    this.#running.add(task);
    this.#attempts++;
    task.attempts++;
    task.isTimedOut = false;
    task.deadline = this.#now + (task.offer.extras.timeout ?? Infinity);
    this.#admit();
    const { ends, extras } = task.offer;
    if (task.attempts <= extras.failures || !ends.endsWith("when told")) this.#end(task);
  }

  #end(task: Task): void {
    const { offer } = task;
    const fails = ["throws", "rejects", "fails when told"].includes(offer.ends);
    const failed = fails || task.attempts <= offer.extras.failures;
    if (!task.isTimedOut && failed) {
      task.failure = "failed";
      task.delay = this.#delayOf(task);
    }
    this.#running.delete(task);
    if (!failed && !task.isTimedOut) {
      this.#finish(task, "fulfilled");
    } else if (task.delay === undefined || !this.#mayTry(task)) {
      this.#finish(task, task.failure);
    } else {
      task.due = this.#now + task.delay;
      this.#waiting.push(task);
    }
  }

  #mayTry({ offer }: Task): boolean {
    const isWanted = !isFunction(offer) || offer.controller?.signal.aborted !== true;
    return isWanted && !this.#stopped;
  }

  #delayOf(task: Task): number | undefined {
    const { retry } = task.offer.extras;
    if (retry === undefined || task.attempts > retry.times) return undefined;
    return this.#mayTry(task) ? retry.ms : undefined;
  }

  #finish({ offer }: Task, fate: Fate): void {
    if (fate !== "fulfilled") this.#counts.failed++;
    if (isFunction(offer)) {
      this.#counts.retrieved++;
      this.#settle(offer, fate);
    } else {
      this.#putResult();
    }
    this.#terminateIfDone();
  }

  /** The first outcome of a function counts. */
  #settle(offer: Offer, fate: Fate): void {
    if (!this.fates.has(offer)) this.fates.set(offer, fate);
  }

  #putResult(): void {
    if (this.#options.discardResults) {
      this.#counts.retrieved++;
      return;
    }
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

  /** Time passes: what runs too long has failed from then on. */
  #pass(ms: number): void {
    this.#now += ms;
    for (const task of this.#running) {
      if (task.isTimedOut || task.deadline > this.#now) continue;
      task.isTimedOut = true;
      task.failure = "TimeoutError";
      task.delay = this.#delayOf(task);
      this.#tellTimeout(task);
    }
  }

  /** A function whose time is over is told at once, unless it is tried again. */
  #tellTimeout(task: Task): void {
    const isLast = task.delay === undefined || !this.#mayTry(task);
    if (task.isTimedOut && isLast && isFunction(task.offer)) this.#settle(task.offer, task.failure);
  }

  #cancel(call: Call): void {
    const task = this.#waiting.find(({ offer }) => offer === call);
    if (task !== undefined && isFunction(call)) {
      this.#waiting = this.#waiting.filter((it) => it !== task);
      if (task.attempts === 0) this.#counts.skipped++;
      else {
        this.#counts.failed++;
        this.#counts.retrieved++;
      }
    } else if (this.#blocked.includes(call as Offer) || this.#readers.includes(call)) {
      this.#blocked = this.#blocked.filter((offer) => offer !== call);
      this.#readers = this.#readers.filter((reader) => reader !== call);
    } else {
      for (const it of this.#running) if (it.offer === call) this.#tellTimeout(it);
      return;
    }
    this.fates.set(call, "cancelled");
  }

  #leaveOpen(): void {
    if (this.state !== "open") return;
    this.state = "closing";
    this.paused = false;
    this.#released = this.#held;
    for (const offer of this.#blocked) this.fates.set(offer, "ERR_POOL_CLOSED");
    this.#blocked = [];
  }

  #stop(): void {
    this.#leaveOpen();
    if (this.state === "closing") this.state = "stopping";
    this.#stopped = true;
    // One after the other: while one of them waits, the end of another does not terminate the pool.
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      if (task.attempts > 0) this.#finish(task, task.failure);
      else {
        this.#counts.skipped++;
        if (isFunction(task.offer)) this.fates.set(task.offer, "ERR_JOB_SKIPPED");
      }
    }
    for (const task of this.#running) this.#tellTimeout(task);
  }

  #shutdown(): void {
    this.#leaveOpen();
    this.#reading = false;
    this.#counts.retrieved += this.#unread;
    this.#unread = 0;
    this.#wakeReaders();
    this.#stop();
  }

  #wakeReaders(): void {
    for (const reader of this.#readers) this.fates.set(reader, "fulfilled");
    this.#readers = [];
  }

  #tellIdle(): void {
    const { waiting, inProgress, blocked } = this.stats;
    if (waiting + inProgress + blocked > 0) return;
    for (const call of this.#idle) this.fates.set(call, "fulfilled");
    this.#idle = [];
  }

  #terminateIfDone(): void {
    if (this.state === "open" || this.stats.waiting > 0 || this.#running.size > 0) return;
    this.state = "terminated";
    this.#wakeReaders();
  }
}

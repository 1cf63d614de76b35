// The workers of a pool, by number: which one runs the next job, which one has left. A worker comes
// into being with its first job. It is no more than a number and what it runs: when it is idle, no
// loop waits, so a pool costs what its busy workers cost, whatever its size.
//
// Invariants:
//   - a worker that is present is busy, or stands in the list of idle ones, the longest idle first.
//     Below `#unused` all are present;
//   - one that is yet to come exists only if a handle was asked for, and no longer than handles do.

import type { Job } from "../job/job.js";
import { Worker, type WorkerInfo } from "./worker.js";

/** The workers of a pool. */
export class Workers<J extends Job> {
  /** How many there may be. */
  size: number;
  /** By number. */
  readonly #present = new Map<number, Worker<J>>();
  /** Those that are yet to come, by number. A handle on one of them keeps the list alive. */
  #expected: { deref(): (Worker<J> | undefined)[] | undefined } | undefined = undefined;
  #firstIdle: Worker<J> | undefined = undefined;
  #lastIdle: Worker<J> | undefined = undefined;
  #unused = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** The handles, from 0 to the size, or to the highest number that still runs a job. */
  get infos(): readonly WorkerInfo<J>[] {
    let length = this.size;
    for (const { id, entry } of this.#present.values()) {
      if (entry !== undefined) length = Math.max(length, id + 1);
    }
    let expected = this.#expected?.deref();
    if (expected === undefined) this.#expected = weakly((expected = []));
    return Array.from({ length }, (_, id) => {
      const worker = this.#present.get(id) ?? (expected[id] ??= new Worker<J>(id, expected));
      return worker.info;
    });
  }

  /** A worker for the next job, of which there must be one: the longest idle, or else a new one. */
  take(): Worker<J> {
    const idle = this.#firstIdle;
    if (idle === undefined) return this.#begin();
    this.#firstIdle = idle.nextIdle;
    if (idle.nextIdle === undefined) this.#lastIdle = undefined;
    idle.nextIdle = undefined;
    return idle;
  }

  /** A worker is free for the next job; or leaves, if the size has shrunk meanwhile. */
  giveBack(worker: Worker<J>): void {
    if (worker.id >= this.size) {
      this.#present.delete(worker.id);
      return;
    }
    if (this.#lastIdle === undefined) this.#firstIdle = worker;
    else this.#lastIdle.nextIdle = worker;
    this.#lastIdle = worker;
  }

  /** Idle workers beyond the size leave at once; one that comes in the place of one is another. */
  resize(size: number): void {
    this.size = size;
    this.#unused = Math.min(this.#unused, size);
    let idle = this.#firstIdle;
    this.#firstIdle = this.#lastIdle = undefined;
    while (idle !== undefined) {
      const next = idle.nextIdle;
      idle.nextIdle = undefined;
      this.giveBack(idle);
      idle = next;
    }
    for (const { entry } of this.#present.values()) entry?.resized();
  }

  /** Aborts the signals of all jobs that run now. */
  abort(reason: unknown): void {
    // A listener may resize the pool meanwhile.
    for (const worker of [...this.#present.values()]) worker.abort(reason);
  }

  /** What was timed out, and has yet to end, is not run again. */
  giveUp(): void {
    for (const { entry } of this.#present.values()) entry?.terms?.giveUp();
  }

  #begin(): Worker<J> {
    while (this.#present.has(this.#unused)) this.#unused++;
    const id = this.#unused++;
    const expected = this.#expected?.deref();
    const worker = expected?.[id] ?? new Worker<J>(id);
    if (expected !== undefined) expected[id] = worker.keeps = undefined;
    this.#present.set(id, worker);
    return worker;
  }
}

/** Where there is no `WeakRef`, handles stay as long as the pool. */
function weakly<T extends object>(thing: T): { deref(): T | undefined } {
  return typeof WeakRef === "function" ? new WeakRef(thing) : { deref: () => thing };
}

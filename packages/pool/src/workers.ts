// The workers of a pool, by number: which one runs the next job, which one has left. A worker comes
// into being with its first job. It is no more than a number and what it runs: when it is idle, no
// loop waits, so that a pool costs what its busy workers cost, whatever its size.
//
// Invariants: an idle worker is in `#idle` once, a busy one is not. All numbers from `#unused` on,
// and below the size, are those of workers that are busy or have not come into being.

import { Chan } from "@chankit/channel";

import type { Job } from "./job.js";
import { Worker, type WorkerInfo } from "./worker.js";

/** The workers of a pool. */
export class Workers<J extends Job> {
  /** How many there may be. */
  size: number;
  /** By number: those that have come into being, and those of which a handle was asked for. */
  readonly #byId: (Worker<J> | undefined)[] = [];
  /** The longest idle comes first. */
  #idle = new Chan<Worker<J>>(Infinity);
  #unused = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** The handles, from 0 to the size, or to the highest number that still runs a job. */
  get infos(): readonly WorkerInfo<J>[] {
    let length = this.#byId.length;
    while (length > this.size && this.#byId[length - 1]?.entry === undefined) length--;
    return Array.from({ length: Math.max(length, this.size) }, (_, id) => this.#at(id).info);
  }

  /** A worker for the next job, of which there must be one: the longest idle, or else a new one. */
  take(): Worker<J> {
    const idle = this.#idle.tryRecv()?.value;
    if (idle !== undefined) return idle;
    while (this.#byId[this.#unused]?.isPresent === true) this.#unused++;
    const worker = this.#at(this.#unused++);
    worker.isPresent = true;
    return worker;
  }

  /** A worker is free for the next job; or leaves, if the size has shrunk meanwhile. */
  giveBack(worker: Worker<J>): void {
    if (worker.id < this.size) this.#idle.trySend(worker);
    else this.#byId[worker.id] = undefined;
  }

  /** Idle workers beyond the size leave at once; one that comes in their place is another. */
  resize(size: number): void {
    this.size = size;
    this.#unused = Math.min(this.#unused, size);
    const idle = this.#idle;
    this.#idle = new Chan(Infinity);
    for (let r = idle.tryRecv(); r?.ok === true; r = idle.tryRecv()) this.giveBack(r.value);
  }

  /** Aborts the signals of all jobs that run now. */
  abort(reason: unknown): void {
    // A listener may resize the pool meanwhile.
    for (const worker of [...this.#byId]) worker?.abort(reason);
  }

  #at(id: number): Worker<J> {
    return (this.#byId[id] ??= new Worker<J>(id));
  }
}

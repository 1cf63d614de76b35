// The finished jobs: kept until they are read, and counted when they are. Readers see a channel, of
// a custom kind because the pool has to know when a result is taken: it counts that, and a worker may
// wait for it. That channel has no way to put results in, or to close it.
//
// All results are kept here, also those beyond the bound: a worker adds its result first and then
// waits for room. So a finished job can be read at once, and whether results are read never decides
// whether the pool terminates. While `n` workers wait, `len` is the bound plus `n`. (A pool that discards
// its results keeps none.)
//
// They stand in a list of the entries of their jobs, which are not needed for anything else any more.

import { Chan, CustomRecvChan, type Received } from "@chankit/channel";

import type { Finished, Job } from "../job/job.js";
import { EntryList, type JobEntry } from "../job/queue-entry.js";

let deliver: <J extends Job>(channel: FinishedChan<J>) => void;
let close: <J extends Job>(channel: FinishedChan<J>) => void;

/** The results of a pool, and the channel in which they are read. */
export class Results<J extends Job> {
  readonly cap: number;
  readonly #channel: FinishedChan<J>;
  readonly #results = new EntryList<J, JobEntry<J>>();
  /** Here a worker waits for a reader, for ever if there is none. */
  readonly #room = new Chan<undefined>(0, { ref: false });
  readonly #unread: Finished<J>[] = [];
  readonly #discards: boolean;
  #retrieved = 0;

  constructor(cap: number, discards: boolean) {
    this.cap = cap;
    this.#discards = discards;
    this.#channel = new FinishedChan<J>(this);
  }

  /** The channels that it is made of. */
  get parts(): readonly object[] {
    return [this.#channel, this.#room];
  }

  /** Where readers receive. */
  get channel(): CustomRecvChan<Finished<J>> {
    return this.#channel;
  }

  get len(): number {
    return this.#results.length;
  }

  /** How many results have been read, or handed out as unread. */
  get retrieved(): number {
    return this.#retrieved;
  }

  /** The results that will not be read any more, because reading had ended. */
  get unread(): readonly Finished<J>[] {
    return this.#unread;
  }

  /** Adds the result of a job. Readers that wait get it by {@link deliver}. */
  add(entry: JobEntry<J>, worker: number, failed: boolean, reason: unknown): void {
    if (this.#discards) {
      this.#retrieved++;
      return;
    }
    const { job } = entry;
    const attempts = entry.terms?.attempt ?? 1;
    entry.result = failed
      ? { job, worker, attempts, status: "rejected", reason }
      : { job, worker, attempts, status: "fulfilled" };
    this.#results.push(entry);
    if (this.#channel.closed) this.endReading();
  }

  /** Serves readers that wait with what was added. */
  deliver(): void {
    deliver(this.#channel);
  }

  /** A result for a reader. While there are results no reader waits. */
  take(): Finished<J> | undefined {
    const entry = this.#results.first;
    if (entry === undefined) return undefined;
    this.#results.remove(entry);
    this.#retrieved++;
    // A worker waits for room exactly if more than `cap` lay here before this one was taken.
    if (this.len >= this.cap && !this.#room.closed) this.#room.trySend(undefined);
    return entry.result;
  }

  /** If more results lie here than should: a promise that resolves when the worker may go on. */
  waitForRoom(): Promise<unknown> | undefined {
    return this.len > this.cap && !this.#room.closed ? this.#room.recv() : undefined;
  }

  /** There is room for any number of results from now on. */
  dropBound(): void {
    this.#room.close();
  }

  /** There will be no more results; what is here is still read. */
  finish(): void {
    if (!this.#channel.closed) close(this.#channel);
  }

  /** Reading ends now. The bound was lifted before. */
  endReading(): void {
    for (let result = this.take(); result !== undefined; result = this.take()) {
      this.#unread.push(result);
    }
    this.finish();
  }
}

/** The channel of finished jobs. */
class FinishedChan<J extends Job> extends CustomRecvChan<Finished<J>> {
  readonly #results: Results<J>;

  static {
    deliver = (channel) => {
      channel.notify();
    };
    close = (channel) => {
      channel.#close();
    };
  }

  constructor(results: Results<J>) {
    super();
    this.#results = results;
  }

  get cap(): number {
    return this.#results.cap;
  }

  get len(): number {
    return this.#results.len;
  }

  protected poll(): Received<Finished<J>> | undefined {
    const value = this.#results.take();
    return value && { ok: true, value, done: false };
  }

  /** Only the pool closes it: TypeScript hides this method, JavaScript does not. */
  protected override end(): void {
    throw new TypeError("the pool closes its channel of finished jobs when it has terminated");
  }

  #close(): void {
    super.end();
  }
}

// The channel of finished jobs. It is a channel of a custom kind because the pool has to know when
// a result is taken: it counts, and a worker may wait for that.
//
// All results are kept here, also those beyond the bound: a worker puts its result first and then
// waits for room. So a finished job can be read at once, and whether anyone reads never decides
// whether the pool terminates. While `n` workers wait, `len` is the bound plus `n`.

import { Chan, CustomRecvChan, type Received } from "@chankit/channel";

import type { Finished } from "./job.js";

/** The channel of finished jobs. */
export class Results<J> extends CustomRecvChan<Finished<J>> {
  readonly cap: number;
  readonly #results = new Chan<Finished<J>>(Infinity);
  readonly #room = new Chan<undefined>();
  readonly #unread: Finished<J>[] = [];
  #retrieved = 0;

  constructor(cap: number) {
    super();
    this.cap = cap;
  }

  get len(): number {
    return this.#results.len;
  }

  /** How many results have been read, or handed out as unread. */
  get retrieved(): number {
    return this.#retrieved;
  }

  /** The results that nobody will read any more, because reading had ended. */
  get unread(): readonly Finished<J>[] {
    return this.#unread;
  }

  /** Adds a result; who waits for it is told by {@link announce}. */
  put(result: Finished<J>): void {
    if (this.closed) {
      this.#unread.push(result);
      this.#retrieved++;
    } else {
      this.#results.trySend(result);
    }
  }

  /** Serves those who wait with what was put. */
  announce(): void {
    this.notify();
  }

  /** If more results lie here than should: a promise that resolves when it is the caller's turn to go on. */
  room(): Promise<unknown> | undefined {
    return this.len > this.cap && !this.#room.closed ? this.#room.recv() : undefined;
  }

  /** Lifts the bound. */
  lift(): void {
    this.#room.close();
  }

  /** There will be no more results; what is here is still read. */
  finish(): void {
    if (!this.closed) this.end();
  }

  /** Reading ends now. */
  endReading(): void {
    for (let r = this.#results.tryRecv(); r?.ok === true; r = this.#results.tryRecv()) {
      this.#unread.push(r.value);
      this.#retrieved++;
    }
    this.finish();
  }

  protected poll(): Received<Finished<J>> | undefined {
    const result = this.#results.tryRecv();
    if (result !== undefined) {
      this.#retrieved++;
      // Somebody waits for room exactly if more than `cap` lay here before this one was taken.
      if (this.len >= this.cap && !this.#room.closed) this.#room.trySend(undefined);
    }
    return result;
  }
}

// The readers of a map that wait, first come, first served.

import {
  capture,
  capturedReject,
  capturedResolve,
  releaseCaptured,
  type Settle,
} from "../util/captured.js";

/** What a reader gets. */
export type Result = IteratorResult<unknown, undefined>;

interface Reader {
  readonly resolve: (result: Result) => void;
  readonly reject: Settle;
}

/** Readers that wait. */
export class Readers {
  readonly #waiting: Reader[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  /** Adds a reader. */
  add(): Promise<Result> {
    const promise = new Promise<Result>(capture);
    this.#waiting.push({ resolve: capturedResolve(), reject: capturedReject() });
    releaseCaptured();
    return promise;
  }

  /** Gives the longest-waiting reader, of which there must be one, a result. */
  tell(result: Result): void {
    this.#waiting.shift()?.resolve(result);
  }

  /** Rejects it. */
  fail(reason: unknown): void {
    this.#waiting.shift()?.reject(reason);
  }
}

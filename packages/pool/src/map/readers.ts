// The readers of a map that wait, first come, first served.

import { gosched } from "@chankit/channel";

import {
  capture,
  capturedReject,
  capturedResolve,
  releaseCaptured,
  type Settle,
} from "../util/captured.js";

/** What a reader gets. */
export type Result = IteratorResult<unknown, undefined>;

/** Why a map has failed. */
export interface Failure {
  readonly reason: unknown;
}

const END: Result = { done: true, value: undefined };

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

  // Each of the following is for the reader that has waited longest: there must be one.

  /** Gives it a result. */
  tell(result: Result): void {
    this.#first().resolve(result);
  }

  /** Rejects it. */
  fail(reason: unknown): void {
    this.#first().reject(reason);
  }

  /**
   * Tells it the end, or the failure of all; in a later turn of the event loop when one is due: an end may
   * be there at once, again and again.
   */
  end(failure: Failure | undefined): void {
    const reader = this.#first();
    const tell = (): void => {
      if (failure === undefined) reader.resolve(END);
      else reader.reject(failure.reason);
    };
    const turn = gosched();
    if (turn === undefined) tell();
    else void turn.then(tell);
  }

  /** Takes the reader that has waited longest. */
  #first(): Reader {
    return this.#waiting.shift() as Reader;
  }
}

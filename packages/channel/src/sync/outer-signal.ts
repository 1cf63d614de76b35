// The signal that aborts a group from outside, and the tie to it.
//
// Invariant: the signal keeps the group alive only while it is tied. Until it is let go, it can be
// asked, tied or not.

import { type AbortLink, onAbort } from "../wait/abort.js";
import { isAborted, reasonOf } from "../util/signals.js";

/** The signal from outside of a group. */
export class OuterSignal {
  #signal: AbortSignal | undefined;
  #link: AbortLink | undefined;
  readonly #fail: (reason: unknown) => void;

  /** Calls `fail` with the signal's reason: when it is aborted while tied, or when it is asked. */
  constructor(signal: AbortSignal | undefined, fail: (reason: unknown) => void) {
    this.#signal = signal;
    this.#fail = fail;
  }

  /** Looks whether it is aborted. It may be although a listener of ours has yet to run. */
  ask(): void {
    const signal = this.#signal;
    if (signal !== undefined && isAborted(signal)) this.#fail(reasonOf(signal));
  }

  /** Makes sure that an abort is told at once. */
  tie(): void {
    if (this.#signal === undefined || this.#link !== undefined) return;
    this.#link = onAbort(this.#signal, { cancel: this.#fail });
  }

  untie(): void {
    this.#link?.remove();
    this.#link = undefined;
  }

  /** It does not matter any more. */
  letGo(): void {
    this.untie();
    this.#signal = undefined;
  }
}

// What a task is told, the flag in shared memory included.
//
// Invariant: once the call has ended it looks into shared memory no more, which is the next call's then.

import type { TaskContext } from "../wire/types.js";
import { ABORTED } from "../wire/protocol.js";

/** Aborts a context: its task is told. */
export let abortContext: (context: Context, reason: unknown) => void;
/** The call has ended: its word belongs to the next one. */
export let endContext: (context: Context) => void;

/** See above. Its signal is made when it is asked for: most tasks never ask. */
export class Context implements TaskContext<Record<string, never>> {
  readonly thread: number;
  readonly channels: Record<string, never> = {};
  #words: Int32Array | undefined;
  readonly #word: number;
  #isAborted = false;
  #controller: AbortController | undefined;

  static {
    // Not methods: the task holds the context, and would have them.
    abortContext = (context, reason) => {
      context.#isAborted = true;
      context.#controller ??= new AbortController();
      context.#controller.abort(reason);
    };
    endContext = (context) => {
      context.#isAborted = context.aborted;
      context.#words = undefined;
    };
  }

  constructor(thread: number, words: Int32Array | undefined, word: number) {
    this.thread = thread;
    this.#words = words;
    this.#word = word;
  }

  get aborted(): boolean {
    if (this.#isAborted || this.#words === undefined) return this.#isAborted;
    return Atomics.load(this.#words, this.#word) === ABORTED;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    // The message with the reason cannot come while a loop asks for the signal again and again.
    if (this.aborted) this.#controller.abort();
    return this.#controller.signal;
  }
}

// What a task is told, the flag in shared memory included.
//
// Invariant: once the call has ended it looks into shared memory no more, which is the next call's then.

import type { TaskContext } from "../wire/types.js";
import { cut, type LinkedChan } from "./linked-chan.js";
import { ABORTED } from "../wire/protocol.js";

/** The channels of a call, by their names. */
export type Channels = Readonly<Record<string, LinkedChan>>;

/** Aborts a context: its task is told. */
export let abortContext: (context: Context, reason: unknown) => void;
/** The call has ended: its word belongs to the next one. */
export let endContext: (context: Context) => void;

/** See above. Its signal is made when it is asked for: most tasks never ask. */
export class Context implements TaskContext<Channels> {
  readonly thread: number;
  readonly channels: Channels;
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
      for (const chan of Object.values(context.channels)) cut(chan);
    };
  }

  constructor(thread: number, words: Int32Array | undefined, word: number, channels: Channels) {
    this.channels = channels;
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

// What a running job is told. The signal is made when it is asked for: most jobs never ask.
//
// A submitted function often hands its context on, as `{ ...context }`, which copies own properties
// only: so for functions `signal` is one. To define it takes longer than all else that is done for a
// queued job, and a job class has its own `run`: there it stays on the prototype.

import type { JobContext } from "./job.js";

/** Aborts the signal of a context, also for a job that asks for it later. */
export let abortContext: (context: Context, reason: unknown) => void;

/** What a running job is told. */
export class Context implements JobContext {
  readonly worker: number;
  readonly attempt: number;
  #controller: AbortController | undefined;

  static {
    // Not a method: the job holds the context, and would have it.
    abortContext = (context, reason) => {
      context.#controller ??= new AbortController();
      context.#controller.abort(reason);
    };
  }

  constructor(worker: number, attempt: number) {
    this.worker = worker;
    this.attempt = attempt;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }
}

const { get: signalOf } = Object.getOwnPropertyDescriptor(Context.prototype, "signal") as {
  readonly get: () => AbortSignal;
};

// It does what `Object.defineProperty` does, in a third of the time: it reads no descriptor.
const { __defineGetter__: defineGetter } = Object.prototype as unknown as {
  readonly __defineGetter__: (this: Context, name: string, get: () => AbortSignal) => void;
};

/** Gives a context all of it as properties of its own. */
export function makeSpreadable(context: Context): void {
  defineGetter.call(context, "signal", signalOf);
}

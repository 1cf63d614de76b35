import type { JobContext } from "./job.js";

/** Aborts the signal of a context, also for a job that asks for it later. */
export let abortContext: (context: Context, reason: unknown) => void;

/** What a running job is told. Its signal is made when it is asked for: most jobs never ask. */
export class Context implements JobContext {
  readonly worker: number;
  #controller: AbortController | undefined;

  static {
    // Not a method: the job holds the context, and would have it.
    abortContext = (context, reason) => {
      context.#controller ??= new AbortController();
      context.#controller.abort(reason);
    };
  }

  constructor(worker: number) {
    this.worker = worker;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }
}

import type { JobContext } from "./job.js";

/** What a running job is told. Its signal is made when it is asked for: most jobs never ask. */
export class Context implements JobContext {
  readonly worker: number;
  #controller: AbortController | undefined;

  constructor(worker: number) {
    this.worker = worker;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Aborts the signal, also for a job that asks for it later. */
  abort(reason: unknown): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}

// What goes into a pool, what a job gets, and what comes out.

/** What a pool runs: anything with a `run` method. A result is kept in the job itself. */
export interface Job {
  /**
   * Does the work, synchronously or by a promise. To throw or to reject is to fail: the job is
   * finished all the same, and the reason stands in its {@link Finished}.
   */
  run(context: JobContext): unknown;
}

/** What a running job is told. */
export interface JobContext {
  /** Aborted when the job should give up: by `WorkerInfo.abort`, `abort`, or `submit`'s signal. */
  readonly signal: AbortSignal;
  /** The `id` of the worker that runs the job. */
  readonly worker: number;
}

/** A job that has ended, one way or the other. */
export type Finished<J> = {
  /** The very job that was queued. */
  readonly job: J;
  /** The `id` of the worker that ran it. */
  readonly worker: number;
} & (
  | { readonly status: "fulfilled" }
  | {
      readonly status: "rejected";
      /** The very value that the job threw or rejected with. */
      readonly reason: unknown;
    }
);

/** @throws TypeError if a pool cannot run `value`; or what `value` throws when it is looked at. */
export function checkJob(value: unknown): asserts value is Job {
  const isThing = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isThing || typeof (value as Partial<Job>).run !== "function") {
    throw new TypeError("a job must have a run method");
  }
}

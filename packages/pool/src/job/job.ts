// What goes into a pool, what a job gets, and what comes out; and what is refused.

import type { PoolErrors } from "./errors.js";

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
  /**
   * Aborted when the job should give up: by its timeout, `WorkerInfo.abort`, `abort`, or the signal of
   * `submit`. Each try has its own. `{ ...context }` has it, too.
   */
  readonly signal: AbortSignal;
  /** The `id` of the worker that runs the job. */
  readonly worker: number;
  /** Which try this is: 1 for the first. */
  readonly attempt: number;
}

/** A job that has ended, one way or the other. */
export type Finished<J> = {
  /** The very job that was queued. */
  readonly job: J;
  /** The `id` of the worker that ran it last. */
  readonly worker: number;
  /** How often it was run. */
  readonly attempts: number;
} & (
  | {
      readonly status: "fulfilled";
      /** Nothing: so that all of it can be taken apart at once, `{ job, status, reason }`. */
      readonly reason?: undefined;
    }
  | {
      readonly status: "rejected";
      /** The very value that the job threw or rejected with. */
      readonly reason: unknown;
    }
);

/** @throws TypeError if a pool cannot run `value`; or what `value` throws when it is looked at. */
export function checkJob(value: unknown, errors: PoolErrors): asserts value is Job {
  const isThing = (typeof value === "object" && value !== null) || typeof value === "function";
  if (isThing && typeof (value as Partial<Job>).run === "function") return;
  throw errors.argument(
    typeof value === "function"
      ? "a job must have a run method; to run a function, call submit"
      : "a job must have a run method",
  );
}

/** @throws TypeError if `value` cannot be submitted. */
export function checkFunction(value: unknown, errors: PoolErrors): void {
  if (typeof value !== "function") {
    throw errors.argument("fn must be a function");
  }
}

/**
 * The signal of a call; `null` counts as none.
 *
 * @throws TypeError if it is no signal, before that could do harm halfway.
 */
export function checkSignal(value: unknown, errors: PoolErrors): AbortSignal | undefined {
  if (value === undefined || value === null) return undefined;
  const { addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  if (typeof addEventListener === "function" && typeof removeEventListener === "function") {
    return value as AbortSignal;
  }
  throw errors.argument("signal must be an AbortSignal");
}

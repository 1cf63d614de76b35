// The options of a job: what users give, and what the pool makes of that. They are read once, in the
// call, and refused before anything has happened.

import type { WaitOptions } from "@chankit/channel";

import { isCount, isSpan, show } from "../util/checks.js";
import type { PoolErrors } from "./errors.js";
import type { Job } from "./job.js";
import { Terms } from "./terms.js";

/** Options of `queue`, `submit` and the like. */
export interface JobOptions extends WaitOptions {
  /**
   * Of the jobs that wait, one of the highest priority starts first; among equals, the first that was
   * accepted. A finite number, 0 by default. Callers that wait for room stay first come, first served.
   */
  readonly priority?: number | undefined;
  /**
   * So many milliseconds after the start of a run (not after its acceptance) its `context.signal` is
   * aborted with a `TimeoutError`, and its outcome is that error, whatever the job does later. The
   * worker is busy until the job has really ended. Positive or `Infinity`; that of the pool by default.
   * A synchronous job is never timed out: nothing can interrupt it.
   */
  readonly timeout?: number | undefined;
  /** Whether a job that fails is run again; the pool's by default. `{ times: 0 }` is never. */
  readonly retry?: RetryPolicy | undefined;
}

/** When a job that has failed, or was timed out, is run again. */
export interface RetryPolicy {
  /** At most so many times more: a non-negative integer or `Infinity`. */
  readonly times: number;
  /**
   * Asked once a failure: how many milliseconds to wait before the next try (0 by default, and at
   * least); or `undefined`, not to try again. `failures` is how many tries have failed, `reason` why
   * the last one has. If it throws, or gives `NaN`, the job is not tried again.
   */
  readonly delay?: ((failures: number, reason: unknown) => number | undefined) | undefined;
}

/** A policy that was read. */
export interface CheckedRetry {
  readonly times: number;
  readonly delay: ((failures: number, reason: unknown) => unknown) | undefined;
}

/** What jobs have that are given no options. */
export interface JobDefaults {
  readonly timeout: number;
  readonly retry: CheckedRetry | undefined;
  /** Whether even a job without options needs terms. */
  readonly isPlain: boolean;
}

/**
 * The terms of a job; nothing if it is a plain one.
 *
 * @throws RangeError or TypeError if an option is not what {@link JobOptions} says.
 */
export function termsOf<J extends Job>(
  options: JobOptions | null | undefined,
  defaults: JobDefaults,
  errors: PoolErrors,
): Terms<J> | undefined {
  if (options === undefined || options === null) {
    return defaults.isPlain ? undefined : new Terms<J>(0, defaults.timeout, defaults.retry);
  }
  const { priority = 0, timeout = defaults.timeout, retry: policy } = options;
  const retry = policy === undefined ? defaults.retry : checkRetry(policy, errors);
  checkPriority(priority, errors);
  checkTimeout(timeout, errors);
  const isPlain = priority === 0 && timeout === Infinity && retry === undefined;
  return isPlain && defaults.isPlain ? undefined : new Terms<J>(priority, timeout, retry);
}

/** @throws RangeError if `value` cannot be a timeout. */
export function checkTimeout(value: unknown, errors: PoolErrors): void {
  if (!isSpan(value)) {
    throw errors.range(`timeout must be positive milliseconds or Infinity, not ${show(value)}`);
  }
}

/**
 * Reads a policy.
 *
 * @throws RangeError if `times` is not what {@link RetryPolicy} says.
 * @throws TypeError if it is no policy, or `delay` no function.
 */
export function checkRetry(policy: unknown, errors: PoolErrors): CheckedRetry | undefined {
  if (typeof policy !== "object" || policy === null) {
    throw errors.argument(`retry must be an object, such as { times: 3 }, not ${show(policy)}`);
  }
  const { times, delay } = policy as RetryPolicy;
  if (!isCount(times)) {
    throw errors.range(`times must be a non-negative integer or Infinity, not ${show(times)}`);
  }
  if (delay !== undefined && typeof delay !== "function") {
    throw errors.argument(`delay must be a function, not ${show(delay)}`);
  }
  if (times === 0) return undefined;
  // As a method: it may be that of a class.
  return { times, delay: delay && ((failures, reason) => delay.call(policy, failures, reason)) };
}

function checkPriority(value: unknown, errors: PoolErrors): void {
  if (!Number.isFinite(value)) {
    throw errors.range(`priority must be a finite number, not ${show(value)}`);
  }
}

// Whether what has failed is run again, and when.

import type { Job } from "../job/job.js";
import type { Terms } from "../job/terms.js";

/**
 * Asks the policy of a job whose run has just failed, for `reason`: in how many milliseconds it is run
 * again; `undefined` if it is not. Calls `delay`, which may do anything to the pool.
 */
export function askForTry<J extends Job>(terms: Terms<J>, reason: unknown): number | undefined {
  const { retry, attempt } = terms;
  if (retry === undefined || attempt > retry.times) return undefined;
  if (retry.delay === undefined) return 0;
  let ms: unknown;
  try {
    ms = retry.delay(attempt, reason);
  } catch {
    // Its own failure is what a job is told by, not that of its policy.
    return undefined;
  }
  return typeof ms === "number" && !Number.isNaN(ms) ? Math.max(ms, 0) : undefined;
}

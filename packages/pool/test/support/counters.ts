import type { PoolStats } from "../../src/index.js";

const NONE: PoolStats = {
  accepted: 0,
  waiting: 0,
  inProgress: 0,
  finished: 0,
  retrieved: 0,
  skipped: 0,
  failed: 0,
  blocked: 0,
};

/** Counters of which those not named are 0. */
export function counters(some: Partial<PoolStats>): PoolStats {
  return { ...NONE, ...some };
}

/** Accepted jobs that the other counters have lost (or, if negative, invented): by law, 0. */
export function lost(stats: PoolStats): number {
  const { accepted, waiting, inProgress, finished, retrieved, skipped } = stats;
  return accepted - waiting - inProgress - finished - retrieved - skipped;
}

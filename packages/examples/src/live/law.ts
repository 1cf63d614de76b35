// The law of a pool's counters, checked again and again: whatever is asked at whatever instant, it holds.

import type { PoolStats } from "@chankit/pool";

/** What every accepted job is part of, exactly one of them, in the order in which a job comes to it. */
export const PARTS = ["waiting", "inProgress", "finished", "retrieved", "skipped"] as const;

/** Counts how often the law was checked, and how often it did not hold. */
export class Law {
  checks = 0;
  /** Stays 0: this is what the page is to show. */
  violations = 0;

  /** Whether it holds for `stats`. */
  check(stats: PoolStats): boolean {
    this.checks++;
    const holds = stats.accepted === PARTS.reduce((sum, part) => sum + stats[part], 0);
    if (!holds) this.violations++;
    return holds;
  }
}

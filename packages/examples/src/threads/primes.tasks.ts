// What the threads of primes.ts do.

import { serve } from "@chankit/threads";

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return n > 1;
}

export const tasks = serve({
  /** How many primes there are from `from` on and below `to`. */
  count({ from, to }: { from: number; to: number }): number {
    let primes = 0;
    for (let n = from; n < to; n++) if (isPrime(n)) primes++;
    return primes;
  },
});

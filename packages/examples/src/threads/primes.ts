// Counts primes on all cores: a map over threads, with a call for each range of numbers.

import { WorkerPool } from "@chankit/pool";
import { Threads } from "@chankit/threads";

import type { tasks } from "./primes.tasks.js";

const LIMIT = 200_000;
const STEP = 10_000;

function* ranges(): Generator<{ from: number; to: number }> {
  // A call should take some milliseconds: it costs some microseconds to make one.
  for (let from = 0; from < LIMIT; from += STEP) yield { from, to: from + STEP };
}

const threads = new Threads<typeof tasks>(new URL("./primes.tasks.js", import.meta.url));
const pool = new WorkerPool({ workers: threads.size });

let primes = 0;
// The context has the signal: when one call fails, those behind it are aborted.
const count = pool.map(ranges(), (range, context) => threads.run("count", range, { ...context }));
for await (const found of count) primes += found;
console.log(`${primes} primes below ${LIMIT}, in ${threads.stats.completed} calls`);

await pool.close();
await threads.close();

// Output:
// 17984 primes below 200000, in 20 calls

// Retrying: a job that fails waits for its next try without holding its worker; errors that last are told at once.

import { after } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

class Unavailable extends Error {}

const pool = new WorkerPool({
  workers: 1,
  queueSize: Infinity,
  retry: {
    times: 3,
    delay: (failures, reason) => (reason instanceof Unavailable ? 100 * 2 ** failures : undefined),
  },
});

async function fetchPage(name: string, attempt: number): Promise<string> {
  console.log(`${name}, try ${attempt}`);
  await after(1).recv();
  if (name === "gone") throw new Error("404");
  if (name === "busy" && attempt < 3) throw new Unavailable("503");
  if (name === "down") throw new Unavailable("503");
  return `${name}: page`;
}

const results = ["busy", "gone", "down", "good"].map((name) =>
  pool.submit(({ attempt }) => fetchPage(name, attempt)),
);
for (const result of await Promise.allSettled(results)) {
  console.log(result.status === "fulfilled" ? result.value : String(result.reason));
}
await pool.close();

// Output:
// busy, try 1
// gone, try 1
// down, try 1
// good, try 1
// busy, try 2
// down, try 2
// busy, try 3
// down, try 3
// down, try 4
// busy: page
// Error: 404
// Error: 503
// good: page

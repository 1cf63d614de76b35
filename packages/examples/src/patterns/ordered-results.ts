// Results in the order of their inputs, though some take longer: `map`, bounded on both sides.

import { after } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

const pool = new WorkerPool({ workers: 2, queueSize: 1 });

function* pages(): Generator<number> {
  for (let page = 1; page <= 6; page++) {
    console.log("read", page); // only a little ahead of the slowest result
    yield page;
  }
}

async function scan(page: number): Promise<string> {
  await after(page === 1 ? 50 : 10).recv(); // the first takes longest
  return `page ${page}`;
}

for await (const text of pool.map(pages(), scan)) console.log(text);
await pool.close();

// Output:
// read 1
// read 2
// read 3
// read 4
// page 1
// page 2
// read 5
// read 6
// page 3
// page 4
// page 5
// page 6

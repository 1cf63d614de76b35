// Priorities: urgent jobs first, equals in their order; with ageing none starves behind those that keep coming.

import { after } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

async function office(ageing: number): Promise<void> {
  const started: string[] = [];
  const pool = new WorkerPool({ workers: 1, queueSize: Infinity, ageing });
  const job = (name: string, priority = 0) =>
    pool.submit(
      async () => {
        started.push(name);
        await after(50).recv();
      },
      { priority },
    );

  const all = [job("letter 1"), job("letter 2"), job("report", -1), job("alarm", 1)];
  for (let n = 3; n <= 6; n++) {
    await after(50).recv();
    all.push(job(`letter ${n}`));
  }
  await Promise.all(all);
  await pool.close();
  console.log(started.join(", "));
}

await office(Infinity);
await office(75); // every 75 ms of waiting are worth a priority of 1

// Output:
// alarm, letter 1, letter 2, letter 3, letter 4, letter 5, letter 6, report
// alarm, letter 1, letter 2, letter 3, report, letter 4, letter 5, letter 6

// One contestant and one workload in this process: `measure.mjs` is at the other end.

import { availableParallelism } from "node:os";

import { contestants } from "./contestants.mjs";
import { workloads } from "./workloads.mjs";

const [contestant, what] = process.argv.slice(2);
if (what === "start-up") {
  // From nothing to the first result, the modules included.
  const start = performance.now();
  const { run } = await contestants[contestant](1);
  await run("add", 1);
  tell((performance.now() - start) * 1000);
} else {
  const { size, measure, warmUps = 1 } = workloads[what];
  const pool = await contestants[contestant](size(availableParallelism()));
  // Until all threads are there and warm.
  for (let i = 0; i < warmUps; i++) await measure(pool);
  tell(await measure(pool));
}

function tell(figure) {
  process.send(figure, () => process.exit());
}

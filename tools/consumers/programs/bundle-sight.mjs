// Bundled without the entry for reports, which is loaded beside: it ends with two tasks asleep.

import { Chan, named } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

const jobs = new Chan(0, { name: "jobs" });
void named("reader", () => jobs.recv());
const pool = new WorkerPool({ workers: 1, name: "thumbs" });
void pool.submit(() => pool.close());

// Can be loaded as often as the word that is its workerData says.

import { serve } from "@chankit/threads";
import { workerData } from "node:worker_threads";

if (Atomics.sub(new Int32Array(workerData), 0, 1) <= 0) throw new Error("cannot be loaded again");
export const tasks = serve({ exit: (code) => process.exit(code), add: (n) => n + 1 });

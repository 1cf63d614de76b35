import { Sema } from "async-sema";

import { lockWorkloads } from "./locks.mjs";

const acquire = (sema) => sema.acquire();
const release = (sema) => sema.release();

export default {
  ...lockWorkloads("mutex", { make: () => new Sema(1), acquire, release }),
  ...lockWorkloads("semaphore", { make: () => new Sema(2), acquire, release }),
};

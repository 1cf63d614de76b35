import { Mutex, Semaphore } from "async-mutex";

import { lockWorkloads } from "./locks.mjs";

export default {
  ...lockWorkloads("mutex", {
    make: () => new Mutex(),
    acquire: (mutex) => mutex.acquire(),
    release: (_, unlock) => unlock(),
  }),
  ...lockWorkloads("semaphore", {
    make: () => new Semaphore(2),
    acquire: (semaphore) => semaphore.acquire(),
    release: (_, [, release]) => release(),
  }),
};

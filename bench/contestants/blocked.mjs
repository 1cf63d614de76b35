// Very many tasks that wait for the same thing: the memory that they take, and how long it takes from
// waking them until the last has ended.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

/** `make()` gives `wait()`, which a task awaits, and `wakeAll()`. */
export function blockedWorkloads(make) {
  async function task(wait) {
    await wait();
  }

  function startTasks(count) {
    const { wait, wakeAll } = make();
    const tasks = Array.from({ length: count }, () => task(wait));
    return { tasks, wakeAll };
  }

  return {
    async "blocked-memory"(count) {
      gc();
      const before = process.memoryUsage().rss;
      const { tasks, wakeAll } = startTasks(count);
      gc();
      const bytes = process.memoryUsage().rss - before;
      wakeAll();
      await Promise.all(tasks);
      return bytes;
    },

    async "blocked-wake"(count) {
      const { tasks, wakeAll } = startTasks(count);
      gc();
      const start = process.hrtime.bigint();
      wakeAll();
      await Promise.all(tasks);
      return Number(process.hrtime.bigint() - start);
    },
  };
}

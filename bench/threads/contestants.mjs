// Pools of threads of several libraries, all used the same way: `start(size)` gives a `run(name, input,
// transfer)`, and an `end`.

import { fileURLToPath } from "node:url";

const urlOf = (name) => new URL(`./tasks/${name}.mjs`, import.meta.url);
const fileOf = (name) => fileURLToPath(urlOf(name));

export const contestants = {
  async chankit(size) {
    const { Threads } = await import("@chankit/threads");
    const threads = new Threads(urlOf("chankit"), { size });
    return {
      run: (name, input, transfer = []) => threads.run(name, input, { transfer }),
      end: () => threads.terminate(),
    };
  },

  async piscina(size) {
    const { Piscina } = await import("piscina");
    const filename = fileOf("piscina");
    const pool = new Piscina({ filename, minThreads: size, maxThreads: size });
    return {
      run: (name, input, transferList) => pool.run(input, { name, transferList }),
      end: () => pool.destroy(),
    };
  },

  async tinypool(size) {
    const { Tinypool } = await import("tinypool");
    const filename = fileOf("tinypool");
    const pool = new Tinypool({ filename, minThreads: size, maxThreads: size });
    return {
      run: (name, input, transferList) => pool.run(input, { name, transferList }),
      end: () => pool.destroy(),
    };
  },

  async poolifier(size) {
    const { FixedThreadPool } = await import("poolifier");
    const pool = new FixedThreadPool(size, fileOf("poolifier"));
    return {
      run: (name, input, transferList) => pool.execute(input, name, undefined, transferList),
      end: () => pool.destroy(),
    };
  },

  async workerpool(size) {
    const { default: workerpool } = await import("workerpool");
    const options = { minWorkers: size, maxWorkers: size, workerType: "thread" };
    const pool = workerpool.pool(fileOf("workerpool"), options);
    return {
      run: (name, input, transfer = []) => pool.exec(name, [input], { transfer }),
      end: () => pool.terminate(true),
    };
  },

  /** Messages alone: nothing is bounded, and no failure is told. */
  async raw(size) {
    const { Worker } = await import("node:worker_threads");
    const calls = new Map();
    const workers = Array.from({ length: size }, () => new Worker(urlOf("raw")));
    for (const worker of workers) {
      worker.on("message", ([id, value]) => {
        calls.get(id)(value);
        calls.delete(id);
      });
    }
    let id = 0;
    return {
      run: (name, input, transfer = []) =>
        new Promise((resolve) => {
          calls.set(++id, resolve);
          workers[id % size].postMessage([id, name, input], transfer);
        }),
      end: () => Promise.all(workers.map((worker) => worker.terminate())),
    };
  },
};

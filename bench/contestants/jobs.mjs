// Functions through a pool: in order, again when they have failed, and with a time limit.

import { WorkerPool } from "@chankit/pool";

/** The numbers below `count`. */
export function* numbers(count) {
  for (let i = 0; i < count; i++) yield i;
}

/** Does `work` `count` times, 8 at a time. */
export async function eightAtATime(count, work) {
  let started = 0;
  const loop = async () => {
    while (started++ < count) await work();
  };
  await Promise.all(Array.from({ length: 8 }, loop));
}

/** A function that fails at its first try, and only then. */
export function failingOnce() {
  let tries = 0;
  return async () => {
    if (tries++ === 0) throw failure;
  };
}

// One for all: to capture a stack would be most of what is measured.
const failure = new Error("once");

export const jobWorkloads = {
  async map(count) {
    const pool = new WorkerPool({ workers: 8, queueSize: 64 });
    let seen = 0;
    for await (const _ of pool.map(numbers(count), async (n) => n + 1)) seen++;
    await pool.close();
    if (seen !== count) throw new Error(`${seen} of ${count}`);
  },

  async retry(count) {
    const pool = new WorkerPool({ workers: 8, retry: { times: 1 } });
    await eightAtATime(count, () => pool.submit(failingOnce()));
    await pool.close();
  },

  async timeout(count) {
    const pool = new WorkerPool({ workers: 8, timeout: 10_000 });
    await eightAtATime(count, () => pool.submit(async () => {}));
    await pool.close();
  },
};

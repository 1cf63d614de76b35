// The workloads on locks, for a library with `acquire(lock)` and `release(lock, acquired)`.

export function lockWorkloads(name, { make, acquire, release }) {
  async function use(lock, count) {
    for (let i = 0; i < count; i++) release(lock, await acquire(lock));
  }

  async function hold(lock, count) {
    for (let i = 0; i < count; i++) {
      const acquired = await acquire(lock);
      await undefined;
      release(lock, acquired);
    }
  }

  return {
    [name]: (count) => use(make(), count),

    async [`${name}-contended`](count) {
      const lock = make();
      const tasks = [];
      for (let i = 0; i < 10; i++) tasks.push(hold(lock, count / 10));
      await Promise.all(tasks);
    },
  };
}

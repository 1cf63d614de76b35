// What is measured of threads: each workload gives microseconds, of one call if nothing else is said. It is
// repeated before it counts, until the compiler has seen enough: `warmUps`.

const MB = 1_000_000;
const SPIN = 3_000_000;

/** By their names; `size` is the number of threads that are started. */
export const workloads = {
  throughput: {
    title: "20,000 trivial tasks, called at once, 2 threads (µs a task)",
    size: () => 2,
    warmUps: 5,
    async measure({ run }) {
      const count = 20_000;
      return timed(count, () =>
        Promise.all(Array.from({ length: count }, (_, n) => run("add", n))),
      );
    },
  },
  "round-trip": {
    title: "one trivial task after the other, 1 thread (µs)",
    size: () => 1,
    async measure({ run }) {
      const count = 5000;
      return timed(count, async () => {
        for (let n = 0; n < count; n++) await run("add", n);
      });
    },
  },
  cloned: {
    title: "1 MB of bytes, copied there (µs)",
    size: () => 1,
    async measure({ run }) {
      const bytes = new Uint8Array(MB);
      const count = 200;
      return timed(count, async () => {
        for (let n = 0; n < count; n++) await run("sizeOf", bytes);
      });
    },
  },
  transferred: {
    title: "1 MB of bytes, transferred there, and back where that can be said (µs)",
    size: () => 1,
    async measure({ run }) {
      const count = 500;
      let bytes = new Uint8Array(MB);
      return timed(count, async () => {
        for (let n = 0; n < count; n++) bytes = await run("back", bytes, [bytes.buffer]);
      });
    },
  },
  "cpu-1": { title: "64 tasks of some ms of arithmetic, 1 thread", size: () => 1, measure: spin },
  "cpu-2": { title: "the same, 2 threads", size: () => 2, measure: spin },
  "cpu-n": { title: "the same, a thread a core", size: (cores) => cores, measure: spin },
};

async function spin({ run }) {
  const count = 64;
  return timed(count, () => Promise.all(Array.from({ length: count }, () => run("spin", SPIN))));
}

async function timed(count, work) {
  const start = performance.now();
  await work();
  return ((performance.now() - start) * 1000) / count;
}

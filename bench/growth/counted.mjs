// Runs the operations, and says when to count: `run.mjs` is at the other end.

import { getPriority } from "node:os";
import { createInterface } from "node:readline";

// Each look at the clock finds that 3 µs have passed: the pace of outcomes is that of a quick machine.
let time = 0;
performance.now = () => (time += 0.003);
const { operations } = await import("./operations.mjs");

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? operations : await Promise.all(wanted.map(operationOf));
for (const { name, prepare, act, beside, count, isUsedUp = false } of chosen) {
  // Twice, so that what is counted is compiled for all sizes.
  for (const [i, size] of [...beside, ...beside].entries()) {
    let prepared = prepare(size);
    globalThis.gc();
    globalThis.gc();
    for (let round = 0; round < 60; round++) {
      await act(isUsedUp ? prepare(beside[0]) : prepared, count);
      await new Promise(setImmediate);
    }
    await say({ count: i >= beside.length });
    if (i < beside.length) continue;

    // The caches are filled as they are in the long run.
    if (isUsedUp) prepared = prepare(size);
    else for (let round = 0; round < 5; round++) await act(prepared, count);
    // Each call of it writes a dump.
    getPriority();
    await act(prepared, count);
    getPriority();
    await say({ count: false });
    await say({ name: `${name}, ${size.toLocaleString("en")}`, count });
  }
}
process.exit();

/** The operation of that name, or a message of a workload of the benchmark, as `floor/mpmc`. */
async function operationOf(name) {
  const known = operations.find((operation) => operation.name === name);
  if (known !== undefined) return known;
  const [contestant, workload] = name.split("/");
  const { default: workloads } = await import(`../contestants/${contestant}.mjs`);
  const act = (_, count) => workloads[workload](count);
  return { name, beside: [1], count: 5000, prepare: () => {}, act };
}

async function say(what) {
  console.log(JSON.stringify(what));
  await answers.next();
}

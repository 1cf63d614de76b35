// node bench/profile.mjs WORKLOAD [COUNT] [ROUNDS]
//
// One workload of chankit alone, again and again in one process, for a profiler or a counter to look at.
// Prints the CPU time of an operation, all threads of the process included, the least of all rounds; and
// the bytes that it makes, if Node has room for them and can be asked to collect:
//
//   node --expose-gc --min-semi-space-size=512 --max-semi-space-size=512 bench/profile.mjs spsc
//   perf record -e cpu-clock:u node --perf-basic-prof bench/profile.mjs spsc && perf report --sort symbol
//   valgrind --tool=cachegrind node --single-threaded bench/profile.mjs spsc 20000 3   # and with 5 rounds
//
// Each look at the clock finds that 3 µs have passed, so that the pace of outcomes is the same on every
// machine, and under a profiler.

import { getHeapSpaceStatistics } from "node:v8";

let time = 0;
performance.now = () => (time += 0.003);
const { default: workloads } = await import("./contestants/chankit.mjs");

const [name, count = 100_000, rounds = 10] = process.argv.slice(2);
const workload = workloads[name];
if (workload === undefined) throw new Error(`one of ${Object.keys(workloads).join(", ")}`);

const [n, gc] = [Number(count), globalThis.gc];
const [times, bytes] = [[], []];
for (let round = 0; round < Number(rounds); round++) {
  gc?.();
  const [young, start] = [youngBytes(), process.cpuUsage()];
  await workload(n);
  const { user, system } = process.cpuUsage(start);
  times.push((1000 * (user + system)) / n);
  bytes.push((youngBytes() - young) / n);
  await new Promise(setImmediate);
}
const median = bytes.sort((a, b) => a - b)[Math.floor(bytes.length / 2)];
const garbage = gc === undefined ? "" : `, ${median.toFixed(1)} bytes`;
console.log(`${name}: ${Math.min(...times).toFixed(1)} ns CPU${garbage}`);

/** What the program makes is young where there is room; what the engine compiles meanwhile is elsewhere. */
function youngBytes() {
  const young = getHeapSpaceStatistics().filter(({ space_name: space }) =>
    space.startsWith("new_"),
  );
  return young.reduce((sum, space) => sum + space.space_used_size, 0);
}

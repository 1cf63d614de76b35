// How many bytes an operation makes, awaits of all sides included: the one figure of speed that a busy
// machine cannot move.

import { join } from "node:path";

import { node } from "./program.js";
import { compiledWorkspace } from "./workspace.js";

const FLAGS = [
  "--expose-gc",
  // Room for all that is made: nothing is collected while it is counted.
  "--min-semi-space-size=512",
  "--max-semi-space-size=512",
  // What is hot is compiled where it is found to be, and not when another thread has time for it.
  "--no-concurrent-recompilation",
];

const COUNT = `
  const N = 50_000;
  async function count(workload) {
    for (let i = 0; i < 4; i++) await workload(N);
    const samples = [];
    while (samples.length < 5) {
      await new Promise(setImmediate);
      gc();
      const before = process.memoryUsage().heapUsed;
      await workload(N);
      samples.push((process.memoryUsage().heapUsed - before) / N);
    }
    return samples.sort((a, b) => a - b)[2];
  }
  const bytes = {};
  for (const [name, workload] of Object.entries(workloads)) bytes[name] = await count(workload);
  console.log(JSON.stringify(bytes));
`;

/**
 * Counts bytes: the medians of several counts, by the names of the workloads. `code` is that of a module
 * that defines `workloads`: functions by name, each of which does its operation n times. It may import
 * the packages by their names.
 */
export async function countGarbage(code: string): Promise<Record<string, number>> {
  const args = [...FLAGS, "--input-type=module", "--eval", `${code}\n${COUNT}`];
  // From the examples' folder both packages can be imported.
  const cwd = join(await compiledWorkspace(), "packages/channel/dist/esm");
  return JSON.parse(await node(args, cwd)) as Record<string, number>;
}

// How many bytes an operation makes, and how many promises, awaits of all sides included: the figures of
// speed that a busy machine cannot move.

import { join } from "node:path";

import { isFull } from "./depth.js";
import { node } from "./program.js";
import { compiledWorkspace } from "./workspace.js";

const FLAGS = [
  "--expose-gc",
  // Room for all that is made: nothing is collected while it is counted.
  "--min-semi-space-size=512",
  "--max-semi-space-size=512",
  // What is hot is compiled where it is found to be, and not when another thread has time for it.
  "--no-concurrent-recompilation",
  // Each look at the clock finds that as much time has passed: how often it is looked at depends on that.
  "--import=data:text/javascript,let time = 0; performance.now = () => (time += 0.003);",
];

const COUNT = `
  import { createHook } from "node:async_hooks";
  import { getHeapSpaceStatistics } from "node:v8";

  const N = ${isFull ? 50_000 : 20_000};
  // Where all that a program makes is young, this is it. What the engine compiles meanwhile is elsewhere: up to
  // 5 bytes an operation, now and then.
  function youngBytes() {
    const young = getHeapSpaceStatistics().filter(({ space_name: name }) => name.startsWith("new_"));
    return young.reduce((bytes, space) => bytes + space.space_used_size, 0);
  }
  async function count(workload) {
    for (let i = 0; i < 4; i++) await workload(N);
    const samples = [];
    while (samples.length < ${isFull ? 5 : 3}) {
      await new Promise(setImmediate);
      gc();
      const before = youngBytes();
      await workload(N);
      samples.push((youngBytes() - before) / N);
    }
    return samples.sort((a, b) => a - b)[samples.length >> 1];
  }
  async function countPromises(workload) {
    const n = N / 10;
    let promises = 0;
    const hook = createHook({ init: (_, type) => type === "PROMISE" && promises++ }).enable();
    await workload(n);
    hook.disable();
    return promises / n;
  }
  const costs = {};
  for (const [name, workload] of Object.entries(workloads)) {
    costs[name] = { bytes: await count(workload) };
  }
  // Last: a promise that was watched takes more, and so do those after it.
  for (const [name, workload] of Object.entries(workloads)) {
    costs[name].promises = await countPromises(workload);
  }
  console.log(JSON.stringify(costs));
`;

/** What an operation costs. */
export interface Cost {
  /** The median of several counts. Promises are included. */
  readonly bytes: number;
  readonly promises: number;
}

/**
 * Counts what operations cost, by the names of the workloads. `code` is that of a module that defines
 * `workloads`: functions by name, each of which does its operation n times. It may import the packages
 * by their names.
 */
export async function countGarbage(code: string): Promise<Record<string, Cost>> {
  const args = [...FLAGS, "--input-type=module", "--eval", `${code}\n${COUNT}`];
  // From the examples' folder both packages can be imported.
  const cwd = join(await compiledWorkspace(), "packages/channel/dist/esm");
  return JSON.parse(await node(args, cwd)) as Record<string, Cost>;
}

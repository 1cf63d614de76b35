// Runs Jest so deep as its first argument says (see tools/testing/depth.ts); others go to Jest.

import { spawn } from "node:child_process";

const [depth, ...args] = process.argv.slice(2);
process.env.CHANKIT_DEPTH = depth;

const packages = (...names) => names.map((name) => `packages/${name}/`);
const minutes = 20;
/** What Jest is asked for, in runs beside each other: some of their tests wait for processes and servers. */
const runs = {
  // Only a package's own tests are counted: those of the others need not pay for it.
  full: [["--coverage", ...packages("channel", "pool", "threads", "nats")], packages("examples")],
  // Alone, those that have a depth; and with as much time as they take.
  deep: [
    [
      "--runInBand",
      "--testTimeout",
      minutes * 60_000,
      "--testPathPatterns",
      "exhaustive",
      "property",
    ],
  ],
};

for (const run of runs[depth]) {
  const jest = ["node_modules/jest/bin/jest.js", ...args, ...run];
  spawn(process.execPath, jest, { stdio: "inherit" }).once("exit", (status) => {
    if (status !== 0) process.exitCode = 1;
  });
}

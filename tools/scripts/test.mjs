// Runs Jest so deep as its first argument says (see tools/testing/depth.ts); others go to Jest.

import { spawn } from "node:child_process";

const [depth, ...args] = process.argv.slice(2);
process.env.CHANKIT_DEPTH = depth;

const minutes = 20;
/** What Jest is asked for. */
const asked = {
  full: ["--coverage"],
  // Alone, those that have a depth; and with as much time as they take.
  deep: [
    ...["--runInBand", "--testTimeout", minutes * 60_000],
    ...["--testPathPatterns", "exhaustive", "property"],
  ],
};

const jest = ["node_modules/jest/bin/jest.js", ...args, ...asked[depth]];
spawn(process.execPath, jest, { stdio: "inherit" }).once("exit", (status) => {
  if (status !== 0) process.exitCode = 1;
});

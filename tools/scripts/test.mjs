// Runs Jest so deep as its first argument says (see tools/testing/depth.ts); others go to Jest.

import { run } from "jest";

const [depth, ...args] = process.argv.slice(2);
process.env.CHANKIT_DEPTH = depth;

if (depth === "deep") {
  // Alone, those that have a depth; and with as much time as they take.
  const minutes = 20;
  const patience = ["--testTimeout", String(minutes * 60_000)];
  args.unshift("--runInBand", ...patience, "--testPathPatterns", "exhaustive", "property");
}
await run(args);

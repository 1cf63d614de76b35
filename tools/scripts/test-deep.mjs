// `npm run test:deep`: the tests that enumerate go to their full depth, and those that draw lots
// draw many more. It takes minutes. Arguments go to Jest.

import { run } from "jest";

process.env.CHANKIT_DEEP = "1";
const deep = ["exhaustive", "property"];
const minutes = 20;
const patience = ["--testTimeout", String(minutes * 60_000)];
await run(["--runInBand", ...patience, "--testPathPatterns", ...deep, ...process.argv.slice(2)]);

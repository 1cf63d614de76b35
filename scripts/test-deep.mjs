// `npm run test:deep`: the tests that enumerate go to their full depth, and those that draw lots
// draw many more. It takes minutes. Arguments go to Jest.

import { run } from "jest";

process.env.CHANKIT_DEEP = "1";
const deep = ["exhaustive", "property"];
await run(["--runInBand", "--testPathPatterns", ...deep, ...process.argv.slice(2)]);

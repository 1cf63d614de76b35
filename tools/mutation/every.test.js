// All tests of a package in one file. Jest pays for each file anew in the run of each mutant, even
// if all its tests are skipped: with a hundred files that is nearly all that it does. So those that
// have no wanted test are not even loaded.

const { describe, it } = require("@jest/globals");
const fs = require("node:fs");
const { join } = require("node:path");

const { leftOut, testedPackage, wantedFiles, wantedTests = "" } = globalThis;
const folder = join(__dirname, "../../packages", testedPackage, "test");
const { performance } = globalThis;

for (const file of fs.readdirSync(folder, { recursive: true }).sort()) {
  if (!file.endsWith(".test.ts") || !new RegExp(wantedFiles).test(file)) continue;
  if (leftOut.some((part) => file.includes(part))) continue;
  // The pattern has the full names of tests, escaped; each begins with that of its file.
  const isWanted = wantedTests === "" || wantedTests.replaceAll("\\", "").includes(file);
  if (!isWanted) continue;
  // In a block and with modules of its own, so that its hooks and its clock touch no other file.
  describe(file, () => {
    jest.isolateModules(() => require(join(folder, file)));
    Object.defineProperty(globalThis, "performance", { configurable: true, value: performance });
  });
}

// A file without a test is a failure.
it("is loaded", () => undefined);

// `npm run test:mutation [PACKAGE[/PART OF ITS SOURCES] …]`: changes the sources, a little at a time,
// and sees whether a test fails. Each package is judged by its own tests. `channel/loop` is one room
// of it, `channel/loop/pace.ts` one file.
//
// What is known of a mutant is kept, and asked again only if the mutant or the tests that cover it
// are others. A test counts as another one by its name: remove node_modules/.cache/stryker to begin
// anew.

import { Stryker } from "@stryker-mutator/core";
import { join } from "node:path";

process.chdir(join(import.meta.dirname, "../.."));

/** Parts of the names of tests that take part in no run of a mutant. */
const leftOut = [
  // They are about what compiles, and here nothing is checked.
  "types",
  // They count promises, bytes or garbage, of which their neighbours make some.
  "cost",
  "idle",
  // They take seconds, or processes, to say what others say at once.
  "alive",
  "exhaustive",
  "declarations",
  "fakes",
  "hosts",
  "interleaving",
  "property",
  "time.ref",
  "vitest",
  // They say what others say in the words of Go, or of other libraries.
  "go/",
  "other-",
  "original-",
];

const chosen = process.argv.slice(2);
for (const what of chosen.length > 0 ? chosen : ["channel", "pool"]) await mutate(what);

async function mutate(what) {
  const [name, ...part] = what.split("/");
  const start = Date.now();
  const mutants = await new Stryker(optionsFor(name, part.join("/"))).runMutationTest();
  const counts = {};
  for (const { status } of mutants) counts[status] = (counts[status] ?? 0) + 1;
  const minutes = (Date.now() - start) / 60_000;
  console.log(`${what}: ${JSON.stringify(counts)}, ${minutes.toFixed(1)} min`);
}

function optionsFor(name, part) {
  return {
    mutate: [join(`packages/${name}/src`, part, part.endsWith(".ts") ? "" : "**/*.ts")],
    ignorePatterns: [
      "bench",
      "tools/consumers",
      "tools/packaging",
      "packages/examples",
      "dist",
      "packages/*/dist",
    ],
    cleanTempDir: "always",
    concurrency: 2,
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile: `node_modules/.cache/stryker/${name}.json`,
    timeoutMS: 2000,
    thresholds: { high: 100, low: 95, break: 95 },
    reporters: ["clear-text", "progress-append-only"],
    clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
    plugins: [import.meta.resolve("@stryker-mutator/jest-runner")],
    testRunner: "jest",
    jest: {
      configFile: "tools/mutation/jest.config.js",
      config: { globals: { testedPackage: name, leftOut } },
      enableFindRelatedTests: false,
    },
  };
}

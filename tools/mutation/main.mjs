// `npm run test:mutation [PACKAGE[/PART OF ITS SOURCES] …]`: changes the sources, a little at a time,
// and sees whether a test fails. Each package is judged by its own tests. `channel/loop` is one room
// of it, `channel/loop/pace.ts` one file, `channel/loop/pace.ts:20-40` some lines of it.
// `--concurrency 1 --patience 5` beside other work.
//
// What is known of a mutant is kept, and asked again only if the mutant or the tests that cover it
// are others. A test counts as another one by its name: remove node_modules/.cache/stryker to begin
// anew.

import { Stryker } from "@stryker-mutator/core";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";

process.chdir(join(import.meta.dirname, "../.."));

/** Parts of the names of tests that take part in no run of a mutant. */
const leftOut = [
  // They are about what compiles, and here nothing is checked.
  "types",
  // They count promises, bytes or garbage, of which their neighbours make some.
  "cost",
  "pool.idle",
  // They take seconds, or processes, to say what others say at once.
  "alive",
  "exhaustive",
  "declarations",
  "hosts",
  "interleaving",
  "process",
  "property",
  "vitest",
  // It looks at the places of sources, which are others here.
  "util/sight",
  // They say what others say in the words of Go.
  "go/",
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: "string", default: "2" },
    // How often as long as without a mutant tests may take. Where other things run meanwhile, more
    // keeps them from seeming endless: what fails for that reason says nothing of the mutant.
    patience: { type: "string", default: "1.5" },
    // Only tests whose path matches: they say at once what a run of all of them then need not ask.
    tests: { type: "string", default: "" },
  },
});

/** What to change, by package: one run of the unchanged tests serves all of it. */
const chosen = new Map();
for (const what of positionals.length > 0 ? positionals : ["channel", "pool"]) {
  const name = what.split("/")[0];
  chosen.set(name, [...(chosen.get(name) ?? []), what]);
}
for (const [name, parts] of chosen) await mutate(name, parts);

async function mutate(name, parts) {
  const start = Date.now();
  const mutants = await new Stryker(optionsFor(name, parts)).runMutationTest();
  for (const { fileName, location, mutatorName, replacement, status } of mutants) {
    if (status !== "Timeout") continue;
    const where = `${relative(process.cwd(), fileName)}:${location.start.line}`;
    console.log(`timed out: ${where} ${mutatorName} ${replacement.replaceAll(/\s+/g, " ")}`);
  }
  const counts = {};
  for (const { status } of mutants) counts[status] = (counts[status] ?? 0) + 1;
  const minutes = (Date.now() - start) / 60_000;
  console.log(`${parts.join(" ")}: ${JSON.stringify(counts)}, ${minutes.toFixed(1)} min`);
}

function optionsFor(name, parts) {
  const patience = Number(values.patience);
  return {
    mutate: parts.map((what) => {
      const part = what.split("/").slice(1).join("/");
      return join(`packages/${name}/src`, part, /\.ts(:[\d-]+)?$/.test(part) ? "" : "**/*.ts");
    }),
    ignorePatterns: [
      "bench",
      "tools/consumers",
      "tools/packaging",
      "packages/examples",
      "dist",
      "packages/*/dist",
    ],
    cleanTempDir: "always",
    concurrency: Number(values.concurrency),
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile: `node_modules/.cache/stryker/${name}.json`,
    timeoutMS: 2000,
    timeoutFactor: patience,
    thresholds: { high: 100, low: 95, break: 95 },
    reporters: ["clear-text", "progress-append-only"],
    clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
    plugins: [import.meta.resolve("@stryker-mutator/jest-runner")],
    testRunner: "jest",
    jest: {
      configFile: "tools/mutation/jest.config.js",
      // Little patience: a wait for what a mutant never does is in vain.
      config: {
        testTimeout: 2000 * patience,
        globals: { testedPackage: name, leftOut, wantedFiles: values.tests },
      },
      enableFindRelatedTests: false,
    },
  };
}

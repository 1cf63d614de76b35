// Specs for Vitest, which have to be run by Vitest itself.

import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

import { node } from "../../../../tools/testing/program.js";

const channel = join(__dirname, "../..");

/** What Vitest has to tell of a spec. */
export interface VitestReport {
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

/** Runs the specs in this folder's neighbour `vitest`, on the sources; the reports by name. */
export async function runVitest(): Promise<ReadonlyMap<string, VitestReport>> {
  const vitest = dirname(createRequire(__filename).resolve("vitest/package.json"));
  const specs = join(channel, "test/vitest");
  const args = ["run", "--root", channel, "--dir", specs, "--reporter", "json"];
  const { testResults } = JSON.parse(await node([join(vitest, "vitest.mjs"), ...args])) as {
    testResults: (VitestReport & { name: string })[];
  };
  return new Map(testResults.map((report) => [basename(report.name), report]));
}

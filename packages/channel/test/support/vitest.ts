// Specs for Vitest, which have to be run by Vitest itself.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { node } from "../../../../tools/testing/program.js";

const channel = join(__dirname, "../..");

/** What Vitest has to tell of a spec in this folder's neighbour `vitest`. */
export interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numTotalTests: number;
}

/** Runs a spec with Vitest, on the sources. */
export async function runVitest(spec: string): Promise<VitestReport> {
  const vitest = dirname(createRequire(__filename).resolve("vitest/package.json"));
  const file = join(channel, "test/vitest", spec);
  const args = ["run", file, "--root", channel, "--reporter", "json"];
  return JSON.parse(await node([join(vitest, "vitest.mjs"), ...args])) as VitestReport;
}

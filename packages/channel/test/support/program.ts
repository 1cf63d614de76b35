// Programs that are processes of their own, as they would be without a test around them.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import ts from "typescript";

const channel = join(__dirname, "../..");

/** Longer than any of these programs takes, unless something keeps it from ending. */
const LIMIT = 60_000;

/**
 * Runs a module that may import what the package exports from "./index.js". Gives what it prints,
 * once it has ended by itself; fails if it does not.
 */
export async function run(code: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "chankit-"));
  try {
    const names = readdirSync(join(channel, "src"), { recursive: true, encoding: "utf8" });
    for (const name of names.filter((it) => it.endsWith(".ts"))) {
      const source = readFileSync(join(channel, "src", name), "utf8");
      const { outputText } = ts.transpileModule(source, {
        compilerOptions: {
          target: ts.ScriptTarget.ES2022,
          module: ts.ModuleKind.ESNext,
          verbatimModuleSyntax: true,
        },
      });
      const file = join(folder, name.replace(/\.ts$/, ".js"));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, outputText);
    }
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "main.js"), code);
    // Young objects get so much room that only who asks for a collection has one.
    return await node("--expose-gc", "--min-semi-space-size=16", join(folder, "main.js"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

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
  return JSON.parse(await node(join(vitest, "vitest.mjs"), ...args)) as VitestReport;
}

async function node(...args: string[]): Promise<string> {
  const options = { timeout: LIMIT, killSignal: "SIGKILL" } as const;
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return stdout;
}

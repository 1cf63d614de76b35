// Programs that are processes of their own, as they would be without a test around them.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import ts from "typescript";

const packages = join(__dirname, "../../..");

/** Longer than any of these programs takes, unless something keeps it from ending. */
const LIMIT = 60_000;

/**
 * Runs a module that may import what the packages export from "./pool/index.js" and
 * "./channel/index.js". Gives what it prints, once it has ended by itself; fails if it does not.
 */
export async function run(code: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "chankit-"));
  try {
    for (const name of ["channel", "pool"])
      compile(join(packages, name, "src"), join(folder, name));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "main.js"), code);
    // Young objects get so much room that only a program that asks for a collection has one.
    const args = ["--expose-gc", "--min-semi-space-size=16", join(folder, "main.js")];
    const options = { timeout: LIMIT, killSignal: "SIGKILL" } as const;
    return (await promisify(execFile)(process.execPath, args, options)).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(from: string, to: string): void {
  mkdirSync(to);
  const files = readdirSync(from, { recursive: true, encoding: "utf8" });
  for (const name of files.filter((it) => it.endsWith(".ts"))) {
    const { outputText } = ts.transpileModule(readFileSync(join(from, name), "utf8"), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    const file = join(to, name.replace(/\.ts$/, ".js"));
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, outputText.replaceAll('"@chankit/channel"', '"../channel/index.js"'));
  }
}

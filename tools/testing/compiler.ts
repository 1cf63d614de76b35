// The compiler as a program of its own: TypeScript 7, which takes a tenth of the time of the one that can be
// loaded.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const tsc = join(root, "node_modules/typescript-7/bin/tsc");
const cache = join(root, "packages/examples/node_modules/.cache");

/** What is wrong with the types of these files, by their paths, with all settings of this repository. */
export async function typeErrors(
  files: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { output, isRight } = await compile(join(root, "tsconfig.json"), files, {
    noEmit: true,
    noUnusedLocals: false,
  });
  const errors = new Map<string, string[]>();
  for (const [, file = "", message = ""] of output.matchAll(/^(.*?)\(\d+,\d+\): (.*)$/gm)) {
    const path = resolve(root, file);
    errors.set(path, [...(errors.get(path) ?? []), message]);
  }
  if (!isRight && !files.some((file) => errors.has(file))) throw new Error(output);
  return errors;
}

/** Writes what the files are without their types to `outDir`, from `rootDir` on; nothing is checked. */
export async function withoutTypes(
  files: readonly string[],
  rootDir: string,
  outDir: string,
): Promise<void> {
  const { output, isRight } = await compile(join(root, "tsconfig.base.json"), files, {
    noEmit: false,
    noCheck: true,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    sourceMap: false,
    rootDir,
    outDir,
  });
  if (!isRight) throw new Error(output);
}

/** Compiles the files, with the settings of a configuration and others. */
async function compile(
  settings: string,
  files: readonly string[],
  compilerOptions: object,
): Promise<{ readonly output: string; readonly isRight: boolean }> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "tsc-"));
  const project = join(folder, "tsconfig.json");
  writeFileSync(
    project,
    JSON.stringify({ extends: settings, compilerOptions, files, include: [] }),
  );
  try {
    return await new Promise((done) => {
      const args = [tsc, "-p", project, "--pretty", "false"];
      execFile(process.execPath, args, { cwd: root }, (error, output) => {
        done({ output, isRight: error === null });
      });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

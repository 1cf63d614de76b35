// A copy of the workspace in which the sources are transpiled and nothing more, made in a moment: so
// the program is run as it is built, as a process of its own, without a build.

import * as fs from "node:fs";
import { join, resolve } from "node:path";

import ts from "typescript";

const packages = resolve(__dirname, "../../../..");

const outDirs = { channel: "dist/esm", pool: "dist/esm", examples: "dist" };

/** Makes the copy in `folder`, and gives the path of the program. */
export function copyWorkspace(folder: string): string {
  for (const [name, outDir] of Object.entries(outDirs)) {
    const from = join(packages, name);
    const to = join(folder, "packages", name);
    transpile(join(from, "src"), join(to, outDir));
    fs.copyFileSync(join(from, "package.json"), join(to, "package.json"));
  }

  const scope = join(folder, "node_modules/@chankit");
  fs.mkdirSync(scope, { recursive: true });
  for (const name of ["channel", "pool"]) {
    fs.symlinkSync(join(folder, "packages", name), join(scope, name), "dir");
  }
  const library = "node_modules/cli-progress";
  fs.symlinkSync(join(packages, "examples", library), join(folder, library), "dir");

  return join(folder, "packages/examples/dist/hash/main.js");
}

function transpile(from: string, to: string): void {
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (entry.isDirectory()) {
      transpile(source, join(to, entry.name));
      continue;
    }
    const { outputText } = ts.transpileModule(fs.readFileSync(source, "utf8"), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    fs.writeFileSync(join(to, entry.name.replace(/\.ts$/, ".js")), outputText);
  }
}

// The programs of texts for readers, as files: each begins with its name.

import { describe, expect, it } from "@jest/globals";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { node } from "../../../tools/testing/program.js";
import { compiledWorkspace } from "../../../tools/testing/workspace.js";

const root = join(__dirname, "../../..");

/** The files that a section has, by their names, and what its main.ts says that it prints. */
function programOf(section: string): { files: Map<string, string>; output: string } {
  const files = new Map<string, string>();
  for (const [, name = "", code = ""] of section.matchAll(/^```ts\n\/\/ (\w+)\.ts\n(.*?)^```/gms)) {
    files.set(name, code);
  }
  const [, output = ""] = (files.get("main") ?? "").split("// Output:\n");
  return { files, output: output.replaceAll(/^\/\/ ?/gm, "") };
}

const texts = ["packages/threads/README.md", "docs/cpu-bound.md"];

describe.each(texts)("%s", (path) => {
  const sections = readFileSync(join(root, path), "utf8").split(/^## /m);
  const programs = sections.map(programOf).filter(({ files }) => files.has("main"));

  it("has programs", () => {
    expect(programs.length).toBeGreaterThan(0);
  });

  it.each(programs.map((program, n) => [n, program] as const))(
    "program %d prints what it says",
    async (n, { files, output }) => {
      const folder = join(await compiledWorkspace(), "packages/threads/texts", `${path}-${n}`);
      mkdirSync(folder, { recursive: true });
      for (const [name, code] of files) {
        const { outputText } = ts.transpileModule(code, {
          compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
        });
        writeFileSync(join(folder, `${name}.js`), outputText);
      }
      expect(await node([join(folder, "main.js")])).toBe(output);
    },
  );
});

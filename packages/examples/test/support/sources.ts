// The programs that stand in texts: every block marked `ts`, of a Markdown file or of a doc comment.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { typeErrors } from "../../../../tools/testing/compiler.js";
import { outputOf } from "./program.js";

const root = join(__dirname, "../../../..");

/** A program of a Markdown file. */
export interface Program {
  /** The heading above it. */
  readonly title: string;
  readonly code: string;
  /** What it says that it prints. */
  readonly output: string;
}

/** The programs of the file at `path`, seen from the top of the repository. */
export function programsOf(path: string): readonly Program[] {
  const sections = readFileSync(join(root, path), "utf8").split(/^#+ /m);
  return sections.flatMap((section) =>
    [...section.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ""]) => ({
      title: section.slice(0, section.indexOf("\n")),
      code,
      output: outputOf(code),
    })),
  );
}

/** An example of a doc comment. */
export interface Example {
  /** Where it is: the file, and the line in it. */
  readonly place: string;
  readonly code: string;
  /** What it says that its lines give, after `//=>`; none if it cannot be run. */
  readonly results: readonly string[];
}

/** The examples in the doc comments of the file at `path`, seen from the top of the repository. */
export function examplesOf(path: string): readonly Example[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/^ *\* ```ts\n(.*?)^ *\* ```/gms)].map(({ 1: block = "", index }) => {
    const code = block.replaceAll(/^ *\* ?/gm, "");
    const results = [...code.matchAll(/\/\/=> (.*)$/gm)].map(([, result = ""]) => result);
    return { place: `${path}:${String(text.slice(0, index).split("\n").length)}`, code, results };
  });
}

/**
 * What the compiler, with all the settings of this repository, has to say against the programs of each text,
 * by its name. All are compiled at one go: most of the work is on the libraries and our sources, which they
 * share.
 */
export async function compileErrors(
  texts: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = new Map([...texts].map(([name, programs]) => [name, written(name, programs)]));
  const all = [...files.values()].flat();
  const said = await typeErrors(all);
  const errorsOf = (path: string): readonly string[] => said.get(path) ?? [];
  return new Map([...files].map(([name, paths]) => [name, paths.flatMap(errorsOf)]));
}

/** Writes the programs of a text to files, and gives their paths. */
function written(name: string, programs: readonly string[]): string[] {
  const folder = join(root, "packages/examples/node_modules/.cache", name);
  mkdirSync(folder, { recursive: true });
  return programs.map((code, i) => {
    const file = join(folder, `${String(i)}.ts`);
    writeFileSync(file, code);
    return file;
  });
}

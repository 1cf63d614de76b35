// The programs that stand in texts: every block marked `ts`, of a Markdown file or of a doc comment.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

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

const parsed = new Map<string, ts.SourceFile>();

/** What the compiler, with all the settings of this repository, has to say against the programs. */
export function compileErrors(name: string, programs: readonly string[]): readonly string[] {
  const folder = join(root, "packages/examples/node_modules/.cache", name);
  mkdirSync(folder, { recursive: true });
  const files = programs.map((code, i) => {
    const file = join(folder, `${String(i)}.ts`);
    writeFileSync(file, code);
    parsed.delete(file);
    return file;
  });

  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    { noUnusedLocals: false },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  const options = config?.options ?? {};
  const program = ts.createProgram(files, options, hostOf(options));
  return files
    .map((file) => program.getSourceFile(file))
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

/** What programs share, which is most of each: the libraries and our sources are read but once. */
function hostOf(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) => {
    const file = parsed.get(path) ?? getSourceFile(path, ...rest);
    if (file !== undefined) parsed.set(path, file);
    return file;
  };
  return host;
}

// A copy of the workspace in which the sources are transpiled and nothing more: so tests run programs
// as they are built, as processes of their own, without a build. It is made once for the sources as
// they are, by the first test that needs it, and serves all others.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const copies = join(root, "node_modules/.cache/programs");
const outDirs = {
  channel: "dist/esm",
  pool: "dist/esm",
  threads: "dist/esm",
  nats: "dist/esm",
  examples: "dist",
};

/** No run of the tests takes so long: older copies of other sources are in use no more. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** The path of the copy. */
export async function compiledWorkspace(): Promise<string> {
  const files = [...Object.keys(outDirs).flatMap(filesOf), ...taskFiles()];
  const hash = createHash("sha256");
  for (const file of [__filename, ...files]) {
    const content = fs.readFileSync(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  const copy = join(copies, hash.digest("hex").slice(0, 16));
  if (!fs.existsSync(copy)) await compile(files, copy);
  return copy;
}

function filesOf(name: string): readonly string[] {
  const folder = join(root, "packages", name);
  const sources = fs.readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" });
  return [
    join(folder, "package.json"),
    ...sources.filter((it) => it.endsWith(".ts")).map((it) => join(folder, "src", it)),
  ];
}

/** What the tests of the threads load in their threads: plain JavaScript, which imports the package. */
function taskFiles(): readonly string[] {
  const folder = join(root, "packages/threads/test/tasks");
  return fs.readdirSync(folder).map((name) => join(folder, name));
}

/** Other processes may do the same at the same time: a copy appears as a whole, and only once. */
async function compile(files: readonly string[], copy: string): Promise<void> {
  // Loaded here, because it takes longer than all the rest of most tests.
  const { default: ts } = await import("typescript");
  fs.mkdirSync(copies, { recursive: true });
  removeOld();

  const draft = fs.mkdtempSync(join(copies, "draft-"));
  const write = (path: string, text: string): void => {
    fs.mkdirSync(join(draft, path, ".."), { recursive: true });
    fs.writeFileSync(join(draft, path), text);
  };
  for (const file of files) {
    const path = relative(root, file);
    const text = fs.readFileSync(file, "utf8");
    if (!file.endsWith(".ts")) {
      write(path, text);
      continue;
    }
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    write(outputOf(path), outputText);
  }
  link(join(draft, "node_modules/@chankit/channel"), "../../packages/channel");
  link(join(draft, "node_modules/@chankit/pool"), "../../packages/pool");
  link(join(draft, "node_modules/@chankit/threads"), "../../packages/threads");
  link(join(draft, "node_modules/@chankit/nats"), "../../packages/nats");
  for (const name of ["jetstream", "transport-node"]) {
    const client = `node_modules/@nats-io/${name}`;
    link(join(draft, client), join(root, "packages/nats", client));
  }
  const library = "node_modules/cli-progress";
  link(join(draft, library), join(root, "packages/examples", library));

  try {
    fs.renameSync(draft, copy);
  } catch (error) {
    fs.rmSync(draft, { recursive: true });
    if (!fs.existsSync(copy)) throw error;
  }
}

function outputOf(path: string): string {
  const [, name, file] = /^packages.(\w+).src.(.*)\.ts$/s.exec(path) as string[];
  return `packages/${name}/${outDirs[name as keyof typeof outDirs]}/${file}.js`;
}

function link(path: string, target: string): void {
  fs.mkdirSync(join(path, ".."), { recursive: true });
  fs.symlinkSync(target, path, "dir");
}

function removeOld(): void {
  for (const name of fs.readdirSync(copies)) {
    const path = join(copies, name);
    const age = Date.now() - fs.statSync(path).mtimeMs;
    if (age > KEPT_MS) fs.rmSync(path, { recursive: true, force: true });
  }
}

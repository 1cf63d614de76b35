// A copy of the workspace in which the sources are transpiled and nothing more: so tests run programs
// as they are built, as processes of their own, without a build. It is made once for the sources as
// they are, by the first test that needs it, and serves all others.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { withoutTypes } from "./compiler.js";

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

let made: Promise<string> | undefined;

/** The path of the copy. */
export function compiledWorkspace(): Promise<string> {
  return (made ??= make());
}

async function make(): Promise<string> {
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
  fs.mkdirSync(copies, { recursive: true });
  removeOld();

  const draft = fs.mkdtempSync(join(copies, "draft-"));
  const compiled = join(draft, "compiled");
  const sources = files.filter((file) => file.endsWith(".ts"));
  await withoutTypes(sources, join(root, "packages"), compiled);
  for (const [name, outDir] of Object.entries(outDirs)) {
    const path = join(draft, "packages", name, outDir);
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.renameSync(join(compiled, name, "src"), path);
  }
  fs.rmSync(compiled, { recursive: true });
  for (const file of files.filter((file) => !file.endsWith(".ts"))) {
    const path = join(draft, relative(root, file));
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.copyFileSync(file, path);
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

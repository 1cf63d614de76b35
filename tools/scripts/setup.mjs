// Sets the repository up, as far as it is not: `setup.mjs` installs, `setup.mjs build` builds too,
// `setup.mjs build bench` also installs the libraries that the benchmarks compare with,
// `setup.mjs mutation` what changes the sources to test the tests, and `setup.mjs build packaging`
// the tools that look at the packages as they will be published.
//
// A step is skipped while its outputs exist and its stamp says that it succeeded on the very same
// inputs. The stamp goes before the step begins, so that an interrupted step is run again.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";

process.chdir(join(import.meta.dirname, "../.."));

const published = ["packages/channel", "packages/pool", "packages/threads", "packages/nats"];
const built = [...published, "packages/examples"];
/** What not every command needs, by name, and where it is. */
const optional = { bench: "bench", mutation: "tools/mutation", packaging: "tools/packaging" };
const folders = [".", ...built, ...Object.values(optional)];
const manifests = folders.map((folder) => `${folder}/package.json`);
const dependencies = [...manifests, "pnpm-lock.yaml", "pnpm-workspace.yaml"];

// In this order each finds the dist of the packages that it depends on.
const buildConfigs = [
  "packages/channel/tsconfig.build.json",
  "packages/channel/tsconfig.cjs.json",
  "packages/pool/tsconfig.build.json",
  "packages/pool/tsconfig.cjs.json",
  "packages/threads/tsconfig.build.json",
  "packages/threads/tsconfig.cjs.json",
  "packages/nats/tsconfig.build.json",
  "packages/nats/tsconfig.cjs.json",
  "packages/examples/tsconfig.build.json",
];

step({
  name: "install",
  inputs: dependencies,
  outputs: [
    "packages/pool/node_modules",
    "packages/threads/node_modules",
    "packages/nats/node_modules",
    "packages/examples/node_modules",
  ],
  run: () => install(Object.keys(optional).map((name) => `!@chankit/${name}`)),
});

for (const [name, folder] of Object.entries(optional)) {
  if (!process.argv.includes(name)) continue;
  step({
    name,
    inputs: dependencies,
    outputs: [`${folder}/node_modules`],
    run: () => install([`@chankit/${name}`]),
  });
}

if (process.argv.includes("build")) {
  step({
    name: "build",
    inputs: [
      ...dependencies,
      ...["tsconfig.base.json", "tsconfig.build.json", "tsconfig.cjs.json", ...buildConfigs],
      ...built.map((folder) => `${folder}/src`),
    ],
    outputs: built.map((folder) => `${folder}/dist`),
    run: build,
  });
}

function install(names) {
  const { packageManager } = JSON.parse(fs.readFileSync("package.json", "utf8"));
  const filters = names.map((name) => `--filter "${name}"`).join(" ");
  exec(`npx --yes ${packageManager} install --frozen-lockfile ${filters}`);
}

function build() {
  for (const folder of built) fs.rmSync(`${folder}/dist`, { recursive: true, force: true });
  // One after the other: they do not say which of them they need.
  const tsc = "node_modules/typescript-7/bin/tsc -b --force --builders 1";
  exec(`node ${tsc} ${buildConfigs.join(" ")}`);
  for (const folder of published) {
    fs.writeFileSync(`${folder}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
  }
}

function step({ name, inputs, outputs, run }) {
  const stamp = `node_modules/.cache/setup/${name}`;
  const hash = hashOf(["tools/scripts/setup.mjs", ...inputs]);
  const isStamped = fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === hash;
  if (isStamped && outputs.every((output) => fs.existsSync(output))) return;

  console.error(`setup: ${name} …`);
  fs.rmSync(stamp, { force: true });
  run();
  fs.mkdirSync(dirname(stamp), { recursive: true });
  fs.writeFileSync(stamp, hash);
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap(filesUnder)) {
    const content = fs.readFileSync(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function filesUnder(path) {
  if (!fs.statSync(path).isDirectory()) return [path];
  const names = fs.readdirSync(path).sort();
  return names.flatMap((name) => filesUnder(`${path}/${name}`));
}

/** Runs a command line and says nothing, unless it fails: then everything that it printed. */
function exec(commandLine) {
  const options = { encoding: "utf8", maxBuffer: Infinity, shell: true };
  const { status, stdout, stderr } = spawnSync(commandLine, options);
  if (status === 0) return;
  console.error(stdout + stderr);
  process.exit(status ?? 1);
}

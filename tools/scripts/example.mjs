// Runs the example with the given name; without a name, lists all of them. They must be built.
// With `--trace FILE` it also writes what happened: a trace for Perfetto (.json), a Mermaid diagram (.mmd)
// or a picture (.svg).

import * as fs from "node:fs";
import { extname, join } from "node:path";
import { parseArgs } from "node:util";

const examples = join(import.meta.dirname, "../../packages/examples");
/** The folder of each example, by its name. */
const folders = new Map(["patterns", "threads"].flatMap(examplesIn));
const names = [...folders.keys()];
const { values, positionals } = parseArgs({
  options: { trace: { type: "string" } },
  allowPositionals: true,
});
const [name] = positionals;
/** How a trace is written, by the end of the name of its file. */
const formats = { ".json": "toChromeTrace", ".mmd": "toMermaid", ".svg": "toSvg" };

if (name === undefined) {
  console.log("npm run example NAME [-- --trace FILE.json|.mmd|.svg] runs one of these:\n");
  list(console.log);
} else if (names.includes(name)) {
  const write = values.trace === undefined ? () => undefined : await startTrace(values.trace);
  const { main } = await import("../../packages/channel/dist/esm/index.js");
  // In some of them tasks wait for ever when the program is over.
  await main(() => import(`../../packages/examples/dist/${folders.get(name)}/${name}.js`));
  write();
} else {
  console.error(`There is no example ${name}. There are:\n`);
  list(console.error);
  process.exitCode = 1;
}

/** The examples in a folder, each with the folder. What threads load is none. */
function examplesIn(folder) {
  return fs
    .readdirSync(`${examples}/src/${folder}`)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".tasks.ts"))
    .map((file) => [file.slice(0, -".ts".length), folder]);
}

/** Records from now on; gives what writes the recording to `file`. */
async function startTrace(file) {
  const format = formats[extname(file)];
  if (format === undefined) {
    console.error(
      `--trace takes a file that ends in ${Object.keys(formats).join(", ")}, not ${file}`,
    );
    process.exit(1);
  }
  const { record } = await import("../../packages/channel/dist/esm/debug/index.js");
  const recording = record();
  return () => {
    recording.stop();
    fs.writeFileSync(file, recording[format]());
    console.error(`${recording.events.length} events, written to ${file}`);
  };
}

/** Each with the comment in its first line. */
function list(print) {
  const width = Math.max(...names.map(({ length }) => length));
  for (const name of names) {
    const [title = ""] = fs
      .readFileSync(`${examples}/src/${folders.get(name)}/${name}.ts`, "utf8")
      .split("\n");
    print(`  ${name.padEnd(width)}  ${title.replace("// ", "")}`);
  }
}

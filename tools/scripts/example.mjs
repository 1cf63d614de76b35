// Runs the example with the given name; without a name, lists all of them. They must be built.

import * as fs from "node:fs";
import { join } from "node:path";

const examples = join(import.meta.dirname, "../../packages/examples");
const names = fs
  .readdirSync(`${examples}/src/patterns`)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length));
const [name] = process.argv.slice(2);

if (name === undefined) {
  console.log("npm run example NAME runs one of these:\n");
  list(console.log);
} else if (names.includes(name)) {
  await import(`../../packages/examples/dist/patterns/${name}.js`);
} else {
  console.error(`There is no example ${name}. There are:\n`);
  list(console.error);
  process.exitCode = 1;
}

/** Each with the comment in its first line. */
function list(print) {
  const width = Math.max(...names.map(({ length }) => length));
  for (const name of names) {
    const [title = ""] = fs.readFileSync(`${examples}/src/patterns/${name}.ts`, "utf8").split("\n");
    print(`  ${name.padEnd(width)}  ${title.replace("// ", "")}`);
  }
}

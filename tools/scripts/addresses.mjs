// Where the repository is, as every package.json that people see says it. `addresses.mjs` fails if one says
// something else; `addresses.mjs --update` writes it. After a move change the constant, and update.

import * as fs from "node:fs";
import { join } from "node:path";

/** A placeholder until the repository has an address. */
const REPOSITORY = "https://github.com/OWNER/chankit";

const root = join(import.meta.dirname, "../..");
const isUpdate = process.argv.includes("--update");

for (const directory of [
  undefined,
  "packages/channel",
  "packages/pool",
  "packages/threads",
  "packages/nats",
]) {
  const path = join(root, directory ?? "", "package.json");
  const text = fs.readFileSync(path, "utf8");
  const expected = `${JSON.stringify(addressed(JSON.parse(text), directory), undefined, 2)}\n`;
  if (text === expected) continue;
  if (isUpdate) {
    fs.writeFileSync(path, expected);
  } else {
    console.error(`${path} has other addresses: node tools/scripts/addresses.mjs --update`);
    process.exitCode = 1;
  }
}

/** The manifest with the addresses, which stand behind the licence. */
function addressed({ repository, homepage, bugs, ...manifest }, directory) {
  const addresses = {
    homepage:
      directory === undefined
        ? `${REPOSITORY}#readme`
        : `${REPOSITORY}/tree/main/${directory}#readme`,
    repository: { type: "git", url: `git+${REPOSITORY}.git`, directory },
    bugs: { url: `${REPOSITORY}/issues` },
  };
  const entries = Object.entries(manifest);
  const after = 1 + entries.findIndex(([key]) => key === "license");
  return Object.fromEntries(entries.toSpliced(after, 0, ...Object.entries(addresses)));
}

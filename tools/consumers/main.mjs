// `npm run test:consumers [-- NAME …]`: packs the packages as they will be published, installs them
// into fresh projects of every kind, and runs what stands in list.mjs. `--list` tells the names.

import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consumers } from "./list.mjs";
import { consume } from "./consume.mjs";
import { pack } from "./pack.mjs";

const names = process.argv.slice(2);
if (names.includes("--list")) {
  console.log(Object.keys(consumers).join("\n"));
  process.exit();
}
const unknown = names.filter((name) => !(name in consumers));
if (unknown.length > 0) {
  console.error(`no such consumer: ${unknown.join(", ")}; there are`, Object.keys(consumers));
  process.exit(1);
}

const counts = { ok: 0, failed: 0, "left out": 0 };
const root = fs.mkdtempSync(join(tmpdir(), "chankit-consumers-"));
const tarballs = await pack(root);
// Most of the time goes into installing, so two of them share the machine.
const left = names.length > 0 ? names : Object.keys(consumers);
await Promise.all([consumeThose(), consumeThose()]);

console.log(`${counts.ok} passed, ${counts.failed} failed, ${counts["left out"]} left out`);
if (counts.failed > 0) console.log(`the projects that failed are in ${root}`);
else fs.rmSync(root, { recursive: true, force: true });
process.exitCode = counts.failed > 0 ? 1 : 0;

async function consumeThose() {
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const { result, detail } = await consume(consumers[name], join(root, name), tarballs);
    console.log(`${name}: ${result}${detail === "" ? "" : `\n${detail}`}`);
    counts[result]++;
  }
}

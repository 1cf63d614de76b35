// Looks at what would be published: packs all packages, once, and has publint and "Are the types wrong?" look at
// each tarball.

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { problemKindInfo } from "@arethetypeswrong/core/problems";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const folders = ["channel", "pool", "threads", "nats"].map((name) =>
  join(import.meta.dirname, "../../packages", name),
);

for (const [name, tarball] of pack()) {
  const problems = [...(await wrong(tarball)), ...(await wrongTypes(tarball))];
  console.log(`${name}: ${problems.length === 0 ? "fit to be published" : "is wrong:"}`);
  for (const problem of problems) console.log(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

/** The tarballs, each by its name. */
function pack() {
  const to = fs.mkdtempSync(join(tmpdir(), "chankit-packed-"));
  try {
    const args = ["pack", "--silent", "--pack-destination", to, ...folders];
    const command = ["npm", ...args.map((arg) => `"${arg}"`)].join(" ");
    const { status } = spawnSync(command, { shell: true, stdio: ["ignore", "ignore", "inherit"] });
    const names = fs.readdirSync(to).sort();
    if (status !== 0 || names.length !== folders.length) throw new Error(`${command}: ${names}`);
    return names.map((name) => [name, new Uint8Array(fs.readFileSync(join(to, name)))]);
  } finally {
    fs.rmSync(to, { recursive: true });
  }
}

async function wrong(tarball) {
  const pack = { tarball: tarball.buffer };
  const { messages, pkg } = await publint({ strict: true, pack });
  return messages.map((message) => formatMessage(message, pkg));
}

async function wrongTypes(tarball) {
  const { types, problems = [] } = await checkPackage(createPackageFromTarballData(tarball));
  const found = problems.map(
    (problem) => `${problemKindInfo[problem.kind].description} ${JSON.stringify(problem)}`,
  );
  return types === false ? ["there are no types"] : found;
}

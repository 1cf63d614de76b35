// The tarballs that would be published.

import * as fs from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";

const repository = join(import.meta.dirname, "../..");
const { packageManager } = JSON.parse(fs.readFileSync(join(repository, "package.json"), "utf8"));
const packers = { npm: "npm", pnpm: `npx --yes ${packageManager}` };

/** Packs the packages into `folder` by each packer; gives the paths of the tarballs by packer. */
export async function pack(folder) {
  const tarballs = {};
  for (const [packer, command] of Object.entries(packers)) {
    const own = join(folder, packer);
    fs.mkdirSync(own);
    for (const name of ["channel", "pool", "threads"]) {
      const packing = `${command} pack --pack-destination "${own}"`;
      const { status, output } = await run(packing, join(repository, "packages", name));
      if (status !== 0) throw new Error(`${packing}: ${status}\n${output}`);
    }
    tarballs[packer] = fs.readdirSync(own).map((name) => join(own, name));
  }
  return tarballs;
}

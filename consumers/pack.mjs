// The tarballs that would be published.

import * as fs from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";

const repository = join(import.meta.dirname, "..");

/** Packs both packages into `folder`; gives the paths of the tarballs. */
export function pack(folder) {
  const { packageManager } = JSON.parse(fs.readFileSync(join(repository, "package.json"), "utf8"));
  for (const name of ["channel", "pool"]) {
    // pnpm and not npm: only pnpm puts a version in the place of "workspace:^".
    const command = `npx --yes ${packageManager} pack --pack-destination "${folder}"`;
    const { status, output } = run(command, join(repository, "packages", name));
    if (status !== 0) throw new Error(output);
  }
  return fs.readdirSync(folder).map((name) => join(folder, name));
}

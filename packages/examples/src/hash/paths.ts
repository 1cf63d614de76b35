// The paths that were typed.

import { realpath, stat } from "node:fs/promises";
import { relative } from "node:path";

import { joined } from "./directory.js";
import { FatalError, printable, reasonOf } from "./errors.js";

/** @throws FatalError if there is no directory. */
export async function checkIsDirectory(path: string): Promise<void> {
  let reason: string | undefined;
  try {
    if (!(await stat(path)).isDirectory()) reason = "not a directory";
  } catch (error) {
    reason = reasonOf(error);
  }
  if (reason !== undefined) throw new FatalError(`${printable(path)}: ${reason}`);
}

/** The path by which a walk through `dir` would find `file`; whatever, if it would not find it. */
export async function pathBelow(dir: string, file: string): Promise<Buffer | undefined> {
  try {
    const below = relative(await realpath(dir), await realpath(file));
    return joined(Buffer.from(dir), Buffer.from(below));
  } catch {
    // A pipe, as behind /dev/stdout, has no path.
    return undefined;
  }
}

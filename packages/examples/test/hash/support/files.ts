// Files to hash, and what their hashes are.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";

import { tempFolder } from "./temp-folder.js";

/** What sha256sum would say of `content`. */
export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Writes the files and gives the folder. */
export function folderWith(files: Record<string, string | Buffer>): string {
  const folder = tempFolder();
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(join(folder, name, ".."), { recursive: true });
    fs.writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Puts files that are alike into a folder: links of one, since to make a file takes a millisecond on some disks. */
export function putAlike(
  folder: string,
  names: readonly string[],
  content: Buffer | "" = "",
): void {
  const [first = "", ...others] = names.map((name) => join(folder, name));
  fs.writeFileSync(first, content);
  for (const other of others) fs.linkSync(first, other);
}

/** The lines of an output file, in the order of their bytes. */
export function sortedLines(path: string): string[] {
  return fs.readFileSync(path, "latin1").split("\n").slice(0, -1).sort();
}

// Folders that exist during one test.

import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach } from "@jest/globals";

import { tool } from "./tool.js";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) removeFolder(folder);
});

/** A new folder, which is removed after the test. */
export function tempFolder(): string {
  const folder = makeFolder();
  folders.push(folder);
  return folder;
}

/** A new folder, for {@link removeFolder}. */
export function makeFolder(): string {
  // By its real path: on macOS the folder of temporary files is a symbolic link.
  return fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "chankit-")));
}

/** Node's own `rm` has no way to paths that are too long; that of the system is a process more. */
export function removeFolder(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    tool("rm", ["-rf", folder]);
  }
}

/**
 * Puts a file, or a folder, under `root` whose path is longer than the system takes, so that nothing,
 * not even root, can open it by that path. Gives the path.
 */
export function putOutOfReach(root: string, kind: "file" | "folder"): string {
  const name = "n".repeat(200);
  let parent = root;
  try {
    for (;;) {
      fs.mkdirSync(join(parent, name));
      parent = join(parent, name);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENAMETOOLONG") throw error;
  }
  // From where it is it can be made.
  tool(kind === "file" ? "touch" : "mkdir", [name], parent);
  return join(parent, name);
}

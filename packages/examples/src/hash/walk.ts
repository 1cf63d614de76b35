// The walk through a tree of directories, one entry at a time.
//
// One directory is open at a time, however deep the tree is. What is kept are the names of those
// that are still to be entered; files are not kept at all. The price is the order: entries come as
// the file system has them, since sorting would need all of them first.

import type { Dirent } from "node:fs";

import { Ahead } from "./ahead.js";
import { entriesOf, joined, type ReadOptions } from "./directory.js";

/** Something under the root that is neither a directory nor a symbolic link. */
export interface Found {
  /** Bytes, since a name need not be text in any encoding. */
  readonly path: Buffer;
  /** What it is, if it is not a regular file: a pipe, a socket or a device. */
  readonly special: string | undefined;
}

/** How to walk. The signal ends it early, without an error. */
export interface WalkOptions extends Omit<ReadOptions, "onLostEntry"> {
  /** What is to be left out. */
  readonly except?: Buffer | undefined;
  /** Is told of each directory and each entry that cannot be read; the walk goes on behind it. */
  readonly onUnreadable?: (path: Buffer, error: unknown) => void;
}

/** Finds what is under `root`, without following symbolic links; `root` itself may be one. */
export async function* walk(root: Buffer, options: WalkOptions): AsyncGenerator<Found, void> {
  const { signal, except, onUnreadable = () => undefined } = options;
  const ahead = new Ahead(root);

  for (let path = ahead.next(); path !== undefined; path = ahead.next()) {
    try {
      for await (const entry of entriesOf(path, { ...options, onLostEntry: onUnreadable })) {
        if (entry.isDirectory()) {
          ahead.add(path, entry.name);
        } else if (!entry.isSymbolicLink()) {
          const here = joined(path, entry.name);
          if (except?.equals(here) !== true) yield { path: here, special: specialKind(entry) };
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      onUnreadable(path, error);
    }
  }
}

function specialKind(entry: Dirent<Buffer>): string | undefined {
  if (entry.isFIFO()) return "named pipe";
  if (entry.isSocket()) return "socket";
  if (entry.isCharacterDevice() || entry.isBlockDevice()) return "device";
  return undefined;
}

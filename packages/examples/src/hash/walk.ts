// The walk through a tree of directories, one entry at a time.
//
// One directory is open at a time, however deep the tree is. What is kept are the names of those
// that are still to be entered; files are not kept at all. The price is the order: entries come as
// the file system has them, since sorting would need all of them first.

import type { Dirent } from "node:fs";

import { entriesOf, type ReadOptions } from "./directory.js";

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
        const here = joined(path, entry.name);
        if (entry.isDirectory()) ahead.add(path, entry.name);
        else if (!entry.isSymbolicLink() && except?.equals(here) !== true) {
          yield { path: here, special: specialKind(entry) };
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      onUnreadable(path, error);
    }
  }
}

/** The directories that are still to be entered, the last ones found first: that keeps them few. */
class Ahead {
  readonly #levels: { readonly parent: Buffer; readonly names: string[] }[] = [];
  #root: Buffer | undefined;

  constructor(root: Buffer) {
    this.#root = root;
  }

  add(parent: Buffer, name: Buffer): void {
    let level = this.#levels.at(-1);
    if (level?.parent !== parent) {
      level = { parent, names: [] };
      this.#levels.push(level);
    }
    // Every byte is a character of latin1; a string takes less than a Buffer.
    level.names.push(name.toString("latin1"));
  }

  next(): Buffer | undefined {
    const root = this.#root;
    this.#root = undefined;
    if (root !== undefined) return root;

    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const name = level.names.pop();
      if (name !== undefined) return joined(level.parent, Buffer.from(name, "latin1"));
      this.#levels.pop();
    }
    return undefined;
  }
}

/** The path of what is called `name` in `directory`; that stays as it was typed. */
export function joined(directory: Buffer, name: Buffer): Buffer {
  const slash = directory.at(-1) === 0x2f ? "" : "/";
  return Buffer.concat([directory, Buffer.from(slash), name]);
}

function specialKind(entry: Dirent<Buffer>): string | undefined {
  if (entry.isFIFO()) return "named pipe";
  if (entry.isSocket()) return "socket";
  if (entry.isCharacterDevice() || entry.isBlockDevice()) return "device";
  return undefined;
}

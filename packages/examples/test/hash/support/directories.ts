// Directories that exist only in a test, to be opened as Node opens them. They may fail as real ones
// do: an entry that vanishes before Node has looked what it is costs all that came with it.

import type { Dir, Dirent } from "node:fs";

import type { OpenDirectory } from "../../../src/hash/directory.js";

/** What a directory gives: a name, with a slash at its end for a directory; or a failure. */
export type Item = string | Error;

/** The failure to look at an entry, as Node has it. */
export function vanished(path: string): Error {
  return Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT", syscall: "lstat", path });
}

/** Directories by their path. */
export class Directories {
  readonly #items: () => Record<string, readonly Item[]>;
  /** How many are open now, and were at most. */
  open = 0;
  mostOpen = 0;
  /** What was opened, in order. */
  readonly asked: string[] = [];

  /** @param items Is asked at each opening. */
  constructor(items: () => Record<string, readonly Item[]>) {
    this.#items = items;
  }

  readonly opendir: OpenDirectory = async (path, { bufferSize }) => {
    const name = path.toString();
    this.asked.push(`${name} by ${bufferSize}`);
    const items = this.#items()[name];
    if (items === undefined) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });

    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    const left = [...items];
    const fetched: string[] = [];
    const read = async (): Promise<Dirent<Buffer> | null> => {
      if (fetched.length === 0) {
        for (const item of left.splice(0, bufferSize)) {
          if (item instanceof Error) {
            // All that is behind it was fetched, and is lost with it.
            throw item;
          }
          fetched.push(item);
        }
      }
      const next = fetched.shift();
      return next === undefined ? null : entry(next);
    };
    const close = async (): Promise<void> => {
      this.open--;
    };
    return { read, close } as unknown as Dir;
  };
}

function entry(item: string): Dirent<Buffer> {
  const isDirectory = item.endsWith("/");
  const never = (): boolean => false;
  return {
    name: Buffer.from(isDirectory ? item.slice(0, -1) : item),
    isDirectory: () => isDirectory,
    isSymbolicLink: never,
    isFIFO: never,
    isSocket: never,
    isCharacterDevice: never,
    isBlockDevice: never,
  } as unknown as Dirent<Buffer>;
}

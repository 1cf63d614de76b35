// The walk through a tree of directories, one entry at a time.
//
// Nothing but the directories on the way down from the root is open or in memory, so a directory of
// a million files takes no more than one of ten. The price is the order: entries come as the file
// system has them, since sorting would need all of them first.

import { type Dir, type Dirent, opendirSync } from "node:fs";
import { opendir } from "node:fs/promises";

import { gosched } from "@chankit/channel";

/** Something under the root that is neither a directory nor a symbolic link. */
export interface Found {
  /** Bytes, since a name need not be text in any encoding. */
  readonly path: Buffer;
  /** What it is, if it is not a regular file: a pipe, a socket or a device. */
  readonly special: string | undefined;
}

export interface WalkOptions {
  /** Ends the walk early, without an error. */
  readonly signal: AbortSignal;
  /**
   * Reads directories in this thread, rather than to queue up for one of those in which Node does
   * its file I/O. The event loop still gets its turns in between.
   */
  readonly blocking?: boolean;
  /** What is to be left out. */
  readonly except?: Buffer | undefined;
  /** Is told of each directory that cannot be read; the walk goes on behind it. */
  readonly onUnreadable?: (path: Buffer, error: unknown) => void;
}

interface Level {
  readonly path: Buffer;
  readonly directory: Dir;
}

// How many entries Node fetches at a time.
const BUFFER_SIZE = 256;

/** Finds what is under `root`, without following symbolic links; `root` itself may be one. */
export async function* walk(root: Buffer, options: WalkOptions): AsyncGenerator<Found, void> {
  const { signal, blocking = false, except, onUnreadable } = options;
  const levels: Level[] = [];

  async function enter(path: Buffer): Promise<void> {
    try {
      // Node takes "buffer" for an encoding here, too; its types do not say so.
      const how = { encoding: "buffer" as BufferEncoding, bufferSize: BUFFER_SIZE };
      levels.push({
        path,
        directory: blocking ? opendirSync(path, how) : await opendir(path, how),
      });
    } catch (error) {
      onUnreadable?.(path, error);
    }
  }

  /** The next entry; `null` after the last, and when there is no getting at it. */
  async function next({ path, directory }: Level): Promise<Dirent<Buffer> | null> {
    try {
      const entry: unknown = blocking ? directory.readSync() : await directory.read();
      return entry as Dirent<Buffer> | null;
    } catch (error) {
      onUnreadable?.(path, error);
      return null;
    }
  }

  async function leave({ directory }: Level): Promise<void> {
    if (blocking) directory.closeSync();
    else await directory.close();
  }

  try {
    await enter(root);
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      if (blocking) await gosched();
      if (signal.aborted) return;

      const entry = await next(level);
      if (entry === null) {
        levels.pop();
        await leave(level);
        continue;
      }

      const path = join(level.path, entry.name);
      if (entry.isDirectory()) await enter(path);
      else if (!entry.isSymbolicLink() && except?.equals(path) !== true) {
        yield { path, special: specialKind(entry) };
      }
    }
  } finally {
    for (const level of levels) await leave(level);
  }
}

function join(directory: Buffer, name: Buffer): Buffer {
  const slash = directory.at(-1) === 0x2f ? "" : "/";
  return Buffer.concat([directory, Buffer.from(slash), name]);
}

function specialKind(entry: Dirent<Buffer>): string | undefined {
  if (entry.isFIFO()) return "named pipe";
  if (entry.isSocket()) return "socket";
  if (entry.isCharacterDevice() || entry.isBlockDevice()) return "device";
  return undefined;
}

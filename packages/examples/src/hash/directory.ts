// The entries of one directory, as the file system has them: streamed, so that a directory of a
// million files takes no more memory than one of ten.

import type { Dir, Dirent } from "node:fs";
import { opendir } from "node:fs/promises";

import type { Descriptors } from "./descriptors.js";
import { unlessAborted } from "./patience.js";

/** How a directory is read. */
export interface ReadOptions {
  /** Ends it at once, also while the system does not answer. */
  readonly signal: AbortSignal;
  readonly descriptors: Descriptors;
  /** Is told of each entry that cannot be looked at; the others come all the same. */
  readonly onLostEntry?: (path: Buffer, error: unknown) => void;
  /** Opens a directory as Node does. */
  readonly opendir?: OpenDirectory;
}

/** Node takes "buffer" for an encoding here, too; its types do not say so. */
export type OpenDirectory = (
  path: Buffer,
  options: { encoding: BufferEncoding; bufferSize: number },
) => Promise<Dir>;

// How many entries Node fetches at a time.
const BUFFER_SIZE = 256;

/**
 * Finds the entries of a directory.
 *
 * Some file systems do not tell what an entry is. Node looks at each of them then, and if one has
 * vanished meanwhile, all that it has fetched with it are lost. So they are fetched once more from
 * the last one that came, one at a time: each can only lose itself.
 *
 * @throws The system's error if the directory cannot be read, or not to its end.
 */
export async function* entriesOf(
  path: Buffer,
  options: ReadOptions,
): AsyncGenerator<Dirent<Buffer>, void> {
  let last: Buffer | undefined;
  for (const bufferSize of [BUFFER_SIZE, 1]) {
    const directory = await enter(path, bufferSize, options);
    try {
      let isSkipping = bufferSize === 1 && last !== undefined;
      for (;;) {
        const entry = await next(directory, options);
        if (entry instanceof LostEntry) {
          if (bufferSize > 1) break;
          if (!isSkipping) options.onLostEntry?.(entry.path, entry.error);
        } else if (entry === null) {
          if (isSkipping) throw new Error("changed while it was read");
          return;
        } else if (isSkipping) {
          isSkipping = last?.equals(entry.name) === false;
        } else {
          last = entry.name;
          yield entry;
        }
      }
    } finally {
      await leave(directory, options);
    }
  }
}

function enter(path: Buffer, bufferSize: number, options: ReadOptions): Promise<Dir> {
  const { signal, descriptors, opendir: open = opendir } = options;
  const how = { encoding: "buffer" as BufferEncoding, bufferSize };
  const opening = descriptors.open(
    () => open(path, how),
    () => signal,
  );
  return unlessAborted(signal, opening, (directory) => void close(directory, options));
}

async function next(
  directory: Dir,
  { signal }: ReadOptions,
): Promise<Dirent<Buffer> | LostEntry | null> {
  try {
    const entry: unknown = await unlessAborted(signal, directory.read());
    return entry as Dirent<Buffer> | null;
  } catch (error) {
    const { syscall, path } = error as NodeJS.ErrnoException;
    // Anything else is about the directory, not about one entry.
    if (syscall !== "lstat" || path === undefined) throw error;
    return new LostEntry(Buffer.from(path), error);
  }
}

/** An entry of which Node could not find out what it is. */
class LostEntry {
  readonly path: Buffer;
  readonly error: unknown;

  constructor(path: Buffer, error: unknown) {
    this.path = path;
    this.error = error;
  }
}

async function leave(directory: Dir, options: ReadOptions): Promise<void> {
  const closing = close(directory, options);
  // It waits for what is being read, which may never come.
  if (!options.signal.aborted) await closing;
}

async function close(directory: Dir, { descriptors }: ReadOptions): Promise<void> {
  // Nothing was written, so nothing can be lost.
  await directory.close().catch(() => undefined);
  descriptors.closed();
}

/** The path of what is called `name` in `directory`; that stays as it was typed. */
export function joined(directory: Buffer, name: Buffer): Buffer {
  const slash = directory.at(-1) === 0x2f ? "" : "/";
  return Buffer.concat([directory, Buffer.from(slash), name]);
}

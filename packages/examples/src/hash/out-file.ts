// The file that --out names.

import { type FileHandle, open } from "node:fs/promises";

import { FatalError, printable, reasonOf } from "./errors.js";

// Writing each line by itself would cost more than hashing a small file.
const BATCH_SIZE = 64 * 1024;

/**
 * A file that is written line by line. It is written in place, not in a copy that is renamed at the
 * end: after Ctrl-C it is still good for something, since it only ever gets whole lines, and it may
 * be a pipe.
 */
export class OutFile {
  readonly #path: string;
  readonly #file: FileHandle;
  #lines: Buffer[] = [];
  #size = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Creates the file, or empties it. */
  static async open(path: string): Promise<OutFile> {
    return new OutFile(path, await fatal(path, () => open(path, "w")));
  }

  /** Adds a line; waits while the file does not take more, and so should the caller. */
  async add(line: Buffer): Promise<void> {
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size >= BATCH_SIZE) await this.#flush();
  }

  /** Writes the last lines and closes the file. */
  async close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      await fatal(this.#path, () => this.#file.close());
    }
  }

  async #flush(): Promise<void> {
    if (this.#size === 0) return;
    const lines = Buffer.concat(this.#lines);
    this.#lines = [];
    this.#size = 0;
    await fatal(this.#path, () => this.#file.appendFile(lines));
  }
}

/** What cannot be written cannot be made good by going on. */
async function fatal<R>(path: string, write: () => Promise<R>): Promise<R> {
  try {
    return await write();
  } catch (error) {
    throw new FatalError(`${printable(path)}: ${reasonOf(error)}`);
  }
}

// Where --out has the sums written.

import { open } from "node:fs/promises";

import { Mutex } from "@chankit/channel";

import type { Descriptors } from "./descriptors.js";
import { BrokenPipeError, FatalError, isBrokenPipe, printable, reasonOf } from "./errors.js";
import { standardStreamAt, writeAll } from "./standard-stream.js";

// Writing each line by itself would cost more than hashing a small file.
const BATCH_SIZE = 64 * 1024;

/**
 * An output that is written line by line. A file is written in place, not in a copy that is renamed
 * at the end: after Ctrl-C it is still good for something, since it only ever gets whole lines, and
 * it may be a pipe.
 */
export class OutFile {
  /** Whether it is standard output, which nothing else must be written to then. */
  readonly isStdout: boolean;
  readonly #name: string;
  readonly #target: Target;
  /** Batches are written one after another, or they would mingle. */
  readonly #turn = new Mutex();
  #lines: Buffer[] = [];
  #size = 0;
  #isBroken = false;

  private constructor(name: string, target: Target, isStdout: boolean) {
    this.#name = name;
    this.#target = target;
    this.isStdout = isStdout;
  }

  /** Creates the file, or empties it; `-` is standard output. */
  static async open(path: string, descriptors: Descriptors): Promise<OutFile> {
    const stream = await standardStreamAt(path);
    const isStdout = stream === "stdout";
    const name = isStdout ? "standard output" : printable(path);
    if (stream !== undefined) {
      return new OutFile(name, { appendFile: (lines) => writeAll(stream, lines) }, isStdout);
    }
    try {
      // Nothing is there yet that could end the wait; Ctrl-C ends the process.
      const { signal } = new AbortController();
      const file = await descriptors.open(
        () => open(path, "w"),
        () => signal,
      );
      return new OutFile(name, file, isStdout);
    } catch (error) {
      throw fatal(name, error);
    }
  }

  /** Adds a line; waits while the output takes no more, and so should the caller. */
  async add(line: Buffer): Promise<void> {
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size >= BATCH_SIZE) await this.flush();
  }

  /** Writes the lines that there are. */
  async flush(): Promise<void> {
    using _turn = await this.#turn.lock();
    // It was told already, and the rest would have a gap before it.
    if (this.#size === 0 || this.#isBroken) return;
    const lines = Buffer.concat(this.#lines);
    this.#lines = [];
    this.#size = 0;
    try {
      await this.#target.appendFile(lines);
    } catch (error) {
      this.#isBroken = true;
      throw this.isStdout && isBrokenPipe(error) ? new BrokenPipeError() : fatal(this.#name, error);
    }
  }

  /** Writes the last lines and closes the file. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#target.close?.().catch((error: unknown) => {
        throw fatal(this.#name, error);
      });
    }
  }
}

/** A file; or a standard stream, which is not ours to close. */
interface Target {
  appendFile(lines: Buffer): Promise<void>;
  close?(): Promise<void>;
}

/** What cannot be written cannot be made good by going on. */
function fatal(name: string, error: unknown): FatalError {
  return new FatalError(`${name}: ${reasonOf(error)}`);
}

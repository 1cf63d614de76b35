// The job of this demo: the SHA-256 of one file.

import { createHash } from "node:crypto";
import { constants, type FileHandle, open } from "node:fs/promises";

import type { Job, JobContext } from "@chankit/pool";

import type { Found } from "./walk.js";

// Since it was listed, something else may have taken the place of the file. A link is not followed
// then, and a pipe does not keep us waiting for a writer. Windows has neither flag; to `|` that is 0.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

// Larger ones are not faster; much smaller ones are slower.
const BUFFER_SIZE = 128 * 1024;

/** What the jobs of one run have in common. */
export class Shared {
  /** How many bytes have been read so far: it moves within large files, too. */
  bytes = 0;
  readonly #buffers: Buffer[] = [];

  /** A buffer that nobody else uses meanwhile, since a worker runs one job at a time. */
  bufferOf(worker: number): Buffer {
    return (this.#buffers[worker] ??= Buffer.allocUnsafeSlow(BUFFER_SIZE));
  }
}

/** Computes the SHA-256 of one file. As with every job of a pool, the result is kept in the job. */
export class HashFile implements Job {
  readonly path: Buffer;
  /** The sum in hexadecimal digits, once the job is finished without a failure. */
  digest = "";
  readonly #special: string | undefined;
  readonly #shared: Shared;

  constructor({ path, special }: Found, shared: Shared) {
    this.path = path;
    this.#special = special;
    this.#shared = shared;
  }

  async run(context: JobContext): Promise<void> {
    // Not even opened: to open a device can have effects, and to open a socket is an obscure error.
    if (this.#special !== undefined) throw new Error(`not a regular file, but a ${this.#special}`);

    const file = await open(this.path, FLAGS);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new Error("not a regular file");
      this.digest = await this.#hash(file, stats.size, context);
    } finally {
      await file.close();
    }
  }

  async #hash(file: FileHandle, size: number, context: JobContext): Promise<string> {
    const hash = createHash("sha256");
    const buffer = this.#shared.bufferOf(context.worker);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
      this.#shared.bytes += bytesRead;

      // Nothing more to read; or less than was asked for and just what there should be, which saves
      // most files a read. The size alone would not do: a file may grow, and under /proc it is 0.
      const isShort = bytesRead < buffer.length;
      if (bytesRead === 0 || (isShort && bytes === size)) return hash.digest("hex");
      // A job that does not ask for its signal does not pay for one: most files fit the buffer.
      if (!isShort) context.signal.throwIfAborted();
    }
  }
}

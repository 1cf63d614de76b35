// The job of this demo: the SHA-256 of one file.

import { createHash } from "node:crypto";
import { constants, type FileHandle, open } from "node:fs/promises";

import type { Job, JobContext } from "@chankit/pool";

import type { Descriptors } from "./descriptors.js";
import { unlessAborted } from "./patience.js";
import type { Found } from "./walk.js";

// Since it was listed, something else may have taken the place of the file. A link is not followed
// then, and a pipe does not keep us waiting for a writer. Windows has neither flag; to `|` that is 0.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

// Larger ones are not faster; much smaller ones are slower.
const BUFFER_SIZE = 128 * 1024;

/** What the jobs of one run have in common. */
export class Shared {
  readonly descriptors: Descriptors;
  /** How many bytes have been read so far: it moves within large files, too. */
  bytes = 0;
  /** How many of these are of files in progress. */
  begun = 0;
  /** How many bytes the files in progress still have. */
  unread = 0;
  readonly #buffers: Buffer[] = [];

  constructor(descriptors: Descriptors) {
    this.descriptors = descriptors;
  }

  /** A buffer that nothing else uses meanwhile, since a worker runs one job at a time. */
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

    // When it is given up, it ends even if the file system never answers.
    this.digest = await unlessAborted(context.signal, this.#hash(context));
  }

  async #hash(context: JobContext): Promise<string> {
    const { descriptors } = this.#shared;
    const file = await descriptors.open(
      () => open(this.path, FLAGS),
      () => context.signal,
    );
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new Error("not a regular file");
      return await this.#read(file, stats.size, context);
    } finally {
      await file.close();
      descriptors.closed();
    }
  }

  async #read(file: FileHandle, size: number, { worker, signal }: JobContext): Promise<string> {
    const shared = this.#shared;
    const hash = createHash("sha256");
    const buffer = shared.bufferOf(worker);
    let bytes = 0;
    // A file may grow, and under /proc its size is 0.
    const unread = (): number => Math.max(0, size - bytes);

    shared.unread += size;
    try {
      for (;;) {
        const { bytesRead } = await file.read(buffer);
        signal.throwIfAborted();
        hash.update(buffer.subarray(0, bytesRead));
        shared.unread -= unread();
        bytes += bytesRead;
        shared.unread += unread();
        shared.bytes += bytesRead;
        shared.begun += bytesRead;

        // Nothing more to read; or less than was asked for and just what there should be, which
        // saves most files a read. The size alone would not do.
        const isShort = bytesRead < buffer.length;
        if (bytesRead === 0 || (isShort && bytes === size)) return hash.digest("hex");
      }
    } finally {
      shared.unread -= unread();
      shared.begun -= bytes;
    }
  }
}

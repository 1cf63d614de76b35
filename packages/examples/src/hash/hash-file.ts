// The job of this demo: the SHA-256 of one file. It is opened here; if it is large, a thread reads and
// hashes it.

import { createHash } from "node:crypto";
import { constants, type FileHandle, open } from "node:fs/promises";

import type { Job, JobContext } from "@chankit/pool";
import { ThreadExitError } from "@chankit/threads";

import type { Descriptors } from "./descriptors.js";
import { unlessAborted } from "./patience.js";
import type { HashThreads } from "./threads.js";
import type { Found } from "./walk.js";

// Since it was listed, something else may have taken the place of the file. A link is not followed
// then, and a pipe does not keep us waiting for a writer. Windows has neither flag; to `|` that is 0.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

// Larger ones are not faster; much smaller ones are slower.
const BUFFER_SIZE = 128 * 1024;

/** What is smaller is hashed sooner than a thread has been told of it. */
export const THREAD_SIZE = 2 * BUFFER_SIZE;

/** What the jobs of one run have in common. */
export class Shared {
  readonly descriptors: Descriptors;
  /** Where large files are hashed; without threads all are hashed here. */
  readonly threads: HashThreads | undefined;
  /** How many bytes have been read so far: it moves within large files, too. */
  bytes = 0;
  /** How many of these are of files in progress. */
  begun = 0;
  /** How many bytes the files in progress still have. */
  unread = 0;
  readonly #buffers: Buffer[] = [];
  readonly #elsewhere = new Set<() => void>();

  constructor(descriptors: Descriptors, threads?: HashThreads) {
    this.descriptors = descriptors;
    this.threads = threads;
  }

  /** Asks how far the threads are: they do not tell by themselves. */
  refresh(): void {
    for (const ask of this.#elsewhere) ask();
  }

  /** `ask` is called when it is to be known how far a thread is, until what this gives is called. */
  watch(ask: () => void): () => void {
    this.#elsewhere.add(ask);
    return () => {
      ask();
      this.#elsewhere.delete(ask);
    };
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

  async #read(file: FileHandle, size: number, context: JobContext): Promise<string> {
    const { threads } = this.#shared;
    const reading = new Reading(size, this.#shared);
    try {
      if (threads !== undefined && size >= THREAD_SIZE) {
        try {
          return await this.#readThere(file, reading, threads, context);
        } catch (error) {
          // It could not start, say because there are too many open files. That is no fault of the file.
          if (!(error instanceof ThreadExitError)) throw error;
          reading.restart();
        }
      }
      const digest = await this.#readHere(file, reading, context);
      threads?.hashedHere(reading.bytes);
      return digest;
    } finally {
      reading.end();
    }
  }

  async #readThere(
    file: FileHandle,
    reading: Reading,
    threads: HashThreads,
    { signal }: JobContext,
  ): Promise<string> {
    const progress = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
    const read = new BigInt64Array(progress);
    const unwatch = this.#shared.watch(() => reading.to(Number(Atomics.load(read, 0))));
    try {
      return await threads.sha256(file.fd, progress, signal);
    } finally {
      unwatch();
    }
  }

  async #readHere(file: FileHandle, reading: Reading, context: JobContext): Promise<string> {
    const hash = createHash("sha256");
    const buffer = this.#shared.bufferOf(context.worker);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, reading.bytes);
      context.signal.throwIfAborted();
      hash.update(buffer.subarray(0, bytesRead));
      reading.to(reading.bytes + bytesRead);

      // Nothing more to read; or less than was asked for and just what there should be, which
      // saves most files a read. The size alone would not do.
      const isShort = bytesRead < buffer.length;
      if (bytesRead === 0 || (isShort && reading.bytes === reading.size)) return hash.digest("hex");
    }
  }
}

/** How far a file is read, which counts for all. */
class Reading {
  bytes = 0;
  readonly size: number;
  readonly #shared: Shared;

  constructor(size: number, shared: Shared) {
    this.size = size;
    this.#shared = shared;
    shared.unread += size;
  }

  /** So many bytes are read. */
  to(bytes: number): void {
    const shared = this.#shared;
    shared.unread -= this.#unread;
    shared.bytes += bytes - this.bytes;
    shared.begun += bytes - this.bytes;
    this.bytes = bytes;
    shared.unread += this.#unread;
  }

  /** From the beginning. */
  restart(): void {
    this.to(0);
  }

  /** It is in progress no more. */
  end(): void {
    this.#shared.unread -= this.#unread;
    this.#shared.begun -= this.bytes;
  }

  /** A file may grow, and under /proc its size is 0. */
  get #unread(): number {
    return Math.max(0, this.size - this.bytes);
  }
}

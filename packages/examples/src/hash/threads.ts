// Hashing on all cores: the threads, and what each has done.

import { Threads } from "@chankit/threads";

import type { tasks } from "./tasks.js";

/** What a thread has hashed. */
export interface Share {
  files: number;
  bytes: number;
}

/** See above. */
export class HashThreads {
  /** Of each thread by its number; the last is that of the main thread. */
  readonly shares: readonly Share[];
  readonly #threads: Threads<typeof tasks>;

  /** No thread is started before a file needs it: a tree of small files needs none. */
  constructor(file: URL, size: number) {
    this.#threads = new Threads<typeof tasks>(file, { size, name: "hash" });
    this.shares = Array.from({ length: size + 1 }, () => ({ files: 0, bytes: 0 }));
  }

  /**
   * Gives the sum of an open file. While the thread reads, `progress` has how far it is.
   *
   * @throws What reading throws; the signal's reason, at once; ThreadExitError if its thread could not
   * start, or has ended.
   */
  async sha256(fd: number, progress: SharedArrayBuffer, signal: AbortSignal): Promise<string> {
    const { digest, thread } = await this.#threads.run("sha256", { fd, progress }, { signal });
    const [bytes = 0n] = new BigInt64Array(progress);
    this.#count(thread, Number(bytes));
    return digest;
  }

  /** A file was hashed by the main thread. */
  hashedHere(bytes: number): void {
    this.#count(-1, bytes);
  }

  /** Ends them; until they have ended the process goes on. */
  end(): void {
    void this.#threads.terminate();
  }

  #count(thread: number, bytes: number): void {
    const share = this.shares.at(thread) as Share;
    share.files++;
    share.bytes += bytes;
  }
}

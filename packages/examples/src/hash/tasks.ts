// What the threads of this demo do: the SHA-256 of a file that is open. Each thread loads this file.
//
// A descriptor belongs to the whole process, so a file is opened, and its failures are told, where files
// are that need no thread; here it is but read. A thread has nothing else to do, so it reads without
// turns of an event loop, which costs less.

import { createHash } from "node:crypto";
import { readSync } from "node:fs";

import { serve, type TaskContext } from "@chankit/threads";

// Larger ones are not faster; much smaller ones are slower.
const BUFFER_SIZE = 128 * 1024;

/** A file that is open, and a word of shared memory for how many of its bytes have been read. */
interface OpenFile {
  readonly fd: number;
  readonly progress: SharedArrayBuffer;
}

/** What a thread tells of a file. */
interface Digest {
  /** The sum in hexadecimal digits. */
  readonly digest: string;
  readonly thread: number;
}

let buffer: Buffer | undefined;

export const tasks = serve({
  sha256({ fd, progress }: OpenFile, context: TaskContext): Digest {
    buffer ??= Buffer.allocUnsafeSlow(BUFFER_SIZE);
    const read = new BigInt64Array(progress);
    const hash = createHash("sha256");
    for (let bytes = 0; ;) {
      // A loop that never waits sees its abort in shared memory.
      if (context.aborted) throw new Error("given up");
      const bytesRead = readSync(fd, buffer, 0, buffer.length, bytes);
      if (bytesRead === 0) return { digest: hash.digest("hex"), thread: context.thread };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
      Atomics.store(read, 0, BigInt(bytes));
    }
  },
});

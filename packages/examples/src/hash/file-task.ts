// The job of this demo where crews run it, in any number of processes: the SHA-256 of one file.

import type { TaskContext } from "@chankit/nats";

import { Descriptors } from "./descriptors.js";
import { HashFile, Shared } from "./hash-file.js";

/** The pool that all of them mean. */
export const POOL = "hash";

/** Says over the server that a run is there: see machines.ts. */
export const ALIVE = "chankit-examples.hash.alive";

/** A file. Its names are in base64, since their bytes need not be text. */
export interface FileInput {
  /** As it is to be told. */
  readonly name: string;
  /** From the root of the file system, so that every process finds it. */
  readonly path: string;
  /** What it is, if it is not a regular file. */
  readonly special?: string;
}

/** What is in a file. */
interface FileOutput {
  readonly digest: string;
  readonly bytes: number;
}

/** What crews do. */
export interface FileTasks {
  sha256(input: FileInput, context: TaskContext): Promise<FileOutput>;
}

/** The tasks of one process. */
export function fileTasks(): FileTasks {
  const descriptors = new Descriptors(() => {
    process.stderr.write("too many open files: waiting for some to be closed\n");
  });
  // One a worker, which runs one job at a time: so the bytes are those of its job.
  const shared: Shared[] = [];
  return {
    async sha256({ path, special }, context) {
      const own = (shared[context.worker] ??= new Shared(descriptors));
      const before = own.bytes;
      const file = new HashFile({ path: Buffer.from(path, "base64"), special }, own);
      await file.run(context);
      return { digest: file.digest, bytes: own.bytes - before };
    },
  };
}

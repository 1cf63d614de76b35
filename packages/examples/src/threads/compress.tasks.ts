// What the threads of compress.ts do.

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { serve } from "@chankit/threads";

export const tasks = serve({
  /**
   * Writes `path` and ".gz". The file is read and written here: only its name, and how large it was and is,
   * travels between the threads.
   */
  gzip(path: string): { before: number; after: number } {
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    return { before: statSync(path).size, after: statSync(`${path}.gz`).size };
  },
});

// Files that take very long to hash, until they are told to end: that makes an instant at which they
// are in progress last for as long as a test needs it.

import * as fs from "node:fs";
import { join } from "node:path";

/** Files with a terabyte of nothing each; the disk holds none of it. */
export class EndlessFiles {
  readonly #paths: readonly string[];
  readonly #files: readonly number[];

  constructor(folder: string, count: number) {
    this.#paths = Array.from({ length: count }, (_, index) => join(folder, `endless-${index}`));
    this.#files = this.#paths.map((path) => fs.openSync(path, "w"));
    for (const file of this.#files) fs.ftruncateSync(file, 2 ** 40);
  }

  /** Takes them away; a process that has one open can still read it. */
  remove(): void {
    for (const path of this.#paths) fs.unlinkSync(path);
  }

  /** A read of one of them is at its end now. */
  end(): void {
    for (const file of this.#files) {
      fs.ftruncateSync(file);
      fs.closeSync(file);
    }
  }
}

// A file system that answers late, or never: like a network mount whose server is gone. A request
// really holds one of Node's threads meanwhile.

import * as fs from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { tempFolder } from "./temp-folder.js";
import { tool } from "./tool.js";

/** Makes a program wait with all paths that end in "late". */
export class LateAnswers {
  readonly #pipe: string;
  /** What the program is to load first. It says "asked" on stderr each time it has to wait. */
  readonly preload: string;

  constructor() {
    const folder = tempFolder();
    this.#pipe = join(folder, "pipe");
    tool("mkfifo", [this.#pipe]);
    const file = join(folder, "preload.mjs");
    fs.writeFileSync(
      file,
      `import fs from "node:fs";
       import { syncBuiltinESMExports } from "node:module";
       const { open } = fs.promises;
       for (const name of ["open", "opendir"]) {
         const real = fs.promises[name];
         fs.promises[name] = async (path, ...rest) => {
           if (path.toString().endsWith("late")) {
             process.stderr.write("asked\\n");
             const pipe = await open(${JSON.stringify(this.#pipe)});
             await pipe.close();
           }
           return real(path, ...rest);
         };
       }
       syncBuiltinESMExports();`,
    );
    this.preload = pathToFileURL(file).href;
  }

  /** From now on it answers; gives what ends that. */
  answer(): () => void {
    const pipe = fs.openSync(this.#pipe, fs.constants.O_RDWR);
    return () => fs.closeSync(pipe);
  }
}

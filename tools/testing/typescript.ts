// TypeScript as tests get it: loaded once by a process, outside of the world that Jest makes for each file.
// To load it takes longer than most files take, and there it also runs slower.

import type TypeScript from "typescript";
import { runInThisContext } from "node:vm";

const node = runInThisContext("process") as NodeJS.Process;
const load = node.getBuiltinModule("node:module").createRequire(__filename);

export default load("typescript") as typeof TypeScript;

// Checks all types, and says so: it takes a while. What is published is checked for itself, too:
// there it must do without Node's types.
//
// The compiler is TypeScript 7, which is native and takes a sixth of the time. The linter, ts-jest and TypeDoc need
// 6 still; TypeDoc checks what it reads, so what is published is known to be right for both. The compiler keeps
// what it knows of files that have not changed, of whatever package.

import { spawn } from "node:child_process";
import { join } from "node:path";

process.chdir(join(import.meta.dirname, "../.."));

const projects = {
  "packages/channel": "the channel package",
  "packages/pool": "the pool",
  "packages/threads": "the threads",
  "packages/nats": "the pool over many machines",
  ".": "tests, examples and how they use all",
};

const results = await Promise.all(Object.entries(projects).map(check));
if (results.includes(false)) process.exitCode = 1;

/** Whether the types of a project are right. */
function check([folder, what]) {
  console.error(`typecheck: ${what} …`);
  const start = Date.now();
  const tsc = "node_modules/typescript-7/bin/tsc";
  const child = spawn(process.execPath, [tsc, "--incremental", "-p", folder], {
    stdio: "inherit",
  });
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      console.error(`typecheck: ${what}: ${code === 0 ? "ok" : "errors"} (${seconds} s)`);
      resolve(code === 0);
    });
  });
}

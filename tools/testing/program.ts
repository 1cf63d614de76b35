// Programs that are processes of their own, as they would be without a test around them.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { compiledWorkspace } from "./workspace.js";

/** Less than a test may take, and ten times what any of these programs does, unless something keeps it from ending. */
const LIMIT = 50_000;

/**
 * Runs a module that may import the packages by their names, and files of the channel package as from
 * its top, "./index.js". Gives what it prints, once it has ended by itself; fails if it does not.
 */
export async function run(code: string): Promise<string> {
  return node(
    [
      "--expose-gc",
      // Young objects get so much room that only a program that asks for a collection has one.
      "--min-semi-space-size=16",
      "--input-type=module",
      "--eval",
      code,
    ],
    join(await compiledWorkspace(), "packages/channel/dist/esm"),
  );
}

/** Runs Node.js with these arguments, and gives what it prints. */
export async function node(args: readonly string[], cwd?: string): Promise<string> {
  const options = { cwd, timeout: LIMIT, killSignal: "SIGKILL" } as const;
  return (await promisify(execFile)(process.execPath, args, options)).stdout;
}

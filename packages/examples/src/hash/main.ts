// npm start -- [DIR] [--workers N] [--queue N] [--out FILE]
//
// Computes the SHA-256 of every file under DIR, one job a file, through a worker pool: see run.ts.

import { fileURLToPath } from "node:url";

import { FatalError, printable, reasonOf } from "./errors.js";
import { parseOptions, USAGE, UsageError } from "./options.js";
import { hashTree, type Outcome } from "./program.js";
import { print } from "./standard-stream.js";

// What must not be lost is written by standard-stream.ts, which is told of errors by itself.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

// How long the system has to end what was given up.
const GRACE_MS = 500;

const { exitCode, signal } = await main(process.argv.slice(2));
process.exitCode = exitCode;
if (signal !== undefined) {
  // A request that the system does not answer holds one of Node's threads, and `process.exit` waits
  // for these: only a signal ends the process then. To a shell the code is the same.
  const timer = setTimeout(() => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }, GRACE_MS);
  timer.unref();
}

async function main(args: readonly string[]): Promise<Outcome> {
  const isRunByNpm = process.env["npm_lifecycle_event"] === "start";
  try {
    if (isRunByNpm) enter(process.env["INIT_CWD"]);
    const options = parseOptions(args, fileURLToPath(new URL("../../../..", import.meta.url)));
    if (options !== "help") return await hashTree(options, isRunByNpm);
    return { exitCode: (await print("stdout", USAGE)) ? 0 : 2 };
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}`);
    else if (error instanceof FatalError)
      process.stderr.write(error.message && `${error.message}\n`);
    else throw error;
    return { exitCode: error instanceof FatalError ? error.exitCode : 2 };
  }
}

/** npm runs its scripts in the repository, wherever it was called; paths are relative to there. */
function enter(folder: string | undefined): void {
  if (folder === undefined) return;
  try {
    process.chdir(folder);
  } catch (error) {
    throw new FatalError(`${printable(folder)}: ${reasonOf(error)}`);
  }
}

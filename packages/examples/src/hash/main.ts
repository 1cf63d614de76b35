// npm start -- [DIR] [--workers N] [--queue N] [--threads N] [--out FILE] [--nats URL]
//
// Computes the SHA-256 of every file under DIR, one job a file, through a worker pool: see run.ts.

import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";

import { FatalError, printable, reasonOf } from "./errors.js";
import { InProcess } from "./in-process.js";
import { type Options, parseOptions, USAGE, UsageError } from "./options.js";
import { hashTree, type Outcome } from "./program.js";
import { print } from "./standard-stream.js";

// What must not be lost is written by standard-stream.ts, which is told of errors by itself.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

// What the threads load: here, since only a module that is not bundled knows where it is.
const TASKS = new URL("./tasks.js", import.meta.url);

// How long the system has to end what was given up.
const GRACE_MS = 500;

const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));

const { exitCode, signal } = await main(process.argv.slice(2));
process.exitCode = exitCode;
if (signal === "SIGHUP" && hasTerminal) {
  // The terminal may be gone, and Node aborts at its exit when it cannot reset it.
  endBy(signal);
} else if (signal !== undefined) {
  // A request that the system does not answer holds one of Node's threads, and `process.exit` waits
  // for these: only a signal ends the process then. To a shell the code is the same.
  setTimeout(endBy, GRACE_MS, signal).unref();
}

function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

async function main(args: readonly string[]): Promise<Outcome> {
  const isRunByNpm = process.env["npm_lifecycle_event"] === "start";
  try {
    if (isRunByNpm) enter(process.env["INIT_CWD"]);
    const options = parseOptions(args, fileURLToPath(new URL("../../../..", import.meta.url)));
    if (options !== "help") return await run(options, isRunByNpm);
    return { exitCode: (await print("stdout", USAGE)) ? 0 : 2 };
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}`);
    else if (error instanceof FatalError)
      process.stderr.write(error.message && `${error.message}\n`);
    else throw error;
    return { exitCode: error instanceof FatalError ? error.exitCode : 2 };
  }
}

async function run(options: Options, isRunByNpm: boolean): Promise<Outcome> {
  return hashTree(options, isRunByNpm, async (descriptors) => {
    const { nats } = options;
    if (nats === undefined) return new InProcess(options, TASKS, descriptors);
    // Loaded here: the client of the server is large.
    const { Machines } = await import("./machines.js");
    return Machines.start({ ...options, nats });
  });
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

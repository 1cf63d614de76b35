// npm start -- [DIR] [--workers N] [--queue N] [--out FILE]
//
// Computes the SHA-256 of every file under DIR, one job a file, through a worker pool.

import { fileURLToPath } from "node:url";

import { FatalError } from "./errors.js";
import { parseOptions, USAGE, UsageError } from "./options.js";
import { run } from "./run.js";

// `… | head` may close either of them early, and has seen what it wanted.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  // npm runs its scripts in the repository, wherever it was called.
  const { npm_lifecycle_event: script, INIT_CWD: calledFrom } = process.env;
  const isRunByNpm = script === "start";

  try {
    const options = parseOptions(args, {
      defaultDir: fileURLToPath(new URL("../../../..", import.meta.url)),
      cwd: (isRunByNpm ? calledFrom : undefined) ?? process.cwd(),
    });
    if (options !== "help") return await run(options, isRunByNpm);
    process.stdout.write(USAGE);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}`);
    else if (error instanceof FatalError) process.stderr.write(`${error.message}\n`);
    else throw error;
    return 2;
  }
}

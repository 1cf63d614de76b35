// npm run crew -- --nats URL [--workers N]
//
// Hashes files for `npm start -- --nats URL`, on this machine or on one that sees the same files. There may
// be any number of crews, started and ended at any time.

import { parseArgs } from "node:util";

import { Chan } from "@chankit/channel";
import { serve } from "@chankit/nats";

import { connectTo } from "./connection.js";
import { FatalError } from "./errors.js";
import { type FileTasks, fileTasks, POOL } from "./file-task.js";
import { exitCodeOf, Interrupts, type InterruptSignal } from "./interrupts.js";
import { DEFAULT_WORKERS } from "./options.js";

const USAGE = `Usage: npm run crew -- --nats URL [--workers N]

Hashes files for npm start -- --nats URL, N at a time (default: ${DEFAULT_WORKERS}).
Ctrl-C: files in progress are finished. A second Ctrl-C leaves them to other crews.
`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof FatalError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

async function main(args: readonly string[]): Promise<number> {
  const { nats, workers } = optionsOf(args);
  const connection = await connectTo(nats);
  const crew = await serve<FileTasks>(connection, POOL, fileTasks(), { workers });
  const ending = new Chan<InterruptSignal>(1);
  const interrupts = new Interrupts({
    isRunByNpm: process.env["npm_lifecycle_event"] === "crew",
    stop: (signal) => {
      process.stderr.write("stopping: what is in progress is finished\n");
      ending.trySend(signal);
    },
    abort: () => process.exit(exitCodeOf(interrupts.first ?? "SIGINT")),
  });
  process.stdout.write(`crew of ${workers} at ${nats}\n`);
  const { value: signal = "SIGINT" } = await ending.recv();
  await crew.close();
  await connection.close();
  interrupts.ignore();
  return exitCodeOf(signal);
}

function optionsOf(args: readonly string[]): { readonly nats: string; readonly workers: number } {
  try {
    const options = { nats: { type: "string" }, workers: { type: "string" } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const workers = Number(values.workers ?? DEFAULT_WORKERS);
    if (values.nats !== undefined && Number.isInteger(workers) && workers > 0) {
      return { nats: values.nats, workers };
    }
  } catch {
    // An option that there is not: told below.
  }
  throw new FatalError(USAGE.trimEnd());
}

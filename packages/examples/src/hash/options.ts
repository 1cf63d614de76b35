// What the command line says.

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

/** What to do, and how. Paths are as they were typed. */
export interface Options {
  readonly dir: string;
  readonly workers: number;
  readonly queueSize: number;
  /** How many threads hash large files; none if it is 0. */
  readonly threads: number;
  /** Where the sums are written, if they are: `-` is standard output. */
  readonly out: string | undefined;
  /** The server over which crews hash the files, in other processes: see machines.ts. */
  readonly nats?: string | undefined;
}

/** The command line cannot be understood; the message says why, in one line. */
export class UsageError extends Error {}

/**
 * Node does its file I/O in four threads. With two jobs for each of the four, there is something to do
 * while what was just read is hashed. More would only wait in another place, unless there are more
 * threads that hash: each needs a job, and one that waits.
 */
export const DEFAULT_WORKERS = 8;

/** Enough to keep the workers busy while a directory is read, and no more than some kilobytes. */
export const DEFAULT_QUEUE_SIZE = 256;

// Each worker has a file open and a buffer of its own.
const MAX_WORKERS = 1024;
const MAX_QUEUE_SIZE = 1_000_000;
const MAX_THREADS = 256;

export const USAGE = `Usage: npm start -- [DIR] [--workers N] [--queue N] [--threads N] [--out FILE] [--nats URL]

Computes the SHA-256 of every file under DIR (default: this repository). Symbolic links are not followed.

  --workers N   how many files are hashed at a time (default: ${DEFAULT_WORKERS}, or twice as many as threads)
  --queue N     how many more may wait before the walk through DIR does (default: ${DEFAULT_QUEUE_SIZE})
  --threads N   how many threads hash large files (default: one a core); 0: all are hashed in the main thread
  --out FILE    write the sums to FILE, for sha256sum -c; with - to standard output, the summary
                then goes to standard error (npm start --silent keeps npm from adding to it)
  --nats URL    the files are hashed by crews, other processes at that server: npm run crew -- --nats URL
  -h, --help    show this

Lines of FILE come as files are finished, in no order: sort -k 2 FILE puts them in one. Names begin with
DIR as it was typed, so a relative one gives sums that can be checked on another machine.

Ctrl-C stops: files in progress are finished. A second Ctrl-C gives them up, a third ends it at once.
SIGTERM and SIGHUP do as Ctrl-C does.
Exit code: 0 all well; 1 some files failed; 2 it could not be done; 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP;
141 if the reader of --out - went away.
`;

/**
 * Reads the command line; `"help"` if that is all it wants.
 *
 * @throws UsageError if it cannot be understood.
 */
export function parseOptions(args: readonly string[], defaultDir: string): Options | "help" {
  // Not strict: the errors that it would throw take several lines, or talk about its own options.
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      workers: { type: "string" },
      queue: { type: "string" },
      threads: { type: "string" },
      out: { type: "string" },
      nats: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
    strict: false,
    tokens: true,
  });

  let dir: string | undefined;
  let workers: number | undefined;
  let queueSize = DEFAULT_QUEUE_SIZE;
  let threads = Math.min(availableParallelism(), MAX_THREADS);
  let out: string | undefined;
  let nats: string | undefined;

  for (const token of tokens) {
    if (token.kind === "positional") {
      if (dir !== undefined) throw new UsageError(`more than one DIR: ${quote(token.value)}`);
      dir = pathOf("DIR", token.value);
    } else if (token.kind === "option") {
      const { rawName, value } = token;
      switch (token.name) {
        case "help":
          return "help";
        case "workers":
          workers = integerOf(rawName, value, 1, MAX_WORKERS);
          break;
        case "queue":
          queueSize = integerOf(rawName, value, 0, MAX_QUEUE_SIZE);
          break;
        case "threads":
          threads = integerOf(rawName, value, 0, MAX_THREADS);
          break;
        case "out":
          // The file was forgotten: the option that follows is not it.
          if (!token.inlineValue && value !== "-" && value?.startsWith("-") === true) {
            throw new UsageError(`${rawName} needs a value`);
          }
          out = pathOf(rawName, value);
          break;
        case "nats":
          nats = pathOf(rawName, value);
          break;
        default:
          throw new UsageError(`unknown option ${quote(rawName)}`);
      }
    }
  }

  workers ??= Math.max(DEFAULT_WORKERS, 2 * threads);
  return { dir: dir ?? defaultDir, workers, queueSize, threads, out, ...(nats && { nats }) };
}

function integerOf(name: string, value: string | undefined, min: number, max: number): number {
  if (value === undefined) throw new UsageError(`${name} needs a value`);
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`${name} must be an integer from ${min} to ${max}, not ${quote(value)}`);
}

// An empty path is an unset variable of some script, and hardly means the current directory.
function pathOf(name: string, value: string | undefined): string {
  if (value === undefined || value === "") throw new UsageError(`${name} needs a value`);
  return value;
}

// Also keeps a line break from making two lines of one.
function quote(value: string): string {
  return JSON.stringify(value);
}

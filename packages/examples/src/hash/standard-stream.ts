// Standard output and standard error, for what must not be lost.

import * as fs from "node:fs";
import { stat } from "node:fs/promises";
import { Socket } from "node:net";
import { promisify } from "node:util";

import { isBrokenPipe, reasonOf } from "./errors.js";

const fstat = promisify(fs.fstat);
const writeFile = promisify(fs.writeFile);

/** A standard stream: its name in `process`. */
export type StandardStream = "stdout" | "stderr";

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;

/** Writes all of `data`; waits while the stream takes no more, and rejects if it fails. */
export function writeAll(name: StandardStream, data: Buffer | string): Promise<void> {
  const stream: NodeJS.WritableStream = process[name];
  // Node's stream for a file does not notice that the system has written only a part.
  if (!(stream instanceof Socket)) return writeFile(DESCRIPTORS[name], data);
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/**
 * Writes `text`; gives `false`, and has told so, if that fails. It is no failure that the reader has
 * gone away, as in `… | head`: it has seen what it wanted.
 */
export async function print(name: StandardStream, text: string): Promise<boolean> {
  try {
    await writeAll(name, text);
    return true;
  } catch (error) {
    if (isBrokenPipe(error)) return true;
    process.stderr.write(`standard output: ${reasonOf(error)}\n`);
    return false;
  }
}

const NAMES_OF_STDOUT = new Set(["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

/**
 * The standard stream that `path` names, in whatever way. A file that is opened twice has two
 * positions: what is written at one would overwrite what was written at the other.
 */
export async function standardStreamAt(path: string): Promise<StandardStream | undefined> {
  if (NAMES_OF_STDOUT.has(path)) return "stdout";
  const file = await stat(path).catch(() => undefined);
  if (file === undefined) return undefined;

  for (const name of ["stdout", "stderr"] as const) {
    const { dev, ino } = await fstat(DESCRIPTORS[name]);
    // A device, /dev/null say, has no positions; a terminal would mix up the two.
    const isShared = process[name].isTTY || !file.isCharacterDevice();
    if (isShared && file.dev === dev && file.ino === ino) return name;
  }
  return undefined;
}

// How a failure is told: in one line, `path: reason`, whatever the path and the reason are.

import { constants } from "node:os";
import { getSystemErrorMap, types } from "node:util";

/** Ends the program; its message, if there is one, is all that is said. */
export class FatalError extends Error {
  readonly exitCode: number = 2;
}

/** The reader of standard output has seen enough and closed it: `… --out - | head`. */
export class BrokenPipeError extends FatalError {
  // As for a program that SIGPIPE has ended, which is what others do.
  override readonly exitCode = 128 + constants.signals.SIGPIPE;
}

/** Whether a stream ended because its reader went away. */
export function isBrokenPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EPIPE";
}

/** What went wrong, in words. */
export function reasonOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  // A message of Node's is longer: "ENOENT: no such file or directory, open '/the/path/again'".
  const { errno } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known?.[1] ?? error.message;
}

/**
 * `path` for people's eyes. Names may hold anything but a slash and a zero: a line break would make
 * two lines of one, and an escape sequence could do what it likes to the terminal.
 */
export function printable(path: Buffer | string): string {
  return path.toString().replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === "\n") return "\\n";
    return `\\u{${character.charCodeAt(0).toString(16)}}`;
  });
}

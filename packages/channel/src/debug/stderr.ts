// Writes reports on stderr, at once: a process that ends waits for no stream.

import { builtin, host } from "./host.js";
import { reportOf, type Reason } from "./report.js";
import type { Sleeper } from "./waiting.js";

const STDERR = 2;
/** A pipe may be full for a while: so often it is tried again, after so many milliseconds. */
const TRIES = 200;
const PAUSE = 5;

/** Writes a report; as JSON if `CHANKIT_REPORT` is "json", in colours if stderr is a terminal. */
export function writeReport(reason: Reason, sleepers: readonly Sleeper[]): void {
  const { CHANKIT_REPORT, NO_COLOR, FORCE_COLOR } = host?.env ?? {};
  const isTerminal = builtin("tty")?.isatty(STDERR) === true;
  const text = reportOf(reason, sleepers, {
    format: CHANKIT_REPORT === "json" ? "json" : "text",
    colour: FORCE_COLOR === undefined ? isTerminal && !NO_COLOR : FORCE_COLOR !== "0",
    now: Date.now(),
  });
  const fs = builtin("fs");
  if (fs === undefined) console.error(text);
  else write(fs, text);
}

function write(fs: { writeSync(fd: number, bytes: Uint8Array): number }, text: string): void {
  let bytes: Uint8Array = new TextEncoder().encode(text);
  for (let tries = 0; bytes.length > 0 && tries < TRIES; tries++) {
    try {
      bytes = bytes.subarray(fs.writeSync(STDERR, bytes));
    } catch (error) {
      // The other end is closed: there is nothing to be told.
      if ((error as { readonly code?: unknown }).code !== "EAGAIN") return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}

// The program as a process of its own. Whatever still runs after a test is killed.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { afterAll, afterEach, beforeAll, jest } from "@jest/globals";

import { compiledWorkspace } from "../../../../../tools/testing/workspace.js";
import { makeFolder, removeFolder } from "./temp-folder.js";

/** How it ended. */
export interface Ended {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | string | null;
  readonly stdout: string;
  /** What it said on stderr, but for the lines that tell how far it is: they come with time. */
  readonly errors: string;
}

/** A run of the program. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves as soon as it has said something that matches on stderr. */
  says(pattern: RegExp): Promise<void>;
  /** Resolves as soon as it has written something that matches to stdout. */
  writes(pattern: RegExp): Promise<void>;
  /** Does what Ctrl-C does. */
  interrupt(): void;
}

/** How it is started. */
export interface StartOptions {
  /** Which of the programs; the main one, if it is not said. */
  readonly program?: "main" | "crew";
  readonly cwd?: string;
  /** Is added to the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** A module that is loaded before the program. */
  readonly preload?: string;
  /** How many files it may have open. */
  readonly descriptors?: number;
  /** Files to write to instead of pipes. */
  readonly stdout?: number;
  readonly stderr?: number;
}

// Says how far the program is not every second, but twenty times as often: what waits for that need not hash
// terabytes meanwhile.
const HURRY = `data:text/javascript,const { setInterval: real } = globalThis;
  globalThis.setInterval = (call, ms) => real(call, ms / 20);`;

const emptyFolder = makeFolder();
const running = new Set<ChildProcess>();
let folder: string;

// A machine that is busy with other things is slow, and nothing is wrong with that.
jest.setTimeout(60_000);

beforeAll(async () => {
  folder = join(await compiledWorkspace(), "packages/examples/dist/hash");
});

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

afterAll(() => removeFolder(emptyFolder));

/** Runs the program. */
export function start(args: readonly string[], options: StartOptions = {}): Program {
  const { cwd = emptyFolder, env = {}, preload, descriptors, stdout: out, stderr: err } = options;
  const main = join(folder, `${options.program ?? "main"}.js`);
  const imports = [HURRY, ...(preload === undefined ? [] : [preload])].flatMap((it) => [
    "--import",
    it,
  ]);
  const limit = descriptors === undefined ? "" : `ulimit -n ${descriptors} && `;
  const child = spawn(
    "sh",
    ["-c", `${limit}exec "$0" "$@"`, process.execPath, ...imports, main, ...args],
    {
      cwd,
      // The tests themselves are run by npm, and the program is not to take that for its own case.
      env: { ...process.env, npm_lifecycle_event: undefined, ...env },
      stdio: ["ignore", out ?? "pipe", err ?? "pipe"],
    },
  );
  running.add(child);

  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? signal, stdout, errors: stderr.replace(/^waiting .*\n/gm, "") });
    });
  });

  const seen = (stream: Readable | null, text: () => string, pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(text())) resolve();
      };
      look();
      stream?.on("data", look);
      child.on("close", () => reject(new Error(`ended without ${pattern.source}: ${stderr}`)));
    });

  return {
    child,
    ended,
    says: (pattern) => seen(child.stderr, () => stderr, pattern),
    writes: (pattern) => seen(child.stdout, () => stdout, pattern),
    interrupt: () => void child.kill("SIGINT"),
  };
}

/** Runs the program to its end. */
export function run(...args: Parameters<typeof start>): Promise<Ended> {
  return start(...args).ended;
}

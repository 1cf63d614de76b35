// The program as a process of its own. Whatever still runs after a test is killed.

import { type ChildProcess, spawn } from "node:child_process";

import { afterAll, afterEach, beforeAll, jest } from "@jest/globals";

import { makeFolder, removeFolder } from "./temp-folder.js";
import { copyWorkspace } from "./workspace-copy.js";

/** How it ended. */
export interface Ended {
  readonly code: number | null;
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
  /** Does what Ctrl-C does. */
  interrupt(): void;
}

const workspace = makeFolder();
const running = new Set<ChildProcess>();
let main: string;

// A machine that is busy with other things is slow, and nothing is wrong with that.
jest.setTimeout(60_000);

beforeAll(() => {
  main = copyWorkspace(workspace);
});

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

afterAll(() => removeFolder(workspace));

/** Runs the program; `env` is added to the environment. */
export function start(
  args: readonly string[],
  { cwd = workspace, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Program {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    // The tests themselves are run by npm, and the program is not to take that for its own case.
    env: { ...process.env, npm_lifecycle_event: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);

  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => {
      running.delete(child);
      resolve({ code, stdout, errors: stderr.replace(/^waiting .*\n/gm, "") });
    });
  });

  return {
    child,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(stderr)) resolve();
        };
        look();
        child.stderr.on("data", look);
        child.on("close", () => reject(new Error(`ended without ${pattern.source}: ${stderr}`)));
      }),
    interrupt: () => void child.kill("SIGINT"),
  };
}

/** Runs the program to its end. */
export function run(...args: Parameters<typeof start>): Promise<Ended> {
  return start(...args).ended;
}

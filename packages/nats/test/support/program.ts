// Programs that are processes of their own, so that they can be killed: they say words, a line each.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";

import { compiledWorkspace } from "../../../../tools/testing/workspace.js";

const IMPORTS = `
import { DistributedPool, serve } from "@chankit/nats";
import { connect } from "@nats-io/transport-node";
const [port, name] = process.argv.slice(1);
const connection = await connect({
  servers: "127.0.0.1:" + port, waitOnFirstConnect: true, maxReconnectAttempts: -1, reconnectTimeWait: 20, reconnectJitter: 0,
});
const say = (word) => process.stdout.write(word + "\\n");
`;

/** A process. */
export class Program {
  readonly #child: ChildProcess;
  readonly #words: string[] = [];
  readonly #waiting: [word: string, resolve: () => void][] = [];

  /** Starts a module that knows `connection`, `name`, `say`, `serve` and `DistributedPool`. */
  static async start(code: string, port: number, name: string): Promise<Program> {
    const cwd = join(await compiledWorkspace(), "packages/nats");
    return new Program(IMPORTS + code, [String(port), name], cwd);
  }

  private constructor(code: string, args: readonly string[], cwd: string) {
    const argv = ["--input-type=module", "--eval", code, ...args];
    this.#child = spawn(process.execPath, argv, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    createInterface({ input: this.#child.stdout! }).on("line", (word) => {
      this.#words.push(word);
      for (const [expected, resolve] of this.#waiting) if (expected === word) resolve();
    });
  }

  /** What it has said. */
  get words(): readonly string[] {
    return this.#words;
  }

  /** Resolves when it has said the word. */
  said(word: string): Promise<void> {
    if (this.#words.includes(word)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push([word, resolve]));
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.on("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
  }
}

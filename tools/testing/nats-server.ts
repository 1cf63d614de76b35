// A NATS server of the test's own: loopback, a free port, its store in a temporary folder. It can be
// killed, and started again on its store.
//
// Where there is none to be had the tests that need it are left out, with a line that says so; the gate
// (CHANKIT_NATS=required) fails instead.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, it } from "@jest/globals";

const hasServer = spawnSync("nats-server", ["-v"]).error === undefined;

/** `describe` for tests that need a server. */
export function describeWithServer(name: string, tests: () => void): void {
  if (hasServer) {
    describe(name, tests);
  } else if (process.env["CHANKIT_NATS"] === "required") {
    it(`${name}: needs nats-server`, () => {
      throw new Error("nats-server is missing: apt-get install nats-server");
    });
  } else {
    console.warn(`left out, since there is no nats-server (apt-get install nats-server): ${name}`);
    describe.skip(name, tests);
  }
}

/** The process of a server. */
export class ServerProcess {
  readonly port: number;
  readonly #folder: string;
  readonly #config: string | undefined;
  #process: ChildProcess | undefined;

  /** One that runs. */
  static async start(): Promise<ServerProcess> {
    const server = new ServerProcess(await freePort());
    await server.start();
    return server;
  }

  /** Beside what follows from this, `config` counts: the text of a configuration file. */
  constructor(port: number, config?: string) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), "chankit-nats-"));
    if (config === undefined) return;
    this.#config = join(this.#folder, "server.conf");
    writeFileSync(this.#config, config);
  }

  /** Starts on the store that there is; resolves when connections are taken. */
  async start(): Promise<void> {
    const args = ["-a", "127.0.0.1", "-p", String(this.port), "-js", "-sd", this.#folder];
    if (this.#config !== undefined) args.push("-c", this.#config);
    const child = spawn("nats-server", args, { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.stderr.on("data", (data: Buffer) => {
        said += data.toString();
        if (said.includes("Server is ready")) resolve();
      });
      child.on("exit", () => {
        reject(new Error(`the server has ended:\n${said}`));
      });
    });
  }

  /** Resolves when the process has ended. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** Lets the process do nothing, and goes on. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Ends the process and removes the store. */
  async end(): Promise<void> {
    await this.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A port that nothing listens at. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

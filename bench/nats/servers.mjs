// Servers of the benchmark's own: loopback, a free port, a temporary folder that goes with them.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** By their programs: how each is started, so that it keeps its data in a file or in memory, and when it is up. */
const PROGRAMS = {
  "nats-server": {
    versionFlag: "-v",
    // Where a stream lies is said by the stream: see streams.mjs.
    args: (port, folder, _, http) =>
      ["-a", "127.0.0.1", "-p", port, "-m", http, "-js", "-sd", folder].map(String),
    isReady: (said) => said.includes("Server is ready"),
  },
  "redis-server": {
    versionFlag: "--version",
    args: (port, folder, store) => [
      ...["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--save", ""],
      // As often as NATS by default, or oftener: once a second. Nothing else is asked of the disk.
      ...["--appendonly", store === "file" ? "yes" : "no", "--appendfsync", "everysec"],
    ],
    isReady: (said) => said.includes("Ready to accept connections"),
  },
};

/** The version of a server's program; `undefined` where it is not installed. */
export function versionOf(program) {
  const { error, stdout } = spawnSync(program, [PROGRAMS[program].versionFlag], {
    encoding: "utf8",
  });
  return error === undefined ? /\d+\.\d+\.\d+/u.exec(stdout)?.[0] : undefined;
}

/** Starts a server that keeps its data in this store, `"file"` or `"memory"`. */
export async function startServer(program, store) {
  const folder = mkdtempSync(join(tmpdir(), "chankit-bench-"));
  const [port, http] = [await freePort(), await freePort()];
  const { args, isReady } = PROGRAMS[program];
  const child = spawn(program, args(port, folder, store, http), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = async () => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  let said = "";
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        if (said.length < 100_000) said += data;
        if (isReady(said)) resolve();
      });
    }
    child.once("exit", () => reject(new Error(`${program} has ended:\n${said}`)));
  });
  return { port, http, pid: child.pid, end };
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

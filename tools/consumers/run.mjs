// Runs a command line and waits for its end, which it must come to by itself.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** In seconds. What hangs is a failure; the first start of a tool on a busy machine is not. */
const LIMIT = 300;

/** Addons are compiled with the headers that came with Node, if any did: others would have to be fetched. */
const nodedir = join(dirname(process.execPath), "..");
const headers = existsSync(join(nodedir, "include/node/node_api.h"))
  ? { npm_config_nodedir: nodedir }
  : {};

/**
 * Runs a command line in `folder`, whose own tools come first. Gives `output`, all that it printed,
 * and `status`: its exit code, the signal that ended it, or that it did not end within `limit` s.
 */
export function run(commandLine, folder, limit = LIMIT) {
  const { PATH, ...rest } = process.env;
  // npm tells its scripts where it runs; the npm of the fresh project must not listen to that.
  const others = Object.entries(rest).filter(([name]) => !name.startsWith("npm_package_"));
  const child = spawn(commandLine, {
    cwd: folder,
    // A group of its own, so that what the shell has started ends with it.
    detached: true,
    env: {
      ...headers,
      ...Object.fromEntries(others),
      PATH: [join(folder, "node_modules/.bin"), PATH].join(delimiter),
    },
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
  });

  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      process.kill(-child.pid, "SIGKILL");
    }, limit * 1000);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const status = late ? `has not ended after ${limit} s` : (code ?? signal);
      resolve({ status, output });
    });
  });
}

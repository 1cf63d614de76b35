import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** What hangs is a failure, too; the first start of a tool on a busy machine is not. */
const TIMEOUT = 300_000;

/** Runs a command line in `folder`, whose own tools come first, and gives all that it printed. */
export function run(commandLine, folder) {
  const { PATH, ...rest } = process.env;
  // npm tells its scripts where it runs; the npm of the fresh project must not listen to that.
  const others = Object.entries(rest).filter(([name]) => !name.startsWith("npm_package_"));
  const { status, signal, stdout, stderr } = spawnSync(commandLine, {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...Object.fromEntries(others),
      PATH: [join(folder, "node_modules/.bin"), PATH].join(delimiter),
    },
    maxBuffer: Infinity,
    shell: true,
    timeout: TIMEOUT,
  });
  return { status: status ?? signal, output: stdout + stderr };
}

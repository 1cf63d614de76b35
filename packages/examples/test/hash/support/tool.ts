import { spawnSync, type SpawnSyncReturns } from "node:child_process";

/** Runs a tool of the system, for what Node cannot do. */
export function tool(
  name: "mkdir" | "mkfifo" | "rm" | "sha256sum" | "touch",
  args: readonly string[],
  cwd?: string,
): SpawnSyncReturns<string> {
  return spawnSync(name, args, { cwd, encoding: "utf8" });
}

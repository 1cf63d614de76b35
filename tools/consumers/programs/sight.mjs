// A deadlock, in a process of this host: it has a report, and ends with exit code 2 (V1).

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

if (process.argv[2] === "child") {
  await import("@chankit/channel/debug");
  const { Chan, named } = await import("@chankit/channel");
  // Not awaited: not every host ends then.
  void named("reader", () => new Chan(0, { name: "jobs" }).recv());
} else {
  const args = "Deno" in globalThis ? ["run", "-A"] : [];
  const file = fileURLToPath(import.meta.url);
  const options = { encoding: "utf8", timeout: 60_000 };
  const { status, stderr } = spawnSync(process.execPath, [...args, file, "child"], options);
  const said = /^fatal error[^]*task "reader" \[receive\]:\n {2}Chan "jobs" \(cap 0, len 0\)/;
  if (status !== 2 || !said.test(stderr)) throw new Error(`${status}\n${stderr}`);
  if (!/sight\.mjs:\d+/.test(stderr)) throw new Error(`no place in\n${stderr}`);
  console.log("ok");
}

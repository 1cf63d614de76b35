// Sets up, then runs a crew of the main demo in this very process: Ctrl-C and the exit code are its own.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

const setup = join(import.meta.dirname, "setup.mjs");
const { status } = spawnSync(process.execPath, [setup, "build"], { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

await import("../../packages/examples/dist/hash/crew.js");

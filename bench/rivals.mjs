// The contestants, each in a process that lives as long as the benchmark and works when it is told:
// one at a time, since the machine is measured with all that it has.

import { fork, spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const running = new Map();

/** The nanoseconds that `contestant` takes for `count` units of `workload`. */
export function run(contestant, workload, count) {
  if (!running.has(contestant)) {
    running.set(contestant, contestant === "go" ? startGo() : startNode(contestant));
  }
  return running.get(contestant).run(workload, count);
}

/** Ends all of them. */
export function endAll() {
  for (const { child } of running.values()) child.kill();
}

/** The version of Go on this machine; `undefined` if there is none. */
export function goVersion() {
  const { stdout } = spawnSync("go", ["version"], { encoding: "utf8" });
  return stdout?.trim();
}

function startNode(contestant) {
  const child = fork(join(import.meta.dirname, "contestant.mjs"), [contestant]);
  let pending;
  child.on("message", (elapsed) => pending.resolve(elapsed));
  child.on("exit", () => pending?.reject(new Error(`${contestant} has failed`)));
  const run = (workload, count) =>
    new Promise((resolve, reject) => {
      pending = { resolve, reject };
      child.send({ workload, count });
    });
  return { child, run };
}

function startGo() {
  const binary = join(mkdtempSync(join(tmpdir(), "chankit-bench-")), "workloads");
  const source = join(import.meta.dirname, "go", "main.go");
  const { status } = spawnSync("go", ["build", "-o", binary, source], { stdio: "inherit" });
  if (status !== 0) throw new Error("the Go workloads do not build");

  const child = spawn(binary, { env: { ...process.env, GOMAXPROCS: "1" } });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const run = async (workload, count) => {
    child.stdin.write(`${workload} ${count}\n`);
    return Number((await answers.next()).value);
  };
  return { child, run };
}

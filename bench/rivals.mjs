// The contestants, each in a process that lives as long as the benchmark and works when it is told:
// one at a time, since the machine is measured with all that it has.

import { fork, spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const running = new Map();
let goBinary;

/**
 * What `contestant` takes for `count` units of `workload`: nanoseconds, or whatever it measures.
 * It does `warmUp` units before, a tenth if nothing else is said.
 */
export function run(contestant, workload, count, warmUp = Math.ceil(count / 10)) {
  if (!running.has(contestant)) {
    running.set(contestant, contestant === "go" ? startGo() : startNode(contestant));
  }
  return running.get(contestant).run(workload, count, warmUp);
}

/** The same in a process of its own, where nothing has run before. */
export async function runAlone(contestant, workload, count) {
  endAll();
  const figure = await run(contestant, workload, count, 0);
  endAll();
  return figure;
}

/** Ends all of them. */
export function endAll() {
  for (const { child } of running.values()) child.kill();
  running.clear();
}

/** The version of Go on this machine; `undefined` if there is none. */
export function goVersion() {
  const { stdout } = spawnSync("go", ["version"], { encoding: "utf8" });
  return stdout?.trim();
}

function startNode(contestant) {
  const child = fork(join(import.meta.dirname, "contestant.mjs"), [contestant]);
  let pending;
  child.on("message", (figure) => pending.resolve(figure));
  child.on("exit", () => pending?.reject(new Error(`${contestant} has failed`)));
  const run = (workload, count, warmUp) =>
    new Promise((resolve, reject) => {
      pending = { resolve, reject };
      child.send({ workload, count, warmUp });
    });
  return { child, run };
}

function buildGo() {
  const binary = join(mkdtempSync(join(tmpdir(), "chankit-bench-")), "workloads");
  const source = join(import.meta.dirname, "go");
  const options = { cwd: source, stdio: "inherit" };
  const { status } = spawnSync("go", ["build", "-o", binary, "."], options);
  if (status !== 0) throw new Error("the Go workloads do not build");
  return binary;
}

function startGo() {
  goBinary ??= buildGo();
  const child = spawn(goBinary, { env: { ...process.env, GOMAXPROCS: "1" } });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const work = async (workload, count) => {
    child.stdin.write(`${workload} ${count}\n`);
    return Number((await answers.next()).value);
  };
  const run = async (workload, count, warmUp) => {
    if (warmUp > 0) await work(workload, warmUp);
    return work(workload, count);
  };
  return { child, run };
}

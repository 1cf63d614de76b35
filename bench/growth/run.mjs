// node bench/growth/run.mjs [OPERATION… | CONTESTANT/WORKLOAD…]
//
// What an operation costs beside few and beside many others, or a message of workloads of the benchmark, one
// after the other in one process: instructions, and the lines of 64 bytes that caches of 48 kB and of 2 MB
// miss. All are counts, which nothing else on the machine moves. Needs valgrind.
//
// Counted is a steady state: all is compiled, what waits has been through collections, as what waits for
// long has, and nothing is collected meanwhile. `counted.mjs` runs under callgrind, and says when to count.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const folder = mkdtempSync(join(tmpdir(), "growth-"));
const callgrind = ["--tool=callgrind", `--callgrind-out-file=${join(folder, "out")}`];
const counting = ["--instr-atstart=no", "--dump-before=uv_os_getpriority"];
const caches = ["--cache-sim=yes", "--I1=32768,8,64", "--D1=49152,12,64", "--LL=2097152,16,64"];
const room = ["--min-semi-space-size=512", "--max-semi-space-size=512"];
// No collection while it waits for an answer: compiled code might go with it.
const steady = ["--single-threaded", "--expose-gc", "--no-memory-reducer", "--no-flush-bytecode"];
const node = [process.execPath, ...steady, ...room];
const program = [join(import.meta.dirname, "counted.mjs"), ...process.argv.slice(2)];

const child = spawn("valgrind", [...callgrind, ...counting, ...caches, ...node, ...program], {
  stdio: ["pipe", "pipe", "ignore"],
});
console.log("an operation: instructions, lines that 48 kB miss, lines that 2 MB miss");
for await (const line of createInterface({ input: child.stdout })) {
  const { count, name } = JSON.parse(line);
  if (name === undefined) {
    spawnSync("callgrind_control", ["-i", count ? "on" : "off", String(child.pid)]);
  } else {
    const { Ir, D1mr, D1mw, DLmr, DLmw } = costs(lastDump());
    const [instructions, near, far] = [Ir, D1mr + D1mw, DLmr + DLmw].map((n) => n / count);
    console.log(`${name}: ${instructions.toFixed(0)}, ${near.toFixed(1)}, ${far.toFixed(1)}`);
  }
  child.stdin.write("\n");
}
rmSync(folder, { recursive: true });

/** The dumps are numbered. */
function lastDump() {
  const numbers = readdirSync(folder).map((name) => Number(name.split(".")[1] ?? 0));
  return join(folder, `out.${Math.max(...numbers)}`);
}

/** What a dump says in all, by the names of the events. */
function costs(file) {
  const lines = readFileSync(file, "utf8").split("\n");
  const wordsOf = (name) =>
    lines
      .find((line) => line.startsWith(name))
      .split(" ")
      .slice(1);
  const figures = wordsOf("summary:");
  return Object.fromEntries(wordsOf("events:").map((event, i) => [event, Number(figures[i])]));
}

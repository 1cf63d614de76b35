// The main demo with threads and without, on a tree of large files and on one of small files (`hash`): bytes
// per second, in turns. Only if it is asked for: it needs all cores. On Linux also the CPU time of a
// gigabyte, and how many threads are busy at a time.

import { spawn } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

import { observe } from "./observe.mjs";

const MAIN = fileURLToPath(new URL("../../packages/examples/dist/hash/main.js", import.meta.url));

const MB = 1_000_000;

/** What is hashed, and how many times faster it is to be with threads. The first takes 4 GB of memory. */
const TREES = {
  large: { files: 64, size: 64 * MB, least: 1.7 },
  // No file of it is worth a thread.
  small: { files: 20_000, size: 8000, least: 0.95 },
};

/** Measures all, and prints what it finds. */
export async function measureHash(rounds) {
  const cores = availableParallelism();
  // Memory, where the machine has such a folder: a disk would be measured else.
  const folder = mkdtempSync(`${existsSync("/dev/shm") ? "/dev/shm" : tmpdir()}/chankit-hash-`);
  try {
    const results = [];
    for (const [name, tree] of Object.entries(TREES)) {
      plant(`${folder}/${name}`, tree);
      results.push(await measure(name, tree, `${folder}/${name}`, cores, rounds));
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(name, { files, size, least }, folder, cores, rounds) {
  console.log(`\nhash, ${name}: ${files} files of ${size / MB} MB, ${cores} cores`);
  const modes = [0, cores];
  const speeds = modes.map(() => []);
  // The first round warms up: it brings the files into the page cache.
  for (let round = 0; round <= rounds; round++) {
    for (const [i, threads] of modes.entries()) {
      const { speed } = await hash(folder, threads);
      if (round > 0) speeds[i].push(speed);
    }
  }
  const ratios = speeds[0].map((speed, round) => speeds[1][round] / speed);
  const ratio = median(ratios);
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const medians = speeds.map(median);
  const verdict = `target ≥ ${least.toFixed(2)}: ${ratio >= least ? "met" : "MISSED"}`;
  const told = modes.map((threads, i) => `--threads ${threads} ${medians[i].toFixed(0)} MB/s`);
  console.log(`  ${told.join(" | ")}`);
  console.log(`  ${ratio.toFixed(2)} × (${range}); ${verdict}`);
  const gigabytes = (files * size) / 1e9;
  for (const threads of modes) {
    const { cpu } = await hash(folder, threads, true);
    if (cpu === undefined) continue;
    const { total, main, busy, most } = cpu;
    console.log(
      `  --threads ${threads}: ${(total / gigabytes).toFixed(2)} s of CPU time a GB, ` +
        `${(main / gigabytes).toFixed(2)} of them in the main thread; ` +
        `threads that were busy at a time: ${busy.toFixed(2)} on average, ${most} at most`,
    );
  }
  return { name: `hash-${name}`, speeds, ratio, least };
}

/** One run of the program: megabytes a second, as it says itself; if it is observed, what it took. */
async function hash(folder, threads, isObserved = false) {
  const args = [MAIN, folder, "--threads", String(threads)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const observed = isObserved ? observe(child) : undefined;
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  const [, seconds] = /^MB\/s: +([\d.,]+)$/m.exec(said) ?? [];
  if (code !== 0 || seconds === undefined) throw new Error(`${MAIN} ended with ${code}: ${said}`);
  return { speed: Number(seconds.replaceAll(",", "")), cpu: observed?.() };
}

/** Files of random bytes, no two of which begin alike. */
function plant(folder, { files, size }) {
  const bytes = randomFillSync(Buffer.allocUnsafe(size));
  for (let file = 0; file < files; file++) {
    const parent = `${folder}/${file % 50}`;
    if (file < 50) mkdirSync(parent, { recursive: true });
    bytes.writeUInt32LE(file);
    writeFileSync(`${parent}/${file}`, bytes);
  }
}

function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

// Threads of chankit beside those of others (`threads`), and what a copy costs (`cloning`). Both only if they
// are asked for: they need all cores, while everything else is measured on one.

import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";

import { contestants } from "./contestants.mjs";
import { workloads } from "./workloads.mjs";

/** What is aimed at: at most so many times what another takes. */
const TARGETS = {
  throughput: { against: "piscina", most: 1 / 10 },
  "round-trip": { against: "raw", most: 1.25 },
};

/** Measures all, and prints what it finds. */
export async function measureThreads(rounds) {
  const all = { ...workloads, "start-up": { title: "from nothing to the first result (µs)" } };
  const results = [];
  for (const [name, { title }] of Object.entries(all)) {
    const times = Object.fromEntries(
      Object.keys(contestants).map((contestant) => [contestant, []]),
    );
    for (let round = 0; round < rounds; round++) {
      for (const contestant of Object.keys(times))
        times[contestant].push(await runAlone(contestant, name));
    }
    const medians = Object.fromEntries(
      Object.entries(times).map(([contestant, figures]) => [contestant, median(figures)]),
    );
    const ratios = Object.entries(times)
      .filter(([contestant]) => contestant !== "chankit")
      .map(([contestant, figures]) => ratioOf(contestant, times.chankit, figures));
    results.push({ name, title, medians, ratios, times });
    print(name, title, medians, ratios);
  }
  return [...results, ...speedUps(results)];
}

/** How many times faster more threads are: each round by itself. */
function speedUps(results) {
  const timesOf = (name) => results.find((result) => result.name === name).times.chankit;
  return [
    ["cpu-2", 2],
    ["cpu-n", availableParallelism()],
  ].map(([name, threads]) => {
    const ratios = timesOf("cpu-1").map((one, round) => one / timesOf(name)[round]);
    const speedUp = median(ratios);
    const least = 0.9 * Math.min(threads, availableParallelism());
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const verdict = `target ≥ ${least.toFixed(2)}: ${speedUp >= least ? "met" : "MISSED"}`;
    console.log(`\n${name}: ${speedUp.toFixed(2)} × one thread (${range}); ${verdict}`);
    return { name: `${name} by cpu-1`, speedUp, least };
  });
}

function ratioOf(contestant, ours, theirs) {
  const ratios = ours.map((figure, round) => figure / theirs[round]);
  return { contestant, ratio: median(ratios), spread: [Math.min(...ratios), Math.max(...ratios)] };
}

function print(name, title, medians, ratios) {
  console.log(`\n${name}: ${title}`);
  const figures = Object.entries(medians).map(
    ([contestant, figure]) => `${contestant} ${format(figure)}`,
  );
  console.log(`  ${figures.join(" | ")}`);
  for (const { contestant, ratio, spread } of ratios) {
    const range = spread.map((bound) => bound.toFixed(2)).join("–");
    const { against, most } = TARGETS[name] ?? {};
    const verdict =
      contestant === against
        ? `; target ≤ ${most.toFixed(2)}: ${ratio <= most ? "met" : "MISSED"}`
        : "";
    console.log(`  ${ratio.toFixed(2)} × ${contestant} (${range})${verdict}`);
  }
}

/** What one copy of a value costs, in CPU time of this process. */
export function measureCloning() {
  const objects = Array.from({ length: 10_000 }, (_, id) => {
    return { id, name: `name ${id}`, tags: ["a", "b"], at: { x: id, y: -id } };
  });
  const buffer = { whole: new ArrayBuffer(1_000_000) };
  const transfer = () => {
    buffer.whole = structuredClone(buffer.whole, { transfer: [buffer.whole] });
  };
  const copyOf = (value) => () => structuredClone(value);
  const cases = [
    ["a number", 100_000, copyOf(5)],
    ["an object with two numbers", 100_000, copyOf({ from: 1, to: 2 })],
    ["1 MB in a Uint8Array", 500, copyOf(new Uint8Array(1_000_000))],
    ["1 MB in a string", 500, copyOf("x".repeat(1_000_000))],
    ["10,000 objects with some fields", 20, copyOf(objects)],
    ["1 MB in an ArrayBuffer, transferred", 2000, transfer],
  ];
  console.log("\ncloning: one copy by structuredClone (µs of CPU time)");
  return cases.map(([what, count, copy]) => {
    for (let i = 0; i < count / 5; i++) copy();
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) copy();
    const { user, system } = process.cpuUsage(before);
    const figure = (user + system) / count;
    console.log(`  ${what}: ${format(figure)}`);
    return { what, figure };
  });
}

function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function format(figure) {
  return figure.toLocaleString("en", { maximumFractionDigits: figure < 100 ? 1 : 0 });
}

function runAlone(...args) {
  const child = fork(join(import.meta.dirname, "run.mjs"), args);
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error(`${args.join(" ")} has failed`)));
  });
}

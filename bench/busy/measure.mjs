// Channels beside other work (`loaded`), and timers beside bursts (`burst`), each in a process of
// its own.

import { fork } from "node:child_process";
import { join } from "node:path";

import { bursts } from "./workloads.mjs";

/** By ms of other work a turn: the least share of the undisturbed rate that is aimed at. */
const LEAST_SHARES = [
  [0.3, 0.3],
  [1, 0.15],
  [3, 0.05],
  [10, 0.02],
];

/**
 * The largest gaps aimed at, in ms: an interval of 5 ms, and as many items as the contract allows.
 * None where there is no channel.
 */
const LARGEST_GAPS = [undefined, 10, 5 + 10, 4 * 50 + 5, 16 * 50 + 5];

/** Measures the rates beside other work, and prints them. */
export async function measureLoaded(rounds) {
  console.log(
    "\nloaded: messages a second beside other work in every turn, as a share of the rate alone",
  );
  const results = [];
  for (const [ms, least] of LEAST_SHARES) {
    const shares = (await runAlone("loaded", ms, rounds)).sort((a, b) => a - b);
    const share = shares[Math.floor(shares.length / 2)];
    const met = share >= least;
    results.push({ ms, share, spread: [shares[0], shares.at(-1)], least, met });
    const spread = `${shares[0].toFixed(2)}–${shares.at(-1).toFixed(2)}`;
    console.log(`  ${ms} ms: ${share.toFixed(2)} (${spread}); target ≥ ${least}: ${verdict(met)}`);
  }
  return results;
}

/** Measures the gaps, and prints them. */
export async function measureBursts(rounds) {
  console.log("\nburst: the largest gap between two ticks of a 5 ms interval (ms)");
  const results = [];
  for (const [i, what] of Object.keys(bursts).entries()) {
    const measured = [];
    for (let round = 0; round < rounds; round++) measured.push(await runAlone("burst", what));
    const gaps = measured.map(({ gap }) => gap).sort((a, b) => a - b);
    const gap = gaps[Math.floor(gaps.length / 2)];
    const items = Math.max(...measured.map(({ items }) => items));
    const most = LARGEST_GAPS[i];
    const met = most === undefined || gap <= most;
    results.push({ what, gap, spread: [gaps[0], gaps.at(-1)], items, most, met });
    const spread = `${gaps[0].toFixed(1)}–${gaps.at(-1).toFixed(1)}; ${items} items at most`;
    const target = most === undefined ? "no channel" : `target ≤ ${most}: ${verdict(met)}`;
    console.log(`  ${what}: ${gap.toFixed(1)} (${spread}); ${target}`);
  }
  return results;
}

function verdict(met) {
  return met ? "met" : "MISSED";
}

function runAlone(...args) {
  const child = fork(join(import.meta.dirname, "run.mjs"), args.map(String));
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error(`${args.join(" ")} has failed`)));
  });
}

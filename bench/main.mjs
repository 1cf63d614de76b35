// npm run bench -- [WORKLOAD…] [--rounds N] [--json FILE] [--svg FOLDER]
//
// Measures chankit side by side with other libraries, and with Go if there is one: in each round
// every contestant has its turn, after a tenth of it to warm up, and a ratio is formed of two figures
// of the same round. Reported is the median of the rounds; of those in one process the first does not count. Each
// workload begins in new processes, so that it finds what it would find alone: what an engine has compiled for other
// workloads, and how much room it has given to what is young, changes a figure by a tenth. Three workloads are of
// another kind: `latency` is how long timers and sockets wait while channels are busy, `loaded` how fast channels
// are while the rest of the program is, and `burst` how long a timer waits when much happens at one go. `threads`,
// `cloning`, `hash` and `nats` run only if they are named: they need
// all cores, `hash` some gigabytes of memory, and `nats` two servers.

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { measureBursts, measureLoaded } from "./busy/measure.mjs";
import { drawBars, drawWaiters } from "./charts.mjs";
import { measureHash } from "./hash/measure.mjs";
import { measureLatencies } from "./latency/measure.mjs";
import { measureNats } from "./nats/measure.mjs";
import { endAll, goVersion, run, runAlone } from "./rivals.mjs";
import { measureCloning, measureThreads } from "./threads/measure.mjs";
import { BASELINES, SLOW, workloads } from "./workloads.mjs";

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    json: { type: "string" },
    svg: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const go = goVersion();
if (go === undefined) console.log("go is not on the PATH: its columns are left out");

const results = [];
for (const workload of workloads) {
  if (names.length > 0 && !names.includes(workload.name)) continue;
  const result = await measure(workload);
  results.push(result);
  print(result);
}
const isWanted = (name) => names.length === 0 || names.includes(name);
const latencies = isWanted("latency") ? await measureLatencies() : [];
const loaded = isWanted("loaded") ? await measureLoaded(rounds) : [];
const bursts = isWanted("burst") ? await measureBursts(rounds) : [];
const threads = names.includes("threads") ? await measureThreads(rounds) : [];
const cloning = names.includes("cloning") ? measureCloning() : [];
const hash = names.includes("hash") ? await measureHash(rounds) : [];
const nats = names.includes("nats") ? await measureNats(rounds) : [];
if (options.json !== undefined) {
  const environment = { node: process.version, go, date: new Date().toISOString(), rounds };
  const report = { environment, results, latencies, loaded, bursts, threads, cloning, hash, nats };
  writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
}
if (options.svg !== undefined) {
  writeFileSync(`${options.svg}/bench.svg`, await drawBars(results));
  writeFileSync(`${options.svg}/waiters.svg`, await drawWaiters(results));
}

async function measure(workload) {
  const { name, count, peers, targets, alone = false } = workload;
  const against = targets.map((target) => target.against).filter((rival) => rival !== "peers");
  const rivals = [...new Set([...against, ...peers])].filter((rival) => rival !== "go" || go);

  const times = Object.fromEntries(["chankit", ...rivals].map((contestant) => [contestant, []]));
  // What begins in a new process each time has nothing to warm up, and takes two minutes of the six: half as often.
  const last = alone ? Math.ceil(rounds / 2) : rounds;
  for (let round = alone ? 1 : 0; round <= last; round++) {
    for (const contestant of Object.keys(times)) {
      const share = SLOW.has(contestant) ? count / 10 : count;
      const own = BASELINES.has(contestant);
      const [runner, what] = own ? ["chankit", contestant] : [contestant, name];
      const figure = await (alone ? runAlone : run)(runner, what, share);
      if (round > 0) times[contestant].push(figure / share);
    }
  }

  endAll();

  const medians = Object.fromEntries(
    Object.entries(times).map(([contestant, figures]) => [contestant, median(figures)]),
  );
  const checks = targets.flatMap(({ against, most }) => {
    const best = [...peers].sort((a, b) => medians[a] - medians[b])[0];
    const rival = against === "peers" ? best : against;
    if (times[rival] === undefined) return [];
    const ratios = times.chankit.map((figure, round) => figure / times[rival][round]);
    const ratio = median(ratios);
    const spread = [Math.min(...ratios), Math.max(...ratios)];
    return [{ rival, ratio, spread, most, met: ratio <= most }];
  });
  return { name, title: workload.title, unit: workload.unit ?? "ns", medians, checks };
}

function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function print({ name, title, unit, medians, checks }) {
  console.log(`\n${name}: ${title} (${unit})`);
  const figures = Object.entries(medians).map(([contestant, ns]) => `${contestant} ${format(ns)}`);
  console.log(`  ${figures.join(" | ")}`);
  for (const { rival, ratio, spread, most, met } of checks) {
    const range = spread.map((bound) => bound.toFixed(2)).join("–");
    const verdict = met ? "met" : "MISSED";
    console.log(
      `  ${ratio.toFixed(2)} × ${rival} (${range}); target ≤ ${most.toFixed(2)}: ${verdict}`,
    );
  }
}

function format(ns) {
  return ns.toLocaleString("en", { maximumFractionDigits: ns < 100 ? 1 : 0 });
}

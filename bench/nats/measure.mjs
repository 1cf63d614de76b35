// The pool over many machines beside BullMQ (`nats`): jobs a second and how long one job takes, with 1, 2 and 4
// crews, which are processes, on servers that keep their data in files or in memory. Only if it is asked for: it
// needs all cores and both servers.
//
// Each is used by one process that queues, by several callers at a time, and reads. BullMQ's queue is not bounded, and
// remembers no job that has ended; its results come in two ways (contestants.mjs).

import { fork } from "node:child_process";
import { join } from "node:path";

import { contestants } from "./contestants.mjs";
import { startServer, versionOf } from "./servers.mjs";

const WORKERS = 8;
const JOBS = 5000;
const SINGLE = 500;
const OURS = "chankit";
/** What is aimed at: at most so many times what each of the others takes. */
const MOST = 1;
const FIGURES = {
  perJob: "ms a job, many at a time",
  p50: "ms, one at a time, p50",
  p99: "ms, one at a time, p99",
};

/** Measures all, and prints what it finds. */
export async function measureNats(rounds) {
  const programs = [...new Set(Object.values(contestants).map(({ program }) => program))];
  const missing = programs.filter((program) => versionOf(program) === undefined);
  if (missing.length > 0) {
    console.log(
      `\nnats: left out, since there is no ${missing.join(" and no ")}: apt-get install ${missing.join(" ")}`,
    );
    return [];
  }
  console.log(`\n${programs.map((program) => `${program} ${versionOf(program)}`).join(", ")}`);
  const results = [];
  for (const store of ["file", "memory"]) {
    const servers = {};
    for (const [name, { program }] of Object.entries(contestants)) {
      servers[name] = await startServer(program, store);
    }
    for (const crews of [1, 2, 4]) results.push(await measureCell(servers, store, crews, rounds));
    for (const { end } of Object.values(servers)) await end();
  }
  return results;
}

async function measureCell(servers, store, crews, rounds) {
  const runs = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(runs)) {
      const server = { ...servers[name], store, end: undefined };
      runs[name].push(await runAlone(name, server, `bench-${crews}-${round}`, crews));
    }
  }
  const medians = Object.fromEntries(
    Object.entries(runs).map(([name, all]) => [name, mediansOf(all)]),
  );
  const rivals = Object.keys(runs).filter((name) => name !== OURS);
  const checks = rivals.flatMap((rival) =>
    Object.keys(FIGURES).map((figure) => {
      const ratios = runs[OURS].map((run, round) => run[figure] / runs[rival][round][figure]);
      const ratio = median(ratios);
      const spread = [Math.min(...ratios), Math.max(...ratios)];
      return { rival, figure, ratio, spread, most: MOST, met: ratio <= MOST };
    }),
  );
  const result = { store, crews, medians, checks, runs };
  print(result);
  return result;
}

function print({ store, crews, medians, checks }) {
  const title = `${crews} ${crews === 1 ? "crew" : "crews"} of ${WORKERS} workers, store: ${store}`;
  console.log(`\nnats: ${title}`);
  for (const [name, { perJob, p50, p99, traffic }] of Object.entries(medians)) {
    const what = name === OURS ? "messages" : "commands";
    console.log(
      `  ${name.padEnd(22)} ${format(1000 / perJob)} jobs/s; alone p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms; ${traffic.toFixed(1)} ${what} a job`,
    );
  }
  for (const { rival, figure, ratio, spread, most, met } of checks) {
    const range = spread.map((bound) => bound.toFixed(2)).join("–");
    const verdict = `target ≤ ${most.toFixed(2)}: ${met ? "met" : "MISSED"}`;
    console.log(`  ${ratio.toFixed(2)} × ${rival} (${range}) in ${FIGURES[figure]}; ${verdict}`);
  }
}

/** One contestant with so many crews: its figures. */
async function runAlone(contestant, server, name, crews) {
  const start = (role, arg) =>
    fork(join(import.meta.dirname, "run.mjs"), [
      role,
      contestant,
      JSON.stringify(server),
      name,
      String(arg),
    ]);
  const children = [];
  try {
    const main = start("main", JSON.stringify({ jobs: JOBS, single: SINGLE }));
    children.push(main);
    for (let i = 0; i < crews; i++) children.push(start("crew", WORKERS));
    await Promise.all(children.map(said));
    const figures = said(main);
    main.send("go");
    return await figures;
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

/** What a process says next. */
function said(child) {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error(`${child.spawnargs.slice(2).join(" ")} has failed`)));
  });
}

function mediansOf(runs) {
  const names = Object.keys(runs[0]);
  return Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name]))]));
}

function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function format(figure) {
  return figure.toLocaleString("en", { maximumFractionDigits: 0 });
}

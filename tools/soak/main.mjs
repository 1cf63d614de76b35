// `npm run soak -- --minutes N [--seed S] [--busy MS] [--stage NAME]`: random networks of tasks, one after
// the other, whose messages are checked all the time, beside MS milliseconds of other work in every turn of
// the event loop; every stage of a network is of the kind NAME, else of a random one (stages.mjs). Ends with exit code 1 if a message is lost, doubled or overtaken, if counters are wrong,
// if a task is not woken or left waiting, if the heap grows, or if threads or descriptors are left behind.

import { existsSync, readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { runNetwork } from "./network.mjs";
import { treatments } from "./stages.mjs";

const MESSAGES_PER_NETWORK = 20_000;
const REPORT_EVERY_MS = 30_000;
/** The heap may differ by so much between the first reports and the last. */
const HEAP_TOLERANCE = 1.15;
/** After so long without a message, a task was not woken. */
const STALL_MS = 30_000;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "20" },
    seed: { type: "string" },
    busy: { type: "string", default: "0" },
    stage: { type: "string" },
  },
});
const busy = Number(values.busy);
const minutes = Number(values.minutes);
let seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const { stage } = values;
const kinds = Object.keys(treatments).filter((name) => stage === undefined || name === stage);
if (!(minutes > 0) || !(busy >= 0) || !Number.isSafeInteger(seed) || kinds.length === 0) {
  console.error("usage: npm run soak -- [--minutes N] [--seed S] [--busy MS] [--stage NAME]");
  console.error(`stages: ${Object.keys(treatments).join(", ")}`);
  process.exit(2);
}

const tally = {
  networks: 0,
  messages: 0,
  aborts: 0,
  selects: 0,
  timeouts: 0,
  jobs: 0,
  calls: 0,
  kills: 0,
};
const heaps = [];
/** Where Linux tells what a process has, and how many more may be there for a while after a network. */
const POSSESSIONS = [
  { kind: "threads", folder: "/proc/self/task", tolerance: 8, counts: [] },
  { kind: "descriptors", folder: "/proc/self/fd", tolerance: 40, counts: [] },
];
const start = Date.now();
const end = start + minutes * 60_000;

let isOver = false;
if (busy > 0) otherWork();

let messagesBefore = -1;
const watchdog = setInterval(() => {
  if (tally.messages === messagesBefore) {
    console.error(`nothing goes on any more; repeat it with --seed ${seed}`);
    process.exit(1);
  }
  messagesBefore = tally.messages;
}, STALL_MS);

for (let nextReport = start; Date.now() < end; seed++) {
  try {
    await runNetwork(seed, MESSAGES_PER_NETWORK, tally, kinds);
  } catch (error) {
    console.error(`failed; repeat it with --seed ${seed}`);
    throw error;
  }
  tally.networks++;
  if (Date.now() >= nextReport) {
    report();
    nextReport += Math.min(REPORT_EVERY_MS, (minutes * 60_000) / 8);
  }
}
isOver = true;
clearInterval(watchdog);
report();

// A heap that warms up grows: the first quarter does not count.
const settled = heaps.slice(Math.ceil(heaps.length / 4));
const third = Math.ceil(settled.length / 3);
const [early, late] = [median(settled.slice(0, third)), median(settled.slice(-third))];
console.log(`heap: ${mega(early)} MB early, ${mega(late)} MB late`);
if (late > early * HEAP_TOLERANCE) {
  console.error("the heap has grown");
  process.exitCode = 1;
}

for (const { kind, tolerance, counts } of POSSESSIONS) {
  console.log(`${kind}: ${counts.join(", ")}`);
  if (counts.at(-1) > counts[0] + tolerance) {
    console.error(`${kind} are left behind`);
    process.exitCode = 1;
  }
}

/** What a program has to do besides, in every turn of the event loop. */
function otherWork() {
  const until = performance.now() + busy;
  while (performance.now() < until);
  if (!isOver) setImmediate(otherWork);
}

function report() {
  globalThis.gc();
  const { heapUsed } = process.memoryUsage();
  heaps.push(heapUsed);
  for (const { folder, counts } of POSSESSIONS) {
    if (existsSync(folder)) counts.push(readdirSync(folder).length);
  }
  const counts = Object.entries(tally).map(([name, n]) => `${n.toLocaleString("en")} ${name}`);
  const time = ((Date.now() - start) / 60_000).toFixed(1);
  console.log(
    `${time} min: ${counts.join(", ")}, heap ${mega(heapUsed)} MB, next seed ${seed + 1}`,
  );
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function mega(bytes) {
  return (bytes / 1e6).toFixed(1);
}

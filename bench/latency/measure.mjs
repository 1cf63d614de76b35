// How long a timer and the echo of a socket take to arrive while channels are saturated, for each
// library in a process of its own.

import { fork } from "node:child_process";
import { join } from "node:path";

/** Ours, after tasks without a channel, where all that is late the engine or the machine makes late. */
const IN_DETAIL = ["no-channel", "chankit"];
const LIBRARIES = [...IN_DETAIL, "ts-chan", "thi-ng", "medium", "nodeguy", "lesomnus"];

/** For as long tasks exchange messages, in seconds: 1,200 ticks where one in a thousand is to be seen. */
const LONG = 6;
const SHORT = 1;

/** What is aimed at: as many ticks of an interval of 5 ms arrive, and all but one in a thousand so soon. */
const TARGET = { library: "chankit", event: "timer", arrived: 0.95, p999: 10 };

/** Measures all, and prints what it finds. */
export async function measureLatencies() {
  console.log("\nlatency: while two tasks exchange messages (ms)");
  const latencies = [];
  for (const library of LIBRARIES) {
    for (const event of ["timer", "echo"]) {
      const isLong = event === "timer" && IN_DETAIL.includes(library);
      const figures = await runAlone(library, event, isLong ? LONG : SHORT);
      latencies.push({ library, event, ...figures });
      print(library, event, figures);
    }
  }
  return latencies;
}

function runAlone(library, event, seconds) {
  const child = fork(join(import.meta.dirname, "run.mjs"), [library, event, String(seconds)]);
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error(`${library} has failed`)));
  });
}

function print(library, event, { arrived, p50, p99, p999, max, rate }) {
  const share = arrived === undefined ? "" : `${(100 * arrived).toFixed(1)} % arrive, `;
  const [a, b, c, d] = [p50, p99, p999, max].map((ms) => ms?.toFixed(2) ?? "never");
  const messages = rate.toLocaleString("en", { maximumFractionDigits: 0 });
  console.log(
    `  ${library.padEnd(10)} ${event}: ${share}p50 ${a}, p99 ${b}, p99.9 ${c}, max ${d}; ${messages} messages/s`,
  );
  if (library !== TARGET.library || event !== TARGET.event) return;
  const verdict = arrived >= TARGET.arrived && p999 <= TARGET.p999 ? "met" : "MISSED";
  console.log(
    `    target ≥ ${100 * TARGET.arrived} % arrive, p99.9 ≤ ${TARGET.p999} ms late: ${verdict}`,
  );
}

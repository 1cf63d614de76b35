// How long a timer and the echo of a socket take to arrive while channels are saturated, for each
// library in a process of its own.

import { fork } from "node:child_process";
import { join } from "node:path";

const LIBRARIES = ["chankit", "ts-chan", "thi-ng", "medium", "nodeguy", "lesomnus"];

/** Measures all, and prints what it finds. */
export async function measureLatencies() {
  console.log("\nlatency: while two tasks exchange messages for 2 seconds (ms)");
  const latencies = [];
  for (const library of LIBRARIES) {
    for (const event of ["timer", "echo"]) {
      const figures = await runAlone(library, event);
      latencies.push({ library, event, ...figures });
      print(library, event, figures);
    }
  }
  return latencies;
}

function runAlone(library, event) {
  const child = fork(join(import.meta.dirname, "run.mjs"), [library, event]);
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error(`${library} has failed`)));
  });
}

function print(library, event, { arrived, p50, p99, max, messages }) {
  const share = arrived === undefined ? "" : `${(100 * arrived).toFixed(1)} % arrive, `;
  const [a, b, c] = [p50, p99, max].map((ms) => ms?.toFixed(2) ?? "never");
  const rate = (messages / 2).toLocaleString("en", { maximumFractionDigits: 0 });
  console.log(
    `  ${library.padEnd(9)} ${event}: ${share}p50 ${a}, p99 ${b}, max ${c}; ${rate} messages/s`,
  );
}

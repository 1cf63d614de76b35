// What the threads of another process take of the CPUs, as far as Linux tells.

import { existsSync, readdirSync, readFileSync } from "node:fs";

const EVERY_MS = 50;

/** A thread that has run for more than this share of a while was busy in it. */
const BUSY = 0.3;

/**
 * Observes a process until what this gives is called, which gives seconds of CPU time, of all threads and of
 * the main one, and how many threads were busy at a time; `undefined` where there is nothing to see.
 */
export function observe({ pid }) {
  const folder = `/proc/${pid}/task`;
  if (!existsSync(folder)) return () => undefined;
  const times = new Map();
  const counts = [];
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    let busy = 0;
    for (const [thread, seconds] of timesIn(folder)) {
      if (seconds - (times.get(thread) ?? 0) > (BUSY * (now - before)) / 1000) busy++;
      times.set(thread, seconds);
    }
    before = now;
    // Before and after its work it is one thread that loads, or ends.
    if (busy > 0) counts.push(busy);
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
    return {
      total: sum([...times.values()]),
      main: times.get(String(pid)) ?? 0,
      busy: sum(counts) / Math.max(1, counts.length),
      most: Math.max(0, ...counts),
    };
  };
}

/** Seconds of CPU time, by the numbers of threads. */
function timesIn(folder) {
  try {
    return readdirSync(folder).map((thread) => {
      const [nanoseconds] = readFileSync(`${folder}/${thread}/schedstat`, "utf8").split(" ");
      return [thread, Number(nanoseconds) / 1e9];
    });
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

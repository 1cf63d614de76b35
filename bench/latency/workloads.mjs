// How long timers and sockets wait while two tasks exchange messages without pause: the time from
// when an event is due to when its callback runs.

import { createServer } from "node:net";
import { Worker } from "node:worker_threads";

/** So long it takes until the engine has compiled what runs; it does so on the same core if there is one only. */
const WARM_UP_SECONDS = 0.5;
const INTERVAL_MS = 5;

/** How late the ticks of an interval are, and which share of them arrives. */
export async function timerLatency(library, seconds) {
  await saturate(library, WARM_UP_SECONDS);
  const latencies = [];
  const start = performance.now();
  let last = start;
  const interval = setInterval(() => {
    const now = performance.now();
    latencies.push(Math.max(0, now - last - INTERVAL_MS));
    last = now;
  }, INTERVAL_MS);
  const rate = await saturate(library, seconds);
  clearInterval(interval);
  const due = Math.floor((performance.now() - start) / INTERVAL_MS);
  return { ...distribution(latencies), arrived: latencies.length / due, rate };
}

/** How long a byte takes to a server in this thread and back. */
export async function echoLatency(library, seconds) {
  await saturate(library, WARM_UP_SECONDS);
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new Worker(new URL("echo-client.mjs", import.meta.url), {
    workerData: server.address().port,
  });
  const latencies = new Promise((resolve) => client.once("message", resolve));
  await new Promise((resolve) => client.once("online", resolve));
  const rate = await saturate(library, seconds);
  client.postMessage("stop");
  const figures = distribution(await latencies);
  server.close();
  return { ...figures, rate };
}

/**
 * Two tasks exchange messages for some seconds: how many a second. They look at the clock themselves, since
 * nothing else could.
 */
async function saturate({ make, send, recv }, seconds) {
  const channel = make(0);
  const end = performance.now() + seconds * 1000;
  let messages = 0;
  let isOver = false;

  async function sender() {
    while (!isOver) {
      for (let i = 0; i < 100; i++) await send(channel, i);
      messages += 100;
      isOver = performance.now() > end;
    }
  }

  async function receiver() {
    while (!isOver) for (let i = 0; i < 100; i++) await recv(channel);
  }

  const receiving = receiver();
  await sender();
  void receiving;
  return messages / seconds;
}

function distribution(latencies) {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}

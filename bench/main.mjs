// Nanoseconds per message or job: the median of five rounds, after one to warm up.
// `npm run bench -- WORD…` runs only the workloads that have one of the words in their name.

import { Chan } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

const workloads = {
  "spsc, unbuffered": (count) => spsc(new Chan(), count),
  "spsc, cap 128": (count) => spsc(new Chan(128), count),
  "pool, 8 workers": (count) => drain(new WorkerPool({ workers: 8, queueSize: 1024 }), count),
};

const words = process.argv.slice(2);
for (const [name, run] of Object.entries(workloads)) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
  console.log(name.padEnd(20), `${(await median(run, 200_000)).toFixed(0)} ns`.padStart(8));
}

async function median(run, count) {
  const rounds = [];
  for (let round = 0; round <= 5; round++) {
    const start = process.hrtime.bigint();
    await run(count);
    rounds.push(Number(process.hrtime.bigint() - start) / count);
  }
  return rounds.slice(1).sort((a, b) => a - b)[2];
}

async function spsc(channel, count) {
  const sending = sendAll(channel, count);
  for (let i = 0; i < count; i++) await channel.recv();
  await sending;
}

async function sendAll(channel, count) {
  for (let i = 0; i < count; i++) await channel.send(i);
}

async function drain(pool, count) {
  const queueing = queueAll(pool, count);
  for (let i = 0; i < count; i++) await pool.retrieve();
  await queueing;
  await pool.close();
}

async function queueAll(pool, count) {
  const job = { run() {} };
  for (let i = 0; i < count; i++) await pool.queue(job);
}

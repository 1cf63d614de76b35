// One process of one contestant: a crew, or the one that queues and reads; `measure.mjs` is at the other end.

import { contestants } from "./contestants.mjs";

/** So many callers queue at a time. */
const CALLERS = 32;

// The bench is over, or was broken off.
process.on("disconnect", () => process.exit());

const [role, contestant, at, name, arg] = process.argv.slice(2);
const server = JSON.parse(at);
const { open, serve, traffic } = contestants[contestant];

if (role === "crew") {
  await serve(server, name, Number(arg));
  process.send("ready");
} else {
  const { jobs, single } = JSON.parse(arg);
  const told = new Map();
  const queue = await open(server, name, (input) => told.get(input)());
  const result = (input) => new Promise((resolve) => told.set(input, resolve));
  let inputs = 0;

  const many = async (count) => {
    const first = inputs;
    const last = (inputs += count);
    const results = Array.from({ length: count }, (_, i) => result(first + i));
    const start = performance.now();
    let next = first;
    const caller = async () => {
      while (next < last) await queue(next++);
    };
    await Promise.all([...Array.from({ length: CALLERS }, caller), ...results]);
    return (performance.now() - start) / count;
  };
  const one = async () => {
    const input = inputs++;
    const start = performance.now();
    const isTold = result(input);
    await queue(input);
    await isTold;
    return performance.now() - start;
  };
  const oneByOne = async (count) => {
    const times = [];
    for (let i = 0; i < count; i++) times.push(await one());
    return times.sort((a, b) => a - b);
  };

  await many(jobs / 5);
  await oneByOne(single / 5);
  process.send("ready");
  await new Promise((resolve) => process.once("message", resolve));
  const before = await traffic(server);
  const perJob = await many(jobs);
  const after = await traffic(server);
  const times = await oneByOne(single);
  const quantile = (share) => times[Math.floor(times.length * share)];
  process.send({
    perJob,
    p50: quantile(0.5),
    p99: quantile(0.99),
    traffic: (after - before) / jobs,
  });
}

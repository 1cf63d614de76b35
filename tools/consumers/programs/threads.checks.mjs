// What threads do on every host: values, errors, transfers, aborts, channels (X7).

import { Chan } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

/** Throws unless all is as it should be. `hasExit`: the host has `process.exit`, and tells of it. */
export async function check(threads, { hasExit }) {
  const pool = new WorkerPool({ workers: threads.size });
  const sums = [];
  for await (const sum of pool.map([1, 2, 3], (n, context) =>
    threads.run("add", n, { ...context }),
  )) {
    sums.push(sum);
  }
  await pool.close();
  equal(sums.join(), "2,3,4");

  const error = await threads.run("fails").catch((error) => error);
  equal([error instanceof RangeError, error.message, error.status].join(), "true,on purpose,7");
  const unknown = await threads.run("missing").catch((error) => error);
  equal(unknown instanceof TypeError, true);
  const odd = await threads.run("add", () => 1).catch((error) => error);
  equal(odd.name, "DataCloneError");

  const bytes = new Uint8Array([1, 2]);
  const inverted = await threads.run("invert", bytes, { transfer: [bytes.buffer] });
  equal([bytes.length, ...inverted].join(), "0,254,253");

  const waiting = new AbortController();
  const aborted = threads.run("waits", 0, { signal: waiting.signal });
  // It has begun when what was called after it has an answer from the same thread.
  await threads.run("add", 1);
  waiting.abort("enough");
  equal(await aborted.catch((reason) => reason), "enough");

  if (typeof SharedArrayBuffer === "function") {
    const words = new SharedArrayBuffer(8);
    const cells = new Int32Array(words);
    const spinning = new AbortController();
    const spun = threads.run("spin", words, { signal: spinning.signal });
    while (Atomics.load(cells, 0) === 0) await turn();
    spinning.abort("enough");
    equal(await spun.catch((reason) => reason), "enough");
    while (Atomics.load(cells, 1) === 0) await turn();
  }

  const [input, output] = [new Chan(1), new Chan()];
  const doubling = threads.run("double", 0, { channels: { input, output } });
  const sending = (async () => {
    for (const n of [1, 2, 3]) await input.send(n);
    input.close();
  })();
  const doubled = [];
  for await (const n of output) doubled.push(n);
  await Promise.all([sending, doubling]);
  equal(doubled.join(), "2,4,6");

  if (hasExit) {
    const exit = await threads.run("exit", 3).catch((error) => error);
    equal([exit.name, exit.exitCode].join(), "ThreadExitError,3");
    equal(await threads.run("add", 1), 2);
  }
  await threads.close();
}

function turn() {
  return new Promise((resolve) => setTimeout(resolve));
}

function equal(actual, expected) {
  if (actual !== expected) throw new Error(`${actual} instead of ${expected}`);
}

// Virtual time in this version of Node (V5): hours pass, while real work holds time.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { after, Chan } from "@chankit/channel";
import { bubble } from "@chankit/channel/testing";
import { WorkerPool } from "@chankit/pool";

const HOUR = 3_600_000;
const ended = (thing) => new Promise((resolve) => thing.on("exit", resolve));

const hours = await bubble(async ({ now }) => {
  const pool = new WorkerPool({ workers: 1, retry: { times: 1, delay: () => HOUR } });
  await pool.submit(({ attempt }) => attempt === 2 || Promise.reject(new Error("first")));
  await pool.close();
  await sleep(HOUR);
  await after(HOUR).recv();
  return now();
});
assert.equal(hours, 3 * HOUR);

const works = {
  file: () => readFile(fileURLToPath(import.meta.url)),
  process: () => ended(execFile(process.execPath, ["--version"])),
  thread: () => ended(new Worker("", { eval: true })),
  digest: () => crypto.subtle.digest("SHA-256", new Uint8Array(1_000_000)),
};
for (const [name, work] of Object.entries(works)) {
  const time = await bubble(async ({ now }) => {
    const timeout = after(1).recv();
    await work();
    const time = now();
    await timeout;
    return time;
  });
  assert.equal(time, 0, name);
}

await assert.rejects(
  bubble(() => new Chan(0, { name: "jobs" }).recv()),
  /^Error: fatal error: all tasks are asleep - deadlock!\n\ntask 1 \[receive\]:\n {2}Chan "jobs"/,
);
console.log("ok");

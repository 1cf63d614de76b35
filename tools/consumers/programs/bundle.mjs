// Imports the packages, beside a module that requires them: a bundle must hold one copy of each (B3).

import { Chan, ChannelClosedError, select, send } from "@chankit/channel";
import { waiting } from "@chankit/channel/debug";
import { settle } from "@chankit/channel/testing";
import { WorkerPool } from "@chankit/pool";
import required from "./bundle-required.cjs";

main();

async function main() {
  const one = { Chan, ChannelClosedError, settle, WorkerPool };
  for (const [name, value] of Object.entries(one)) {
    if (required[name] !== value) throw new Error(`two copies of ${name}`);
  }

  // The entry for reports finds its hooks (V7), and the place is not one of ours.
  const seen = new Chan(0, { name: "seen" });
  void seen.recv();
  const [wait, ...others] = waiting();
  if (wait?.on !== 'Chan "seen"' || others.length > 0) throw new Error(JSON.stringify(wait));
  seen.close();

  const numbers = new required.Chan(1);
  await select({ out: send(numbers, 20) });
  const pool = new required.WorkerPool({ workers: 2 });
  const { value } = await select({ numbers });
  const sum = await pool.submit(() => value + 22);
  await pool.queue({ run() {} });
  const { key, ok } = await select({ numbers, finished: pool.finished });
  await pool.close();
  await settle();

  // More of them than any slice of the loop has.
  for (let i = 0; i < 20_000; i++) {
    await numbers.send(i);
    await numbers.recv();
  }
  if (sum !== 42 || key !== "finished" || !ok) throw new Error(`${sum}, ${key}, ${ok}`);
  console.log("ok");
}

import { Chan, select, send } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

const numbers = new Chan();
const sent = select({ out: send(numbers, 20) });
const { value } = await numbers.recv();
await sent;

const pool = new WorkerPool({ workers: 2 });
const sum = await pool.submit(() => value + 22);
await pool.queue({ run() {} });
const { key, ok } = await select({ numbers, finished: pool.finished });
await pool.close();

if (sum !== 42 || key !== "finished" || !ok) throw new Error(`${sum}, ${key}, ${ok}`);
console.log("ok");

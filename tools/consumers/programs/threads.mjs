// Threads on a server's host, with a file and with a factory.

import { Worker } from "node:worker_threads";

import { Threads } from "@chankit/threads";
import { check } from "./threads.checks.mjs";

const file = new URL("./threads.tasks.mjs", import.meta.url);
await check(new Threads(file, { size: 2 }), { hasExit: true });
await check(new Threads(() => new Worker(file), { size: 2 }), { hasExit: true });
console.log("ok");

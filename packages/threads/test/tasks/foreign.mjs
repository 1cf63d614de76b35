// A thread of others, which imports the tasks for itself: it echoes its first message.

import { parentPort } from "node:worker_threads";
import { tasks } from "./tasks.mjs";

parentPort.once("message", (message) => parentPort.postMessage([message, tasks.add(1)]));

// Sends a byte and waits for its echo, again and again, in a thread that nothing else keeps busy.

import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

let isOver = false;
parentPort.once("message", () => {
  isOver = true;
});

const socket = connect(workerData, "127.0.0.1");
socket.setNoDelay(true);
await once(socket, "connect");
const latencies = [];
while (!isOver) {
  const start = performance.now();
  socket.write("x");
  await once(socket, "data");
  latencies.push(performance.now() - start);
  await setTimeout(2);
}
socket.destroy();
parentPort.postMessage(latencies);

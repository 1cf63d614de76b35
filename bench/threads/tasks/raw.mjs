import { parentPort } from "node:worker_threads";

import * as work from "./work.mjs";

parentPort.on("message", ([id, name, input]) => {
  const value = work[name](input);
  parentPort.postMessage([id, value], name === "back" ? [value.buffer] : []);
});

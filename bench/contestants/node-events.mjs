import { EventEmitter } from "node:events";

import { LISTENERS } from "./flows.mjs";

export default {
  async "broadcast-call"(count) {
    const emitter = new EventEmitter();
    let heard = 0;
    for (let i = 0; i < LISTENERS; i++) emitter.on("value", () => heard++);
    for (let i = 0; i < count; i++) emitter.emit("value", i);
    if (heard !== count * LISTENERS) throw new Error(`${heard} of ${count * LISTENERS}`);
  },
};

// What Node has for async readers of an EventEmitter. It holds up nobody, so the sender has to wait by itself.

import { EventEmitter, on } from "node:events";

import { LISTENERS } from "./flows.mjs";

export default {
  async broadcast(count) {
    const emitter = new EventEmitter();
    let heard = 0;
    const listen = async (values) => {
      for await (const _ of values) heard++;
    };
    const done = Array.from({ length: LISTENERS }, () =>
      listen(on(emitter, "value", { close: ["end"] })),
    );
    for (let i = 0; i < count; i++) {
      emitter.emit("value", i);
      if (i % 128 === 127) await new Promise(setImmediate);
    }
    emitter.emit("end");
    await Promise.all(done);
    if (heard !== count * LISTENERS) throw new Error(`${heard} of ${count * LISTENERS}`);
  },
};

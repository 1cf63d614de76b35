// What a program would do by itself: with the same channels, or for `broadcast` with an EventEmitter.

import { EventEmitter } from "node:events";

import { after, Chan, select } from "@chankit/channel";

import { fill, LISTENERS } from "./flows.mjs";

export default {
  async batch(count) {
    const channel = new Chan(128);
    const done = fill(channel, count);
    let gathered = [];
    let seen = 0;
    for (;;) {
      const { ok, value } = channel.tryRecv() ?? (await channel.recv());
      if (ok && gathered.push(value) < 100) continue;
      seen += gathered.length;
      gathered = [];
      if (!ok) break;
    }
    await done;
    if (seen !== count) throw new Error(`${seen} of ${count}`);
  },

  async "batch-within"(count) {
    const channel = new Chan(128);
    const done = fill(channel, count);
    let gathered = [];
    let timeout;
    let seen = 0;
    for (;;) {
      const { key, ok, value } = await select({ channel, timeout });
      if (key === "channel" && ok) {
        timeout ??= after(1000);
        if (gathered.push(value) < 100) continue;
      }
      seen += gathered.length;
      gathered = [];
      timeout = undefined;
      if (!ok) break;
    }
    await done;
    if (seen !== count) throw new Error(`${seen} of ${count}`);
  },

  /** Each listener keeps what its reader has yet to take; the sender waits for all of them now and then. */
  async broadcast(count) {
    const emitter = new EventEmitter();
    let heard = 0;
    let hasEnded = false;
    let reading = 0;
    let onIdle = () => {};
    const listen = async () => {
      let kept = [];
      let wake = () => {};
      emitter.on("value", (value) => {
        if (kept.push(value) > 1) return;
        reading++;
        wake();
      });
      emitter.on("end", () => wake());
      while (!hasEnded) {
        await new Promise((resolve) => (wake = resolve));
        const taken = kept;
        kept = [];
        for (const _ of taken) heard++;
        if (taken.length > 0 && --reading === 0) onIdle();
      }
    };
    const done = Array.from({ length: LISTENERS }, listen);
    for (let i = 0; i < count; i++) {
      emitter.emit("value", i);
      if (i % 128 === 127) await new Promise((resolve) => (onIdle = resolve));
    }
    hasEnded = true;
    emitter.emit("end");
    await Promise.all(done);
    if (heard !== count * LISTENERS) throw new Error(`${heard} of ${count * LISTENERS}`);
  },
};

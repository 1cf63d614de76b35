// What a program would do by itself, with the same channels.

import { after, Chan, select } from "@chankit/channel";

import { fill } from "./flows.mjs";

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
};

// Channels in front of channels.

import { batch, Broadcast, Chan } from "@chankit/channel";

/** Sends `count` numbers, and closes. */
export async function fill(channel, count) {
  for (let i = 0; i < count; i++) if (!channel.trySend(i)) await channel.send(i);
  channel.close();
}

async function batchOf(count, within) {
  const channel = new Chan(128);
  const done = fill(channel, count);
  let seen = 0;
  for await (const some of batch(channel, { size: 100, within })) seen += some.length;
  await done;
  if (seen !== count) throw new Error(`${seen} of ${count}`);
}

/** How many hear what is told. */
export const LISTENERS = 10;

async function toAll(count) {
  const broadcast = new Broadcast();
  let heard = 0;
  const listen = async (subscription) => {
    for (;;) {
      const { ok } = subscription.tryRecv() ?? (await subscription.recv());
      if (!ok) return;
      heard++;
    }
  };
  const done = Array.from({ length: LISTENERS }, () => listen(broadcast.subscribe(128)));
  for (let i = 0; i < count; i++) if (!broadcast.trySend(i)) await broadcast.send(i);
  broadcast.close();
  await Promise.all(done);
  if (heard !== count * LISTENERS) throw new Error(`${heard} of ${count * LISTENERS}`);
}

export const flowWorkloads = {
  batch: (count) => batchOf(count),

  "batch-within": (count) => batchOf(count, 1000),

  broadcast: toAll,

  "broadcast-call": toAll,
};

// Workloads with very many of something: what one operation costs must not depend on that.

import { Chan, select } from "@chankit/channel";

import { blockedWorkloads } from "./blocked.mjs";

export const scaleWorkloads = {
  "drain-1k": (count) => drain(1000, count),
  "drain-30k": (count) => drain(30_000, count),

  "waiters-1": (count) => selectBesideWaiters(1, count),
  "waiters-1k": (count) => selectBesideWaiters(1000, count),
  "waiters-100k": (count) => selectBesideWaiters(100_000, count),

  "cases-10": (count) => selectOfMany(10, count),
  "cases-10k": (count) => selectOfMany(10_000, count),

  "channels-1": (count) => sendAndRecv(1, count),
  "channels-100k": (count) => sendAndRecv(100_000, count),

  ...blockedWorkloads(() => {
    const channel = new Chan();
    return { wait: () => channel.recv(), wakeAll: () => channel.close() };
  }),
};

/** Receives from blocked senders, `batch` of them at a time; their own promises do not count. */
async function drain(batch, count) {
  let elapsed = 0;
  for (let done = 0; done < count; done += batch) {
    const channel = new Chan();
    const sends = [];
    for (let i = 0; i < batch; i++) sends.push(channel.send(i));
    const start = process.hrtime.bigint();
    for (let i = 0; i < batch; i++) channel.tryRecv();
    elapsed += Number(process.hrtime.bigint() - start);
    await Promise.all(sends);
  }
  return elapsed;
}

/** A select of two channels: one has a value soon, in the queue of the other many wait already. */
async function selectBesideWaiters(waiters, count) {
  const quiet = new Chan();
  const busy = new Chan();
  for (let i = 0; i < waiters; i++) void quiet.recv();
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) {
    const chosen = select([busy, quiet]);
    busy.trySend(i);
    await chosen;
  }
  return Number(process.hrtime.bigint() - start);
}

/** Selects of `size` cases that have to wait; counted is the time per case. */
async function selectOfMany(size, count) {
  const channels = Array.from({ length: size }, () => new Chan());
  for (let done = 0; done < count; done += size) {
    const chosen = select(channels);
    channels[0].trySend(done);
    await chosen;
  }
}

/** A value through each of `size` channels, again and again. */
function sendAndRecv(size, count) {
  const channels = Array.from({ length: size }, () => new Chan(1));
  for (const channel of channels) channel.trySend(0);
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) {
    const channel = channels[i % size];
    channel.tryRecv();
    channel.trySend(i);
  }
  return Number(process.hrtime.bigint() - start);
}

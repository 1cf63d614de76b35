import { after, Chan, Group, Mutex, select, Semaphore } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

import { flowWorkloads } from "./flows.mjs";
import { jobWorkloads } from "./jobs.mjs";
import { lockWorkloads } from "./locks.mjs";
import { channelWorkloads } from "./promise-channels.mjs";
import { scaleWorkloads } from "./scale.mjs";

export const library = {
  make: (cap) => new Chan(cap),
  send: (channel, value) => channel.send(value),
  recv: (channel) => channel.recv(),
  select: (a, b) => select([a, b]),
};

export default {
  ...channelWorkloads(library),

  async "spsc-signal"(count) {
    const channel = new Chan();
    const options = { signal: new AbortController().signal };
    const sender = async () => {
      for (let i = 0; i < count; i++) await channel.send(i, options);
    };
    const done = sender();
    for (let i = 0; i < count; i++) await channel.recv(options);
    await done;
  },

  async "spsc-timeout"(count) {
    const channel = new Chan();
    const sender = async () => {
      for (let i = 0; i < count; i++) await channel.send(i);
    };
    const done = sender();
    for (let i = 0; i < count; i++) await select({ channel, timeout: after(10_000) });
    await done;
  },

  async "spsc-128-try"(count) {
    const channel = new Chan(128);
    const sender = async () => {
      for (let i = 0; i < count; i++) if (!channel.trySend(i)) await channel.send(i);
    };
    const done = sender();
    for (let i = 0; i < count; i++) channel.tryRecv() ?? (await channel.recv());
    await done;
  },

  async "for-await-128"(count) {
    const channel = new Chan(128);
    const sender = async () => {
      for (let i = 0; i < count; i++) await channel.send(i);
      channel.close();
    };
    const done = sender();
    for await (const _ of channel);
    await done;
  },

  "try-pair"(count) {
    const channel = new Chan(1);
    for (let i = 0; i < count; i++) {
      channel.trySend(i);
      channel.tryRecv();
    }
  },

  async sieve(primes) {
    let channel = new Chan();
    void generate(channel);
    for (let i = 0; i < primes; i++) {
      const prime = (await channel.recv()).value;
      const next = new Chan();
      void filter(channel, next, prime);
      channel = next;
    }
  },

  ...scaleWorkloads,

  ...flowWorkloads,

  ...jobWorkloads,

  ...lockWorkloads("mutex", {
    make: () => new Mutex(),
    acquire: (mutex) => mutex.lock(),
    release: (_, permit) => permit.release(),
  }),

  ...lockWorkloads("semaphore", {
    make: () => new Semaphore(2),
    acquire: (semaphore) => semaphore.acquire(),
    release: (_, permit) => permit.release(),
  }),

  async group(count) {
    const group = new Group({ limit: 8 });
    for (let i = 0; i < count; i++) void group.go(() => {});
    await group.wait();
  },

  async pool(count) {
    const pool = new WorkerPool({ workers: 8, queueSize: 1024 });
    const job = { run() {} };
    const reader = async () => {
      for (;;) {
        const { finished, done } = pool.tryRetrieve();
        if (done || (finished === undefined && (await pool.retrieve()) === undefined)) return;
      }
    };
    const read = reader();
    for (let i = 0; i < count; i++) if (!pool.tryQueue(job)) await pool.queue(job);
    await pool.close();
    await read;
  },
};

async function generate(to) {
  for (let n = 2; ; n++) await to.send(n);
}

async function filter(from, to, prime) {
  for (;;) {
    const { value } = await from.recv();
    if (value % prime !== 0) await to.send(value);
  }
}

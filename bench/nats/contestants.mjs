// Job queues over a server, all used the same way: `open` gives what queues a job, and tells results as
// they come, in a process of its own; `serve` runs them, in any number of others. `traffic` is how many messages
// or commands the server has had.

import { reopenIn } from "./streams.mjs";

export const contestants = {
  chankit: {
    program: "nats-server",

    async open({ port, store }, name, onResult) {
      const { DistributedPool } = await import("@chankit/nats");
      const connection = await connectTo(port);
      const pool = await reopenIn(store, connection, () => DistributedPool.open(connection, name));
      const read = async () => {
        for await (const { input } of pool) onResult(input);
      };
      for (let i = 0; i < Number(process.env.READERS ?? 8); i++) void read();
      return (input) => pool.queue("work", input);
    },

    async serve({ port }, name, workers) {
      const { serve } = await import("@chankit/nats");
      await serve(await connectTo(port), name, { work: (n) => n + 1 }, { workers });
    },

    async traffic({ http }) {
      const { in_msgs, out_msgs } = await (await fetch(`http://127.0.0.1:${http}/varz`)).json();
      return in_msgs + out_msgs;
    },
  },

  bullmq: {
    program: "redis-server",

    async open({ port }, name, onResult) {
      const { Queue, QueueEvents } = await import("bullmq");
      const connection = { host: "127.0.0.1", port };
      const queue = new Queue(name, { connection });
      // From the first event on: else those are lost that come before it has begun to read.
      const events = new QueueEvents(name, { connection, lastEventId: "0" });
      await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
      const inputs = new Map();
      let count = 0;
      events.on("completed", ({ jobId }) => {
        onResult(inputs.get(jobId));
        inputs.delete(jobId);
      });
      // What is kept of a job costs time: as little as possible.
      const options = { removeOnComplete: true, removeOnFail: true };
      return (input) => {
        const jobId = `job-${++count}`;
        inputs.set(jobId, input);
        return queue.add("work", input, { ...options, jobId });
      };
    },

    async serve({ port }, name, concurrency) {
      const { Worker } = await import("bullmq");
      const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
      const worker = new Worker(name, async ({ data }) => data + 1, { connection, concurrency });
      await worker.waitUntilReady();
    },

    async traffic({ port }) {
      const { Redis } = await import("ioredis");
      const redis = new Redis({ host: "127.0.0.1", port });
      const [, commands] = /total_commands_processed:(\d+)/u.exec(await redis.info("stats"));
      redis.disconnect();
      return Number(commands);
    },
  },
};

async function connectTo(port) {
  const { connect } = await import("@nats-io/transport-node");
  return connect({ servers: `127.0.0.1:${port}`, maxReconnectAttempts: -1 });
}

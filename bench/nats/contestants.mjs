// Job queues over a server, all used the same way: `open` gives what queues a job, and tells results as
// they come, in a process of its own; `serve` runs them, in any number of others. `traffic` is how many messages
// or commands the server has had.
//
// BullMQ has two ways to tell another process of a result, so it is here twice. Its events go to all that listen, and
// are trimmed: one that does not listen in time never gets them. A second queue for the results gives each to one
// reader, and again if that one dies, which is what a pool promises.

import { reopenIn } from "./streams.mjs";

/** So many read results at a time. */
const READERS = 8;
/** What is kept of a job of BullMQ costs time: as little as possible. */
const KEEP_NOTHING = { removeOnComplete: true, removeOnFail: true };

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
      for (let i = 0; i < READERS; i++) void read();
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
      return (input) => {
        const jobId = `job-${++count}`;
        inputs.set(jobId, input);
        return queue.add("work", input, { ...KEEP_NOTHING, jobId });
      };
    },

    async serve({ port }, name, concurrency) {
      const { Worker } = await import("bullmq");
      const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
      const worker = new Worker(name, async ({ data }) => data + 1, { connection, concurrency });
      await worker.waitUntilReady();
    },

    traffic: commandsOf,
  },

  "bullmq, results queued": {
    program: "redis-server",

    async open({ port }, name, onResult) {
      const { Queue, Worker } = await import("bullmq");
      const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
      const queue = new Queue(name, { connection });
      const read = async ({ data }) => onResult(data.input);
      const reader = new Worker(resultsOf(name), read, { connection, concurrency: READERS });
      await Promise.all([queue.waitUntilReady(), reader.waitUntilReady()]);
      return (input) => queue.add("work", input, KEEP_NOTHING);
    },

    async serve({ port }, name, concurrency) {
      const { Queue, Worker } = await import("bullmq");
      const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
      const results = new Queue(resultsOf(name), { connection });
      const run = async ({ data: input, id }) => {
        // By its id it is there once, should the job be run again.
        await results.add(
          "result",
          { input, output: input + 1 },
          { ...KEEP_NOTHING, jobId: `of-${id}` },
        );
      };
      const worker = new Worker(name, run, { connection, concurrency });
      await Promise.all([results.waitUntilReady(), worker.waitUntilReady()]);
    },

    traffic: commandsOf,
  },
};

function resultsOf(name) {
  return `${name}-results`;
}

/** How many commands a Redis server has had. */
async function commandsOf({ port }) {
  const { Redis } = await import("ioredis");
  const redis = new Redis({ host: "127.0.0.1", port });
  const [, commands] = /total_commands_processed:(\d+)/u.exec(await redis.info("stats"));
  redis.disconnect();
  return Number(commands);
}

async function connectTo(port) {
  const { connect } = await import("@nats-io/transport-node");
  return connect({ servers: `127.0.0.1:${port}`, maxReconnectAttempts: -1 });
}

// Operations beside more and more of something: `prepare(size)` gives what `act` then does `count` of them with.

import { Chan, select } from "@chankit/channel";

export const operations = [
  {
    name: "select, beside so many that wait at one of its two channels",
    beside: [1, 1000, 100_000],
    count: 2000,
    prepare(size) {
      const [quiet, busy] = [new Chan(), new Chan()];
      for (let i = 0; i < size; i++) void quiet.recv();
      return { quiet, busy };
    },
    async act({ quiet, busy }, count) {
      for (let i = 0; i < count; i++) {
        const chosen = select([busy, quiet]);
        busy.trySend(i);
        await chosen;
      }
    },
  },
  {
    name: "serve the first of so many that wait, which queues up again",
    beside: [1, 1000, 100_000],
    count: 2000,
    prepare(size) {
      const channel = new Chan();
      return { channel, waiting: Array.from({ length: size }, () => channel.recv()), first: 0 };
    },
    async act(line, count) {
      const { channel, waiting } = line;
      for (let i = 0; i < count; i++) {
        channel.trySend(i);
        await waiting[line.first];
        waiting[line.first] = channel.recv();
        line.first = (line.first + 1) % waiting.length;
      }
    },
  },
  {
    name: "receive from one of so many senders that wait",
    beside: [1000, 30_000],
    count: 1000,
    isUsedUp: true,
    prepare(size) {
      const channel = new Chan();
      for (let i = 0; i < size; i++) void channel.send(i);
      return channel;
    },
    act(channel, count) {
      for (let i = 0; i < count; i++) channel.tryRecv();
    },
  },
  {
    name: "a case of a select that has so many, and waits",
    beside: [10, 10_000],
    count: 10_000,
    prepare: (size) => Array.from({ length: size }, () => new Chan()),
    async act(channels, count) {
      for (let done = 0; done < count; done += channels.length) {
        const chosen = select(channels);
        channels[0].trySend(done);
        await chosen;
      }
    },
  },
  {
    name: "a message through one of so many channels after the other",
    beside: [1, 100_000],
    count: 10_000,
    prepare(size) {
      const channels = Array.from({ length: size }, () => new Chan(1));
      for (const channel of channels) channel.trySend(0);
      return channels;
    },
    act(channels, count) {
      for (let i = 0; i < count; i++) {
        const channel = channels[i % channels.length];
        channel.tryRecv();
        channel.trySend(i);
      }
    },
  },
];

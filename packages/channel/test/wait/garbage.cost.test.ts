// What an operation leaves to the garbage collector, in bytes, the awaits of all sides included. Two
// awaits take 400, a promise that waits 216 and 160 if it cannot be rejected, its waiter 80, a promise that
// does not wait 48, what is received 48.

import { beforeAll, describe, expect, it } from "@jest/globals";

import { type Cost, countGarbage } from "../../../../tools/testing/garbage.js";

const code = `
  import { Broadcast, Chan, select, Semaphore } from "@chankit/channel";

  async function sendAll(ch, n) {
    for (let i = 0; i < n; i++) await ch.send("a");
  }
  async function recvAll(ch, n) {
    for (let i = 0; i < n; i++) await ch.recv();
  }
  async function selectAll(a, b, n) {
    for (let i = 0; i < n; i++) await select([a, b]);
  }
  async function selectByName(ch, done, n) {
    for (let i = 0; i < n; i++) await select({ ch, done });
  }
  async function sendInTurns(a, b, n) {
    for (let i = 0; i < n; i++) await (i % 2 === 0 ? a : b).send("a");
  }
  async function answerAll(ping, pong, n) {
    for (let i = 0; i < n; i++) await pong.send(await ping.recv());
  }
  async function askAll(ping, pong, n) {
    for (let i = 0; i < n; i++) {
      await ping.send("a");
      await pong.recv();
    }
  }
  async function hold(semaphore, n) {
    for (let i = 0; i < n; i++) {
      const permit = await semaphore.acquire();
      await undefined;
      permit.release();
    }
  }

  const chans = () => [new Chan(), new Chan()];
  const workloads = {
    "spsc, cap 0": (n, ch = new Chan()) => Promise.all([sendAll(ch, n), recvAll(ch, n)]),
    "spsc, cap 128": (n, ch = new Chan(128)) => Promise.all([sendAll(ch, n), recvAll(ch, n)]),
    "ping-pong": (n, [ping, pong] = chans()) =>
      Promise.all([answerAll(ping, pong, n), askAll(ping, pong, n)]),
    "select of two, parked": (n, [a, b] = chans()) =>
      Promise.all([selectAll(a, b, n), sendInTurns(a, b, n)]),
    "select with a quiet channel": (n, [ch, done] = chans()) =>
      Promise.all([selectByName(ch, done, n), sendAll(ch, n)]),
    "semaphore, contended": (n, semaphore = new Semaphore(2)) =>
      Promise.all(Array.from({ length: 10 }, () => hold(semaphore, n / 10))),
    "a value for ten subscribers": async (n, broadcast = new Broadcast()) => {
      const all = Array.from({ length: 10 }, () => broadcast.subscribe(100));
      for (let i = 0; i < n; i++) {
        if (broadcast.trySend("a")) continue;
        for (const one of all) while (one.tryRecv() !== undefined);
      }
    },
  };
`;

describe("the garbage of an operation", () => {
  let costs: Record<string, Cost>;
  beforeAll(async () => {
    costs = await countGarbage(code);
    // To compile the packages first takes some of it.
  });

  it.each([
    { workload: "spsc, cap 0", most: 830 },
    // 500 is all but the floor, which is 496.
    { workload: "spsc, cap 128", most: 500 },
    { workload: "ping-pong", most: 1600 },
    { workload: "select of two, parked", most: 950 },
    { workload: "select with a quiet channel", most: 1050 },
    { workload: "semaphore, contended", most: 800 },
    // 40 for its link in the log, 48 for what all of them receive; with a buffer for each it was 530.
    { workload: "a value for ten subscribers", most: 110 },
  ])("C10: $workload: at most $most bytes", ({ workload, most }) => {
    expect(costs[workload]?.bytes).toBeLessThanOrEqual(most);
  });
});

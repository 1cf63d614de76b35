// Channels in a process that has other work to do: what share of their speed is left, and how long a
// timer waits when much happens at one go.

import { Chan } from "@chankit/channel";

const SECONDS = 1;
const INTERVAL_MS = 5;

/** Works for `ms` milliseconds. */
function spin(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Messages between two tasks in a second, beside `ms` of other work in every turn of the loop. */
async function messagesBeside(ms) {
  const channel = new Chan(16);
  let isOver = false;
  let messages = 0;
  const otherWork = () => {
    spin(ms);
    if (!isOver) setImmediate(otherWork);
  };
  if (ms > 0) otherWork();
  const send = async () => {
    while (!isOver) await channel.send(1);
    channel.close();
  };
  const receive = async () => {
    for await (const _ of channel) messages++;
  };
  const tasks = [send(), receive()];
  await sleep(SECONDS * 1000);
  isOver = true;
  await Promise.all(tasks);
  return messages;
}

/** The rate beside `ms` of other work a turn, as a share of the undisturbed one, in turns. */
export async function loaded(ms, rounds) {
  await messagesBeside(0);
  const shares = [];
  for (let i = 0; i < rounds; i++) {
    const undisturbed = await messagesBeside(0);
    shares.push((await messagesBeside(ms)) / undisturbed);
  }
  return shares;
}

/** The largest gap between two ticks of an interval while `act` runs. */
async function largestGap(act) {
  let last = performance.now();
  let gap = 0;
  const look = () => {
    const now = performance.now();
    gap = Math.max(gap, now - last);
    last = now;
  };
  const interval = setInterval(look, INTERVAL_MS);
  await sleep(3 * INTERVAL_MS);
  await act();
  look();
  clearInterval(interval);
  return gap;
}

/** Sends so many values through a buffer, and works for `cost(i)` ms on each. */
async function handle(count, cost) {
  const channel = new Chan(Infinity);
  for (let i = 0; i < count; i++) channel.trySend(i);
  channel.close();
  for await (const i of channel) spin(cost(i));
}

/** What happens at one go, by name; each gives the largest gap in ms. */
export const bursts = {
  async "1,000 waiters of 1 ms, woken by one close"() {
    const channel = new Chan();
    const work = async () => {
      await channel.recv();
      spin(1);
    };
    const tasks = Array.from({ length: 1000 }, work);
    return largestGap(() => {
      channel.close();
      return Promise.all(tasks);
    });
  },

  async "the same, while two tasks talk"() {
    const channel = new Chan();
    const work = async () => {
      await channel.recv();
      spin(1);
    };
    const tasks = Array.from({ length: 1000 }, work);
    return largestGap(async () => {
      const talk = handle(200_000, (i) => {
        if (i === 100_000) channel.close();
        return 0;
      });
      await Promise.all([talk, ...tasks]);
    });
  },

  "a handler that takes 50 ms an item, after a pause": () =>
    largestGap(async () => {
      await handle(20_000, () => 0);
      await sleep(100);
      await handle(20, () => 50);
    }),

  "a handler that turns slow in mid-stream, 50 ms an item": () =>
    largestGap(() => handle(20_020, (i) => (i < 20_000 ? 0 : 50))),
};

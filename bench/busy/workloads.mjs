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

/** How many slow items were worked on so far. The machine's noise moves times, but not this. */
let worked = 0;

/** One item that takes `ms` milliseconds. */
function item(ms) {
  spin(ms);
  if (ms > 0) worked++;
}

/** The largest gap between two ticks of an interval while `act` runs, in ms and in slow items. */
async function largestGap(act) {
  let last = performance.now();
  let lastWorked = worked;
  let [gap, items] = [0, 0];
  const look = () => {
    const now = performance.now();
    gap = Math.max(gap, now - last);
    items = Math.max(items, worked - lastWorked);
    last = now;
    lastWorked = worked;
  };
  const interval = setInterval(look, INTERVAL_MS);
  await sleep(3 * INTERVAL_MS);
  await act();
  look();
  clearInterval(interval);
  return { gap, items };
}

/** So many values in a buffer, of which each takes `cost(i)` ms of work: a function that does it. */
function work(count, cost) {
  const channel = new Chan(Infinity);
  for (let i = 0; i < count; i++) channel.trySend(i);
  channel.close();
  return async () => {
    for await (const i of channel) item(cost(i));
  };
}

/** So many tasks that wait for a channel, and then work for 1 ms each. */
function waiters(count) {
  const channel = new Chan();
  const wait = async () => {
    await channel.recv();
    item(1);
  };
  return { channel, ended: Promise.all(Array.from({ length: count }, wait)) };
}

/**
 * Measures `run` when it has run twice. At first the engine compiles, and to wake 1,000 waiters takes 2 to 6 ms;
 * then 0.2.
 */
async function thirdTime(run) {
  await run();
  await run();
  return run();
}

/** What happens at one go, by name. The first has no channel: it is what this machine can do at best. */
export const bursts = {
  "1,000 times 1 ms by hand, one in each turn of the loop": () =>
    thirdTime(() =>
      largestGap(async () => {
        for (let i = 0; i < 1000; i++) {
          item(1);
          await new Promise(setImmediate);
        }
      }),
    ),

  "1,000 waiters of 1 ms, woken by one close": () =>
    thirdTime(() => {
      const { channel, ended } = waiters(1000);
      return largestGap(() => {
        channel.close();
        return ended;
      });
    }),

  "the same, while two tasks talk": () =>
    thirdTime(() => {
      const { channel, ended } = waiters(1000);
      const talk = work(200_000, (i) => {
        if (i === 100_000) channel.close();
        return 0;
      });
      return largestGap(() => Promise.all([talk(), ended]));
    }),

  async "a handler that takes 50 ms an item, after a pause"() {
    const slow = work(20, () => 50);
    await work(20_000, () => 0)();
    await sleep(100);
    return largestGap(slow);
  },

  "a handler that turns slow in mid-stream, 50 ms an item"() {
    return largestGap(work(20_020, (i) => (i < 20_000 ? 0 : 50)));
  },
};

// Random programs on real threads, which die at any moment: each call settles once and is begun at most
// once, each value of a channel goes to one receiver, and nothing is left behind. What is random stands in
// the name of the test; when threads get their turn is not, so a failure may need several runs.

import { Chan } from "@chankit/channel";
import { expectNoWaiters } from "@chankit/channel/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { isDeep, isFull } from "../../../tools/testing/depth.js";
import { realThreads, terminateAll, until } from "./support/real.js";

const CALLS = 80;
const VALUES = 60;
const PROGRAMS = isDeep ? 300 : isFull ? 6 : 2;

const ABORTED = new Error("aborted");

/** The task that a call runs, so often in a hundred; the rest only computes. */
const TASKS: readonly (readonly [string, number])[] = [
  ["later", 20],
  ["spin", 6],
  ["waits", 6],
  ["fails", 6],
  ["exit", 4],
  ["throwLater", 3],
];

afterEach(terminateAll);

/** Numbers from 0 below `n`, the same for the same seed. */
function randomOf(seed: number): (n: number) => number {
  let state = seed || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

function taskBy(random: (n: number) => number): string {
  let left = random(100);
  for (const [task, share] of TASKS) if ((left -= share) < 0) return task;
  return "add";
}

const { setImmediate } = globalThis;

async function turns(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe("threads that die at any moment", () => {
  const seeds = Array.from({ length: PROGRAMS }, (_, n) => 1 + n * 7919);

  it.each(seeds)("X2, X3, X4: calls, seed %i", async (seed) => {
    const random = randomOf(seed);
    // Some do not heed their abort, and are ended.
    const threads = await realThreads({ size: 1 + random(3), grace: 1 }, "kills.mjs");
    const begun = new SharedArrayBuffer(CALLS * 4);
    const counts = new Int32Array(begun);
    const outcomes: Promise<void>[] = [];
    let settled = 0;
    let failed = 0;

    for (let call = 0; call < CALLS; call++) {
      const task = random(50) === 0 ? "stuck" : taskBy(random);
      const isEndless = ["spin", "waits", "stuck"].includes(task);
      const controller = new AbortController();
      const reason = new Error(`abort ${call}`);
      const options = {
        ...(random(4) === 0 && { worker: random(3) }),
        ...((isEndless || random(8) === 0) && { signal: controller.signal }),
      };
      const promise = threads.run(task, { call, begun, turns: random(4) }, options as never);
      outcomes.push(
        (promise as Promise<unknown>).then(
          (value) => {
            settled++;
            expect(["add", "later"]).toContain(task);
            expect([value, counts[call]]).toEqual([call + 1, 1]);
          },
          (error: unknown) => {
            settled++;
            failed++;
            const ends = ["ThreadExitError", ...(task === "fails" ? ["RangeError"] : [])];
            if (error !== reason) expect(ends).toContain((error as Error).name);
          },
        ),
      );
      void turns(random(6)).then(() => controller.abort(reason));
      if (random(3) === 0) await turns(1 + random(3));
    }

    await Promise.all(outcomes);
    expect(settled).toBe(CALLS);
    expect(Math.max(...counts)).toBe(1);
    const counters = { running: 0, waiting: 0, completed: CALLS, failed };
    expect(threads.stats).toMatchObject(counters);
    await threads.close();
    expect(threads.stats).toMatchObject(counters);
  });

  it.each(seeds)("X6: channels, seed %i", async (seed) => {
    const random = randomOf(seed);
    // What is aborted does not heed it, and its thread is terminated while it sends.
    const threads = await realThreads({ size: 1 + random(3), grace: 0 }, "kills.mjs");
    const [source, sink] = [new Chan<number>(random(4)), new Chan<number>(random(4))];
    const words = () => new SharedArrayBuffer(VALUES * 4);
    const [received, sent] = [words(), words()];
    const begun = new SharedArrayBuffer(1000 * 4);
    let call = 0;
    let killed = 0;
    const arrived: number[] = [];

    const sending = (async () => {
      for (let value = 0; value < VALUES; value++) await source.send(value);
      source.close();
    })();
    const receiving = (async () => {
      for await (const value of sink) arrived.push(value);
    })();
    const aborts: AbortController[] = [];
    /** Relays until the source is drained, whatever becomes of its threads. */
    const relaying = [0, 1, 2].map(async (relay) => {
      for (;;) {
        const { signal } = (aborts[relay] = new AbortController());
        try {
          const options = { channels: { source, sink }, signal };
          const input = { call: call++, begun, received, sent };
          await (threads.run("relay", input, options as never) as Promise<void>);
          return;
        } catch (error) {
          if (error !== ABORTED) expect(error).toMatchObject({ name: "ThreadExitError" });
          killed++;
        }
      }
    });
    let isOver = false as boolean;
    const killing = (async () => {
      for (let kills = 4; kills > 0 && !isOver; kills--) {
        const goal = arrived.length + random(10);
        await until(() => arrived.length >= goal || isOver);
        const task = ["exit", "throwLater", "abort"][random(3)]!;
        if (task === "abort") {
          aborts[random(3)]?.abort(ABORTED);
          continue;
        }
        const input = { call: call++, begun };
        await (threads.run(task, input) as Promise<void>).catch(() => undefined);
      }
    })();

    await Promise.all([sending, ...relaying]);
    isOver = true;
    sink.close();
    await Promise.all([receiving, killing]);

    const [there, gone] = [new Int32Array(received), new Int32Array(sent)];
    expect(Math.max(...there)).toBe(1);
    expect(new Set(arrived).size).toBe(arrived.length);
    // A send that has resolved arrives.
    const isArrived = new Set(arrived);
    expect([...gone.keys()].filter((value) => gone[value] === 1 && !isArrived.has(value))).toEqual(
      [],
    );
    // One that dies takes at most what it has in its hands.
    expect(VALUES - arrived.length).toBeLessThanOrEqual(killed);
    expect(source.len).toBe(0);
    expectNoWaiters(source, sink);
    await threads.close();
  });
});

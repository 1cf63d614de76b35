// What an operation costs, in things that can be counted: a guard against regressions that no noise
// of the machine can trip. Times are measured in `bench`.

import { createHook } from "node:async_hooks";

import { describe, expect, it } from "@jest/globals";

import "./support/still-clock.js";
import { Chan, Mutex, select, send, trySelect, WaitGroup } from "../src/index.js";
import { bytesInUse } from "./support/memory.js";

interface Cost {
  readonly what: string;
  /** Does it `n` times. */
  readonly times: (n: number) => void;
  /** How many promises it makes each time. */
  readonly promises: number;
  /** At most so many bytes of the heap each time: half as much again as when this was written. */
  readonly bytes: number;
}

function each(act: (i: number) => unknown): (n: number) => void {
  return (n) => {
    for (let i = 0; i < n; i++) act(i);
  };
}

/** Does `first`, who waits, and then `second`, who serves. */
function pairs(first: (ch: Chan<number>) => unknown, second: (ch: Chan<number>) => unknown) {
  const ch = new Chan<number>();
  return each(() => {
    first(ch);
    second(ch);
  });
}

const buffered = new Chan<number>(1);
const quiet = new Chan<number>();
const idle = new WaitGroup();
const mutex = new Mutex();

const costs: Cost[] = [
  {
    what: "trySend and tryRecv",
    times: each((i) => [buffered.trySend(i), buffered.tryRecv()].length),
    promises: 0,
    bytes: 60,
  },
  {
    what: "a send and a receive that need not wait",
    times: each((i) => {
      void buffered.send(i);
      void buffered.recv();
    }),
    promises: 1,
    bytes: 400,
  },
  {
    what: "a receive that waits, and trySend",
    times: pairs(
      (ch) => ch.recv(),
      (ch) => ch.trySend(1),
    ),
    promises: 1,
    bytes: 850,
  },
  {
    what: "a send that waits, and tryRecv",
    times: pairs(
      (ch) => ch.send(1),
      (ch) => ch.tryRecv(),
    ),
    promises: 1,
    bytes: 850,
  },
  {
    what: "a select of two that chooses at once",
    times: each((i) => {
      buffered.trySend(i);
      void select([buffered, quiet]);
    }),
    promises: 1,
    bytes: 1300,
  },
  {
    what: "a select of two that waits, and trySend",
    times: pairs(
      (ch) => select({ ch, quiet }),
      (ch) => ch.trySend(1),
    ),
    promises: 1,
    bytes: 2600,
  },
  {
    what: "trySelect that finds nothing",
    times: each((i) => trySelect([quiet, send(quiet, i)])),
    promises: 0,
    bytes: 700,
  },
  {
    what: "a wait for a group with nothing to wait for",
    times: each(() => idle.wait()),
    promises: 0,
    bytes: 60,
  },
  {
    what: "to lock and unlock a mutex that is free",
    times: each(() => {
      void mutex.lock();
    }),
    promises: 1,
    bytes: 800,
  },
];

describe("the cost of an operation", () => {
  it.each(costs)("$what: $promises new promises, at most $bytes bytes", async (cost) => {
    const MANY = 1000;
    let promises = 0;
    const hook = createHook({
      init: (_, type) => {
        if (type === "PROMISE") promises++;
      },
    });
    // The engine compiles meanwhile, and that takes memory, too.
    for (let i = 0; i < 20; i++) cost.times(MANY);

    const before = await bytesInUse();
    cost.times(MANY);
    const bytes = process.memoryUsage().heapUsed - before;
    hook.enable();
    cost.times(MANY);
    hook.disable();

    expect(promises / MANY).toBe(cost.promises);
    expect(bytes / MANY).toBeLessThanOrEqual(cost.bytes);
  });
});

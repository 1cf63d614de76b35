// How soon one continues. These numbers are a promise: a waiter that was served continues with the next
// microtask, as after any `await` (unless the event loop is due for a turn: C11).

import { describe, expect, it } from "@jest/globals";

import "../support/at-once.js";
import { send } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { select } from "../../src/select/select.js";
import { WaitGroup } from "../../src/sync/wait-group.js";
import { microtask } from "../support/microtask.js";

/** How many microtasks pass until `promise`, which has been settled, is told. */
async function microtasksOf(promise: Promise<unknown>): Promise<number> {
  const told: unknown[] = [];
  const tell = (outcome: unknown): void => void told.push(outcome);
  promise.then(tell, tell);
  let microtasks = 0;
  for (; told.length === 0 && microtasks < 100; microtasks++) await microtask();
  return microtasks;
}

/** What waits, and what ends the wait. */
const waits: Record<string, (chan: Chan<number>) => readonly [Promise<unknown>, () => unknown]> = {
  "recv, by a send": (chan) => [chan.recv(), () => chan.send(1)],
  "recv, by close": (chan) => [
    chan.recv(),
    () => {
      chan.close();
    },
  ],
  "send, by a recv": (chan) => [chan.send(1), () => chan.recv()],
  "send, by close": (chan) => [
    chan.send(1),
    () => {
      chan.close();
    },
  ],
  "select, by a send": (chan) => [select([chan]), () => chan.trySend(1)],
  "select, by a recv": (chan) => [select([send(chan, 1)]), () => chan.tryRecv()],
  "select, by another": (chan) => [select([send(chan, 1)]), () => select([chan])],
  "select, by close": (chan) => [
    select([chan, send(chan, 1)]),
    () => {
      chan.close();
    },
  ],
  "recv, by its signal": (chan) => {
    const abort = new AbortController();
    return [
      chan.recv({ signal: abort.signal }),
      () => {
        abort.abort();
      },
    ];
  },
  "WaitGroup.wait, by done": () => {
    const group = new WaitGroup();
    group.add();
    return [
      group.wait(),
      () => {
        group.done();
      },
    ];
  },
};

describe("liveness: one microtask", () => {
  it.each(Object.keys(waits))("ends a waiting %s", async (name) => {
    const [promise, end] = waits[name]!(new Chan<number>());
    await microtask();

    void end();

    expect(await microtasksOf(promise)).toBe(1);
  });

  it.each([
    ["send", (chan: Chan<number>) => chan.send(1)],
    ["recv", (chan: Chan<number>) => chan.recv()],
    ["select that receives", (chan: Chan<number>) => select([chan])],
    ["select that sends", (chan: Chan<number>) => select([send(chan, 1)])],
  ])("is what a %s takes that need not wait", async (_name, call) => {
    const chan = new Chan<number>(2);
    chan.trySend(0);

    expect(await microtasksOf(call(chan))).toBe(1);
  });

  it("takes a loop from one value to the next", async () => {
    const chan = new Chan<number>(3);
    const values: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const value of chan) values.push(value);
    };
    void loop();
    await microtask();

    for (let i = 0; i < 3; i++) {
      chan.trySend(i);
      await microtask();
      expect(values).toHaveLength(i + 1);
    }
    chan.close();
  });
});

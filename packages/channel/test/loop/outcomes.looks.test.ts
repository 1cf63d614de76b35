// C11, to the single outcome, where operations follow each other: how much work is done in a turn once
// it has turned slow, that nothing waits before, and how often the clock is read for that. The figures
// follow from the constants in `pace.ts`, and change with them.

import { beforeEach, describe, expect, it } from "@jest/globals";

import { type Channels, type FakeLoop, loadedLoop } from "../support/loop.js";
import { reason } from "../support/signals.js";
import { settle } from "../support/settle.js";

type Operation = () => Promise<unknown> | undefined;

describe("outcomes", () => {
  let loop: FakeLoop;
  let channels: Channels;
  beforeEach(async () => {
    ({ loop, channels } = await loadedLoop());
  });

  const operations = {
    "receives that need not wait": () => {
      const ended = new channels.Chan();
      ended.close();
      return () => ended.recv();
    },
    "sends that need not wait": () => {
      const dropping = new channels.Chan<number>(1, { overflow: "dropOldest" });
      return () => dropping.send(1);
    },
    "operations that fail": () => {
      const ch = new channels.Chan();
      const aborted = { signal: AbortSignal.abort(reason) };
      return () => ch.recv(aborted).catch(() => undefined);
    },
    "receivers that are woken": () => {
      const ch = new channels.Chan<number>();
      return () => {
        const received = ch.recv();
        ch.trySend(1);
        return received;
      };
    },
    "senders that are woken": () => {
      const ch = new channels.Chan<number>();
      return () => {
        const sent = ch.send(1);
        ch.tryRecv();
        return sent;
      };
    },
    "functions of a Group": () => {
      const group = new channels.Group();
      return () => group.go(() => undefined);
    },
    "calls of gosched": () => () => channels.gosched(),
    "messages through a buffer": () => {
      const ch = new channels.Chan<number>(1);
      return async () => {
        await ch.send(1);
        await ch.recv();
      };
    },
    "messages, one always ahead": () => {
      const ch = new channels.Chan<number>(1);
      ch.trySend(1);
      return async () => {
        await ch.recv();
        await ch.send(1);
      };
    },
    "messages to a receiver that waits": () => {
      const ch = new channels.Chan<number>();
      return async () => {
        const received = ch.recv();
        await ch.send(1);
        await received;
      };
    },
    "messages from a sender that waits": () => {
      const ch = new channels.Chan<number>();
      return async () => {
        const sent = ch.send(1);
        await ch.recv();
        await sent;
      };
    },
  } satisfies Record<string, () => Operation>;
  type Kind = keyof typeof operations;
  const kinds = Object.keys(operations) as Kind[];

  /**
   * A task does `operation` again and again, and works between. After so many times its work turns
   * slow: how often it works in the same turn all the same.
   */
  async function slowRuns(operation: Operation, quick: number, cost: number): Promise<number> {
    await loop.pause();
    let [runs, isWanted] = [0, true];
    const task = async (): Promise<void> => {
      while (isWanted && runs < 100) {
        await operation();
        loop.time += ++runs > quick ? 1 : cost;
      }
    };
    void task();
    await settle();
    isWanted = false;
    const slow = runs - quick;
    await loop.drain();
    return slow;
  }

  /** From each of `looks` down to 1: the clock is read again after so many. */
  function countdowns(...looks: readonly number[]): number[] {
    return looks.flatMap((n) => Array.from({ length: n }, (_, i) => n - i));
  }

  const single = countdowns(2, 2, 4, 8, 15, 15);
  const messages = countdowns(3, 3, 8, 14, 16, 15);
  it.each<[Kind, number[], number?]>([
    ["receives that need not wait", single],
    ["sends that need not wait", single],
    ["operations that fail", single],
    ["receivers that are woken", single],
    ["senders that are woken", single],
    ["functions of a Group", countdowns(1, 1, 2, 3, 5, 5)],
    ["calls of gosched", countdowns(1, 1, 2, 3, 6, 6)],
    ["calls of gosched", countdowns(1, 1, 2, 2, 3, 3), 0.02],
    ["messages through a buffer", messages],
    ["messages, one always ahead", messages],
    ["messages to a receiver that waits", messages],
    ["messages from a sender that waits", messages],
  ])(
    "C11: when the work behind %s turns slow, no more of it is done in the turn",
    async (kind, most, cost = 0.0001) => {
      const operation = operations[kind]();

      const runs: number[] = [];
      while (runs.length < most.length) runs.push(await slowRuns(operation, runs.length, cost));

      expect(runs).toEqual(most);
    },
  );

  // A message is a send and a receive, and yet one: all four kinds of them need as many reads.
  it.each<[Kind, number, number]>([
    ["receives that need not wait", 150, 10],
    ["sends that need not wait", 150, 10],
    ["operations that fail", 150, 10],
    ["receivers that are woken", 150, 10],
    ["senders that are woken", 150, 10],
    ["functions of a Group", 50, 10],
    ["calls of gosched", 60, 10],
    ["messages through a buffer", 950, 62],
    ["messages, one always ahead", 950, 62],
    ["messages to a receiver that waits", 950, 62],
    ["messages from a sender that waits", 950, 62],
  ])("C11: of %s, %s need %s reads of the clock", async (kind, times, reads) => {
    const operation = operations[kind]();
    const run = async (): Promise<void> => {
      for (let i = 0; i < times; i++) {
        await operation();
        loop.time += 0.00001;
      }
    };
    void run();
    await settle();
    const before = loop.reads;

    void run();
    await settle();

    expect(loop.reads - before).toBe(reads);
  });

  it.each(kinds)("C11: while the slice lasts, %s wait for nothing", async (kind) => {
    const operation = operations[kind]();
    /** How many microtasks pass until 500 of them have been awaited. */
    const run = async (): Promise<number> => {
      let [left, passed] = [500, 0];
      const task = async (): Promise<void> => {
        for (; left > 0; left--) {
          await operation();
          loop.time += 0.00001;
        }
      };
      void task();
      for (; left > 0 && passed < 5000; passed++) await Promise.resolve();
      return passed;
    };

    const withPace = await run();

    channels.pacing.isOn = false;
    const withoutPace = await run();
    // Of a message, both outcomes may be told before the first mark is reached: that is one step.
    expect(withPace - withoutPace).toBeLessThanOrEqual(8);
  });
});

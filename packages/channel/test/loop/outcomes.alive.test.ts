// C11 in the real event loop. Nothing is measured: as long as a timer and I/O have not had their
// turn, tasks that talk without pause go on; and they give up after very many messages.

import { describe, expect, it, jest } from "@jest/globals";
import { readFile } from "node:fs";

import { send } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { gosched } from "../../src/loop/gosched.js";
import { select } from "../../src/select/select.js";
import { WaitGroup } from "../../src/sync/wait-group.js";
import { Latest } from "../support/kinds.js";

const VERY_MANY = 2_000_000;

describe("event loop", () => {
  const closed = new Chan<number>();
  closed.close();

  const talks: [string, (goOn: () => boolean) => Promise<void>][] = [
    ["that meet in an unbuffered channel", (goOn) => sendAndReceive(new Chan(), goOn)],
    ["that share a buffer", (goOn) => sendAndReceive(new Chan(128), goOn)],
    ["that share a channel of a custom kind", (goOn) => sendAndReceive(new Latest(), goOn)],
    [
      "that try first",
      async (goOn) => {
        const ch = new Chan<number>(16);
        const sending = async (): Promise<void> => {
          while (goOn()) if (!ch.trySend(1)) await ch.send(1);
          ch.close();
        };
        const sent = sending();
        for (let r = await ch.recv(); r.ok; r = ch.tryRecv() ?? (await ch.recv()));
        await sent;
      },
    ],
    [
      "that use for await and select",
      async (goOn) => {
        const [ch, done] = [new Chan<number>(), new Chan<never>()];
        const sending = async (): Promise<void> => {
          while (goOn()) await select({ out: send(ch, 1), done });
          ch.close();
        };
        const sent = sending();
        for await (const _ of ch) expect(_).toBe(1);
        await sent;
      },
    ],
    [
      "one that talks to itself",
      async (goOn) => {
        const ch = new Chan<number>(1);
        while (goOn()) {
          await ch.send(1);
          await ch.recv();
        }
      },
    ],
    ["one that only sends", (goOn) => repeat(goOn, () => dropping.send(1))],
    ["one that receives from a closed channel", (goOn) => repeat(goOn, () => closed.recv())],
    ["one that selects a closed channel", (goOn) => repeat(goOn, () => select([closed]))],
    ["one that waits for an empty group", (goOn) => repeat(goOn, () => new WaitGroup().wait())],
    [
      "that wait for a group of each other",
      (goOn) =>
        repeat(goOn, async () => {
          const group = new WaitGroup();
          group.add();
          const waited = group.wait();
          group.done();
          await waited;
        }),
    ],
    ["one that only tries, and calls gosched", (goOn) => repeat(goOn, () => gosched())],
  ];
  const dropping = new Chan<number>(1, { overflow: "dropOldest" });

  it.each(talks)("C11: timers and I/O have their turn beside tasks %s", async (_, talk) => {
    const waitingFor = new Set(["timeout", "immediate", "file"]);
    setTimeout(() => waitingFor.delete("timeout"), 0);
    setImmediate(() => waitingFor.delete("immediate"));
    readFile(__filename, () => waitingFor.delete("file"));

    let rounds = 0;
    await talk(() => waitingFor.size > 0 && ++rounds < VERY_MANY);

    expect([...waitingFor]).toEqual([]);
    expect(rounds).toBeLessThan(VERY_MANY);
  });

  it("C11: a test that fakes all timers does not stop channels", async () => {
    jest.useFakeTimers({ doNotFake: [] });
    let rounds = 0;

    await sendAndReceive(new Chan(), () => ++rounds < 20_000);

    jest.useRealTimers();
    expect(rounds).toBe(20_000);
  });

  async function sendAndReceive(
    ch: Chan<number> | Latest<number>,
    goOn: () => boolean,
  ): Promise<void> {
    const sending = async (): Promise<void> => {
      while (goOn()) await ch.send(1);
      ch.close();
    };
    const sent = sending();
    while ((await ch.recv()).ok);
    await sent;
  }

  async function repeat(
    goOn: () => boolean,
    operate: () => Promise<unknown> | undefined,
  ): Promise<void> {
    while (goOn()) await operate();
  }
});

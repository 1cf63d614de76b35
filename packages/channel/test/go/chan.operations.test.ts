// test/chan: what a send, a receive and a try do, in each state of a channel.

import { afterEach, describe, expect, it } from "@jest/globals";

import {
  type Case,
  Chan,
  type RecvChan,
  select,
  send as sendCase,
  type SendChan,
  trySelect,
} from "../../src/index.js";
import { forms } from "../support/forms.js";
import { closed, got } from "../support/outcomes.js";
import { expectNobodyWaits } from "../support/waiting.js";
import { blocks, neverBlocks } from "./support.js";

const values: unknown[] = [1, "text", true, { field: 1 }];

describe.each(forms)("test/chan, by $name", ({ bystanders, recv, send, tryRecv, trySend }) => {
  afterEach(() => {
    expectNobodyWaits(...bystanders);
  });

  it.each(values)("nonblock: without a buffer a try needs a waiter: %p", async (value) => {
    const ch = new Chan<unknown>();
    expect([tryRecv(ch), trySend(ch, value)]).toEqual([undefined, false]);

    const received = recv(ch);
    expect([trySend(ch, value), trySend(ch, value)]).toEqual([true, false]);
    expect(await received).toEqual(got(value));
    expectNobodyWaits(ch);

    const sent = send(ch, value);
    expect([tryRecv(ch), tryRecv(ch)]).toEqual([got(value), undefined]);
    await sent;
    expectNobodyWaits(ch);
  });

  it.each(values)("nonblock: with a buffer of one a try succeeds once: %p", async (value) => {
    const ch = new Chan<unknown>(1);
    expect(tryRecv(ch)).toBeUndefined();

    expect([trySend(ch, value), trySend(ch, value)]).toEqual([true, false]);
    expect([tryRecv(ch), tryRecv(ch)]).toEqual([got(value), undefined]);

    const received = recv(ch);
    expect([trySend(ch, value), ch.len]).toEqual([true, 0]);
    expect(await received).toEqual(got(value));
    expectNobodyWaits(ch);
  });

  it.each([0, 1])("zerosize: nothing, sent, is received as something, cap %d", async (cap) => {
    const ch = new Chan<undefined>(cap);
    const received = [recv(ch), recv(ch)];

    await send(ch, undefined);
    ch.close();

    expect(await Promise.all(received)).toEqual([got(undefined), closed]);
  });

  describe.each(forms)("sent by $name", (sender) => {
    it("select7: a receive whose value is not looked at takes exactly one", async () => {
      const ch = new Chan<number>();
      const sent = [sender.send(ch, 1), sender.send(ch, 2)];

      await recv(ch);
      expect(await recv(ch)).toEqual(got(2));
      await Promise.all(sent);

      const received = [recv(ch), recv(ch)] as const;
      expect([sender.trySend(ch, 3), sender.trySend(ch, 4)]).toEqual([true, true]);
      expect(await received[1]).toEqual(got(4));
      expectNobodyWaits(ch, ...sender.bystanders);
    });
  });
});

describe("test/chan", () => {
  const closedChan = (): Chan<number> => {
    const ch = new Chan<number>();
    ch.close();
    return ch;
  };
  const full = (): Chan<number> => {
    const ch = new Chan<number>(1);
    ch.trySend(1);
    return ch;
  };
  const self = (cap: number): Case[] => {
    const ch = new Chan<number>(cap);
    return [sendCase(ch, 1), ch];
  };

  it.each<[string, () => Promise<unknown>]>([
    ["a receive from an empty channel", () => new Chan().recv()],
    ["a receive from an empty buffer", () => new Chan(1).recv()],
    ["a send without a receiver", () => new Chan<number>().send(1)],
    ["a send into a full buffer", () => full().send(2)],
    ["a select of no cases", () => select({})],
    ["a select that receives from nil", () => select([null])],
    ["a select that sends to nil", () => select([sendCase<number>(undefined, 1)])],
    ["a select that receives from an empty channel", () => select([new Chan(1), null])],
    ["a select that sends into a full buffer", () => select([sendCase(full(), 2)])],
    ["a select of one and the same unbuffered channel", () => select(self(0))],
  ])("select3: %s blocks", async (_, operation) => {
    await blocks(operation);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["a receive from a buffer that holds a value", () => full().recv()],
    ["a receive from a closed channel", () => closedChan().recv()],
    ["a send into a buffer with room", () => new Chan<number>(1).send(1)],
    ["a select that receives from a closed channel", () => select([closedChan(), new Chan()])],
    ["a select that sends into a buffer with room", () => select(self(1))],
    ["a select beside nil", () => select([null, full(), sendCase<number>(null, 1)])],
    ["a select with default", async () => trySelect([new Chan(), null])],
    ["a select of nothing but default", async () => trySelect({})],
  ])("select3: %s does not", async (_, operation) => {
    await neverBlocks(operation);
  });

  it("select3: a send to a closed channel fails, and does not block", async () => {
    await expect(closedChan().send(1)).rejects.toThrow("send on closed channel");
    await expect(select([sendCase(closedChan(), 1)])).rejects.toThrow("send on closed channel");
    expect(() => trySelect([sendCase(closedChan(), 1)])).toThrow("send on closed channel");
  });

  it("sendstmt: a channel goes through a channel, and is used on the way", async () => {
    const channels = new Chan<Chan<number>>(1);
    const inner = new Chan<number>(1);
    await channels.send(inner);

    const chosen = await select([sendCase((await channels.recv()).value, 2)]);

    expect(chosen.key).toBe(0);
    expect(await inner.recv()).toEqual(got(2));
  });

  it("sendstmt: what is sent may be a promise, or anything that has a then", async () => {
    const ch = new Chan<unknown>(1);
    const then = (): never => {
      throw new Error("it was asked");
    };
    const things = [new Promise(() => undefined), { then }, then, ch];

    for (const thing of things) {
      await ch.send(thing);
      expect((await ch.recv()).value).toBe(thing);
      const received = select([ch]);
      await ch.send(thing);
      expect((await received).value).toBe(thing);
    }
  });

  it("perm: a direction is a type, and there is no way back", async () => {
    const ch = new Chan<number>(1);
    const recvOnly: RecvChan<number> = ch;
    const sendOnly: SendChan<number> = ch;
    const receives = (name: keyof RecvChan<number>): unknown => name;
    const sends = (name: keyof SendChan<number>): unknown => name;
    const forbidden = (): unknown[] => [
      // @ts-expect-error: a receiver does not send
      receives("send"),
      // @ts-expect-error: nor does it close
      receives("close"),
      // @ts-expect-error: a sender does not receive
      sends("recv"),
      // @ts-expect-error: nor does it range
      sends(Symbol.asyncIterator),
      // @ts-expect-error: a receiver is not sent to in a select
      sendCase(recvOnly, 1),
      // @ts-expect-error: a sender is not received from in a select
      trySelect([sendOnly]),
      // @ts-expect-error: what was narrowed is not widened
      ((both: RecvChan<number> & SendChan<number>) => both)(recvOnly),
    ];

    expect(forbidden).toBeInstanceOf(Function);
    await sendOnly.send(1);
    expect(await recvOnly.recv()).toEqual(got(1));
  });
});

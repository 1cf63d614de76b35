// What other libraries get wrong when a channel is closed, or has been.

import { describe, expect, it } from "@jest/globals";

import { Chan, ChannelClosedError } from "../../src/index.js";
import { closed, got } from "../support/outcomes.js";
import { collect } from "../support/process.js";
import { expectNobodyWaits } from "../support/waiting.js";

const sendOnClosed = new ChannelClosedError("send on closed channel");

describe("close", () => {
  it("keeps what is buffered (@lesomnus/channel discards it)", async () => {
    const ch = new Chan<number>(2);
    await ch.send(1);
    await ch.send(2);

    ch.close();

    expect([await ch.recv(), await ch.recv(), await ch.recv()]).toEqual([got(1), got(2), closed]);
  });

  it("lets tryRecv see what is left (poll of js-csp does not)", () => {
    const ch = new Chan<number>(2);
    ch.trySend(1);

    ch.close();

    expect([ch.tryRecv(), ch.tryRecv()]).toEqual([got(1), closed]);
  });

  it("wakes every receiver that waits (channel-ts wakes the first, and is not closed then)", async () => {
    const ch = new Chan<number>();
    const received = [ch.recv(), ch.recv(), ch.recv()];

    ch.close();

    expect(await Promise.all(received)).toEqual([closed, closed, closed]);
    expect(ch.closed).toBe(true);
  });

  it.each([
    [0, "medium leaves them waiting for ever"],
    [1, "@thi.ng/csp, @nodeguy/channel and async-channel leave them waiting"],
  ])("rejects senders that wait, with cap %d (%s)", async (cap) => {
    const ch = new Chan<number>(cap);
    if (cap > 0) ch.trySend(0);
    const sent = Promise.allSettled([ch.send(1), ch.send(2)]);

    ch.close();

    expect(await sent).toMatchObject([{ reason: sendOnClosed }, { reason: sendOnClosed }]);
    expectNobodyWaits(ch);
  });

  it("lets no value get lost in silence: who sends one is told (js-csp gives false, channel-ts nothing)", async () => {
    const ch = new Chan<number>(2);
    ch.trySend(1);

    ch.close();

    await expect(ch.send(2)).rejects.toThrow(sendOnClosed);
    expect(() => ch.trySend(2)).toThrow(sendOnClosed);
    expect([ch.tryRecv(), ch.tryRecv()]).toEqual([got(1), closed]);
  });

  it("takes effect at once (async-csp waits for a timer)", () => {
    const ch = new Chan<number>();

    ch.close();

    expect([ch.closed, ch.tryRecv()]).toEqual([true, closed]);
    expect(() => ch.trySend(1)).toThrow(ChannelClosedError);
  });

  it("may not be called twice (@thi.ng/csp, js-csp, medium, channel-ts, async-csp let it pass)", () => {
    const ch = new Chan<number>();
    ch.close();

    expect(() => ch.close()).toThrow(new ChannelClosedError("close of closed channel"));
  });

  it("gives errors that say what they are (those of ts-chan lose their names, channel-ts rejects with undefined)", async () => {
    const ch = new Chan<number>();
    ch.close();

    const error: unknown = await ch.send(1).catch((error: unknown) => error);

    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "ChannelClosedError", code: "ERR_CHANNEL_CLOSED" });
    // It is not derived from the name of the class, which a minifier changes.
    expect(Object.hasOwn(ChannelClosedError.prototype, "name")).toBe(true);
  });

  it("rejects no receive, so that one left floating is no unhandled rejection (@lesomnus/channel, async-channel, channel-ts)", async () => {
    const ch = new Chan<number>();

    const unhandled = await collect("unhandledRejection", () => {
      void ch.recv();
      void ch[Symbol.asyncIterator]().next();
      ch.close();
    });

    expect(unhandled).toEqual([]);
  });
});

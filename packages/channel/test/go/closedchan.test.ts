// test/closedchan.go: all that can be done with a closed channel, by each form of doing it.

import { afterEach, describe, expect, it } from "@jest/globals";

import { Chan, ChannelClosedError, select, send as sendCase, trySelect } from "../../src/index.js";
import { forms } from "../support/forms.js";
import { closed, got } from "../support/outcomes.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

const sendOnClosed = new ChannelClosedError("send on closed channel");
const closeOfClosed = new ChannelClosedError("close of closed channel");

describe.each(forms)("closedchan, by $name", ({ bystanders, recv, send, tryRecv, trySend }) => {
  afterEach(() => {
    expectNobodyWaits(...bystanders);
  });

  describe.each([
    ["without a buffer", 0],
    ["with an empty buffer", 2],
  ])("%s", (_, cap) => {
    const chan = (): Chan<number> => {
      const ch = new Chan<number>(cap);
      ch.close();
      return ch;
    };

    it("closedchan: a receive gives no value, again and again", async () => {
      const ch = chan();

      for (let i = 0; i < 3; i++) {
        expect(await recv(ch)).toEqual(closed);
        expect(tryRecv(ch)).toEqual(closed);
      }
    });

    it("closedchan: a send fails, also one that only tries", async () => {
      const ch = chan();

      await expect(send(ch, 1)).rejects.toThrow(sendOnClosed);
      expect(() => trySend(ch, 1)).toThrow(sendOnClosed);
    });

    it("closedchan: a send that has failed leaves no value", async () => {
      const ch = chan();

      await expect(send(ch, 1)).rejects.toThrow(ChannelClosedError);
      expect(() => trySend(ch, 2)).toThrow(ChannelClosedError);

      expect([await recv(ch), tryRecv(ch)]).toEqual([closed, closed]);
      expect(ch.len).toBe(0);
    });

    it("closedchan: to close it again fails, and it stays closed", async () => {
      const ch = chan();

      expect(() => ch.close()).toThrow(closeOfClosed);
      expect(() => ch.close()).toThrow(closeOfClosed);

      expect(await recv(ch)).toEqual(closed);
    });
  });

  it("closedchan: what was buffered is received, and then there is nothing", async () => {
    const ch = new Chan<number>(2);
    for (const value of [1, 2]) await send(ch, value);
    ch.close();

    expect(tryRecv(ch)).toEqual(got(1));
    await expect(send(ch, 3)).rejects.toThrow(sendOnClosed);
    expect(await recv(ch)).toEqual(got(2));

    for (let i = 0; i < 3; i++) expect([await recv(ch), tryRecv(ch)]).toEqual([closed, closed]);
  });

  it("closedchan: senders that wait fail, and what they wanted to send is gone", async () => {
    const ch = new Chan<number>(1);
    await send(ch, 1);
    const sent = [send(ch, 2), send(ch, 3)];

    ch.close();

    for (const one of sent) await expect(one).rejects.toThrow(sendOnClosed);
    expect([await recv(ch), await recv(ch)]).toEqual([got(1), closed]);
  });

  it("closedchan: receivers that wait are told", async () => {
    const ch = new Chan<number>(1);
    const received = [recv(ch), recv(ch)];

    ch.close();

    expect(await Promise.all(received)).toEqual([closed, closed]);
  });
});

describe("closedchan", () => {
  it("closedchan: beside others, its receive is ready, and its send fails now and then", () => {
    const [ch, room] = [new Chan<number>(), new Chan<number>(1000)];
    ch.close();
    let failures = 0;

    for (let i = 0; i < 100; i++) {
      expect(trySelect([null, ch])).toEqual({ key: 1, ...closed });
      try {
        trySelect([sendCase(ch, 1), sendCase(room, 1)]);
      } catch {
        failures++;
      }
    }

    expect(room.len).toBe(100 - failures);
    expect(failures).toBeGreaterThan(10);
    expect(failures).toBeLessThan(90);
  });

  it("closedchan: a select that waits on both sides of it ends as a receive", async () => {
    const ch = new Chan<number>();
    const chosen = select({ out: sendCase(ch, 1), in: ch });
    expect(waiting(ch)).toEqual({ receivers: 1, senders: 1 });

    ch.close();

    expect(await chosen).toEqual({ key: "in", ...closed });
    expectNobodyWaits(ch);
  });
});

import { afterEach, describe, expect, it } from "@jest/globals";

import { send as sendCase } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { select } from "../../src/select/select.js";
import { forms } from "../support/forms.js";
import { closed, got } from "../support/outcomes.js";
import { Continuations, settle } from "../support/settle.js";
import { expectNobodyWaits } from "../support/waiting.js";

const sendOnClosed = new ChannelClosedError("send on closed channel");
const closeOfClosed = new ChannelClosedError("close of closed channel");

describe.each(forms)("S8: Chan.close, by $name", ({ bystanders, recv, send, tryRecv, trySend }) => {
  afterEach(() => {
    expectNobodyWaits(...bystanders);
  });

  it("C6: buffered values are still received, in order; then every receive gives ok: false, for ever", async () => {
    const ch = new Chan<string>(3);
    for (const value of ["a", "b", "c"]) trySend(ch, value);

    ch.close();

    expect(await recv(ch)).toStrictEqual(got("a"));
    expect(tryRecv(ch)).toStrictEqual(got("b"));
    expect(await recv(ch)).toStrictEqual(got("c"));
    for (let i = 0; i < 3; i++) {
      expect(await recv(ch)).toStrictEqual(closed);
      expect(tryRecv(ch)).toStrictEqual(closed);
    }
  });

  it("C6: is seen at once", () => {
    const ch = new Chan<string>();
    expect(ch.closed).toBe(false);

    ch.close();

    expect(ch.closed).toBe(true);
    expect(tryRecv(ch)).toStrictEqual(closed);
  });

  it("C6: len counts down while a closed channel is drained", () => {
    const ch = new Chan<string>(2);
    trySend(ch, "a");
    trySend(ch, "b");

    ch.close();
    const lens = [ch.len];
    tryRecv(ch);
    lens.push(ch.len);
    tryRecv(ch);
    lens.push(ch.len);
    tryRecv(ch);
    lens.push(ch.len);

    expect(lens).toEqual([2, 1, 0, 0]);
  });

  it.each([0, 1])("C6: wakes all waiting receivers with ok: false, with cap %d", async (cap) => {
    const ch = new Chan<string>(cap);
    const received = [recv(ch), recv(ch), recv(ch)];

    ch.close();

    expectNobodyWaits(ch);
    expect(await Promise.all(received)).toStrictEqual([closed, closed, closed]);
  });

  it.each([0, 2])(
    "C6: rejects all waiting senders, and their values are not delivered, with cap %d",
    async (cap) => {
      const ch = new Chan<number>(cap);
      for (let i = 0; i < cap; i++) trySend(ch, i);
      const sent = [send(ch, 10), send(ch, 11), send(ch, 12)];

      ch.close();

      expectNobodyWaits(ch);
      for (const promise of sent) await expect(promise).rejects.toThrow(sendOnClosed);
      expect(ch.len).toBe(cap);
      for (let i = 0; i < cap; i++) expect(tryRecv(ch)).toEqual(got(i));
      expect(tryRecv(ch)).toEqual(closed);
    },
  );

  it.each([0, 1])("C6: a send on a closed channel rejects, with cap %d", async (cap) => {
    const ch = new Chan<string>(cap);
    ch.close();

    const error: unknown = await send(ch, "a").catch((e: unknown) => e);

    expect(error).toBeInstanceOf(ChannelClosedError);
    expect(error).toEqual(sendOnClosed);
    expectNobodyWaits(ch);
  });

  it.each([0, 1])(
    "C6: trySend on a closed channel throws, and leaves no value, with cap %d",
    (cap) => {
      const ch = new Chan<string>(cap);
      ch.close();

      expect(() => trySend(ch, "a")).toThrow(ChannelClosedError);
      expect(() => trySend(ch, "a")).toThrow(sendOnClosed);
      expect(ch.len).toBe(0);
      expect(tryRecv(ch)).toEqual(closed);
    },
  );
});

describe("Chan.close", () => {
  it("C6: what the receivers of a closed channel get cannot be changed", async () => {
    const ch = new Chan<string>();
    ch.close();

    const received = await ch.recv();

    expect(() => Object.assign(received, { ok: true, value: "changed" })).toThrow(TypeError);
    expect(await ch.recv()).toStrictEqual(closed);
  });

  it("C6: throws the second time, and changes nothing", () => {
    const ch = new Chan<string>(1);
    ch.trySend("a");
    ch.close();

    expect(() => ch.close()).toThrow(ChannelClosedError);
    expect(() => ch.close()).toThrow(closeOfClosed);
    expect(ch.closed).toBe(true);
    expect(ch.tryRecv()).toEqual(got("a"));
    expect(() => ch.close()).toThrow(closeOfClosed);
  });

  it("B9: makes one error, for however many senders wait", async () => {
    const ch = new Chan<number>();
    const outcomes = Promise.allSettled([
      ...Array.from({ length: 10_000 }, (_, i) => ch.send(i)),
      select([sendCase(ch, 1)]),
    ]);

    ch.close();

    const reasons = new Set(
      (await outcomes).map((o) => o.status === "rejected" && (o.reason as unknown)),
    );
    expect([...reasons]).toEqual([new ChannelClosedError("send on closed channel")]);
  });

  it("C6: wakes waiting receivers first, then waiting senders, each in order", async () => {
    const ch = new Chan<string>();
    const done = new Chan<void>();
    const continuations = new Continuations();
    const both = select({ out: sendCase(ch, "a"), done, in: ch });
    continuations.note("both", both);

    ch.close();
    await settle();

    expect(continuations.order).toEqual(["both"]);
    expect(await both).toEqual({ key: "in", ...closed });
    expectNobodyWaits(ch, done);
  });
});

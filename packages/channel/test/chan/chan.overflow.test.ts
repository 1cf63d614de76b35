import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { show } from "../../src/util/inspect.js";
import type { Overflow } from "../../src/state/channel-core.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { forms } from "../support/forms.js";
import { closed, got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

const dropping: Overflow[] = ["dropOldest", "dropNewest"];

describe.each(forms)("S8: Chan with overflow, by $name", ({ recv, send, tryRecv, trySend }) => {
  it.each([undefined, "block" as const])(
    "C9: %p waits while the buffer is full",
    async (overflow) => {
      const ch = new Chan<string>(1, { overflow });
      await send(ch, "a");

      expect(trySend(ch, "b")).toBe(false);
      const sent = send(ch, "b");

      expect(await pending(sent)).toBe(true);
      expect(waiting(ch).senders).toBe(1);
      expect([tryRecv(ch), tryRecv(ch)]).toEqual([got("a"), got("b")]);
    },
  );

  it.each([
    ["dropOldest", "discards the head, and completes at once", ["c", "d"]],
    ["dropNewest", "discards the value being sent, and completes at once", ["a", "b"]],
  ] as const)("C9: %s %s", async (overflow, _, kept) => {
    const ch = new Chan<string>(2, { overflow });
    await send(ch, "a");
    await send(ch, "b");

    expect(trySend(ch, "c")).toBe(true);
    void send(ch, "d");

    expect(ch.len).toBe(2);
    expectNobodyWaits(ch);
    expect([tryRecv(ch), tryRecv(ch), tryRecv(ch)]).toEqual([...kept.map(got), undefined]);
  });

  describe.each(dropping)("%s", (overflow) => {
    it("C9: buffers while there is room", () => {
      const ch = new Chan<string>(2, { overflow });

      expect(trySend(ch, "a")).toBe(true);
      void send(ch, "b");

      expect([tryRecv(ch), tryRecv(ch)]).toEqual([got("a"), got("b")]);
    });

    it("C9: hands over to a waiting receiver", async () => {
      const ch = new Chan<string>(1, { overflow });
      const received = recv(ch);

      expect(trySend(ch, "a")).toBe(true);

      expect(ch.len).toBe(0);
      expect(await received).toEqual(got("a"));
    });

    it("C9: refuses a send once it is closed, and keeps what is buffered", async () => {
      const ch = new Chan<string>(1, { overflow });
      await send(ch, "a");
      ch.close();

      expect(() => trySend(ch, "b")).toThrow(ChannelClosedError);
      await expect(send(ch, "b")).rejects.toThrow(ChannelClosedError);

      expect([tryRecv(ch), tryRecv(ch)]).toEqual([got("a"), closed]);
    });
  });
});

describe("Chan", () => {
  describe.each(dropping)("overflow %s", (overflow) => {
    it("C9: needs a cap of at least 1", () => {
      const error = new RangeError(`overflow "${overflow}" needs a cap of at least 1`);
      expect(() => new Chan(0, { overflow })).toThrow(error);
      expect(() => new Chan(undefined, { overflow })).toThrow(error);
      expect(new Chan(1, { overflow }).cap).toBe(1);
      expect(new Chan(Infinity, { overflow }).cap).toBe(Infinity);
    });
  });

  it("C9: overflow block needs no buffer", () => {
    expect(new Chan(0, { overflow: "block" }).cap).toBe(0);
  });

  it.each(["dropoldest", "", "drop", "toString", null, 0, {}])(
    "C9: throws TypeError if overflow is %p",
    (overflow) => {
      expect(() => new Chan(1, { overflow: overflow as Overflow })).toThrow(
        new TypeError(
          `overflow must be "block", "dropOldest" or "dropNewest", not ${show(overflow)}`,
        ),
      );
    },
  );

  it("V1: a ref that is no boolean is refused at once, by the name of the channel", () => {
    expect(() => new Chan(1, { name: "jobs", ref: 0 as never })).toThrow(
      new TypeError('ref of channel "jobs" must be a boolean, not 0'),
    );
  });
});

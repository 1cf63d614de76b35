import { afterEach, describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { forms } from "../support/forms.js";
import { closed, got } from "../support/outcomes.js";
import { aborted, reason } from "../support/signals.js";
import { Continuations, settle } from "../support/settle.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

describe.each(forms)("S8: signal, by $name", ({ bystanders, recv, send }) => {
  afterEach(() => {
    expectNobodyWaits(...bystanders);
  });

  describe("aborted before the call", () => {
    it("C7: wins over a receive that could complete, and nothing happens", async () => {
      const ch = new Chan<string>(1);
      ch.trySend("a");
      const sent = ch.send("b");

      await expect(recv(ch, { signal: aborted() })).rejects.toBe(reason);

      expect(ch.len).toBe(1);
      expect(waiting(ch).senders).toBe(1);
      expect([ch.tryRecv(), ch.tryRecv()]).toEqual([got("a"), got("b")]);
      await sent;
    });

    it("C7: wins over a send that could complete, and nothing happens", async () => {
      const room = new Chan<string>(1);
      const ch = new Chan<string>();
      const received = ch.recv();

      await expect(send(room, "a", { signal: aborted() })).rejects.toBe(reason);
      await expect(send(ch, "a", { signal: aborted() })).rejects.toBe(reason);

      expect(room.len).toBe(0);
      expect(waiting(ch).receivers).toBe(1);
      ch.trySend("b");
      expect(await received).toEqual(got("b"));
    });

    it("C7: wins over an operation that would wait", async () => {
      const ch = new Chan<string>();

      await expect(recv(ch, { signal: aborted() })).rejects.toBe(reason);
      await expect(send(ch, "a", { signal: aborted() })).rejects.toBe(reason);

      expectNobodyWaits(ch);
    });

    it("C7: wins over a closed channel", async () => {
      const ch = new Chan<string>();
      ch.close();

      await expect(recv(ch, { signal: aborted() })).rejects.toBe(reason);
      await expect(send(ch, "a", { signal: aborted() })).rejects.toBe(reason);
    });
  });

  describe("aborted while the operation waits", () => {
    it("C7: withdraws a receive, rejected with the reason, without a trace", async () => {
      const ch = new Chan<string>();
      const abort = new AbortController();
      const received = [recv(ch), recv(ch, abort), recv(ch)] as const;

      abort.abort(reason);

      expect(waiting(ch).receivers).toBe(2);
      await expect(received[1]).rejects.toBe(reason);
      ch.trySend("a");
      ch.trySend("b");
      expect(ch.trySend("c")).toBe(false);
      expect(await received[0]).toEqual(got("a"));
      expect(await received[2]).toEqual(got("b"));
    });

    it.each([0, 1])(
      "C7: withdraws a send, rejected with the reason, without a trace, with cap %d",
      async (cap) => {
        const ch = new Chan<string>(cap);
        if (cap > 0) ch.trySend("-");
        const abort = new AbortController();
        const sent = [send(ch, "a"), send(ch, "b", abort), send(ch, "c")] as const;

        abort.abort(reason);

        expect(waiting(ch).senders).toBe(2);
        await expect(sent[1]).rejects.toBe(reason);
        if (cap > 0) expect(ch.tryRecv()).toEqual(got("-"));
        expect([ch.tryRecv(), ch.tryRecv(), ch.tryRecv()]).toEqual([got("a"), got("c"), undefined]);
        await Promise.all([sent[0], sent[2]]);
      },
    );

    it.each([0, 1, 2])(
      "C7: withdraws the first, the middle and the last of three: %d",
      async (index) => {
        const ch = new Chan<number>();
        const abort = new AbortController();
        const received = [0, 1, 2].map((i) => recv(ch, i === index ? abort : {}));

        abort.abort(reason);
        ch.trySend(1);
        ch.trySend(2);
        const last = recv(ch);
        ch.trySend(3);

        await expect(received[index]).rejects.toBe(reason);
        const others = await Promise.all(received.filter((_, i) => i !== index));
        expect([...others, await last]).toEqual([got(1), got(2), got(3)]);
      },
    );

    it("C7: rejects with whatever the reason is", async () => {
      const ch = new Chan<string>();
      for (const value of [null, 0, "text", { an: "object" }]) {
        const abort = new AbortController();
        const received = recv(ch, abort);
        abort.abort(value);
        await expect(received).rejects.toBe(value);
      }
      const abort = new AbortController();
      const sent = send(ch, "a", abort);
      abort.abort();
      await expect(sent).rejects.toBe(abort.signal.reason);
      expect((abort.signal.reason as Error).name).toBe("AbortError");
    });

    it("C7: rejects all that wait with it, in order, and nothing else", async () => {
      const empty = new Chan<string>();
      const full = new Chan<string>();
      const abort = new AbortController();
      const other = new AbortController();
      const continuations = new Continuations();
      continuations.note("1", recv(empty, abort));
      continuations.note("other", recv(empty, other));
      continuations.note("2", send(full, "a", abort));
      continuations.note("3", recv(empty, abort));

      abort.abort(reason);
      await settle();

      expect(continuations.order).toEqual(["1!", "2!", "3!"]);
      expect(waiting(empty).receivers).toBe(1);
      expectNobodyWaits(full);
      other.abort(reason);
    });
  });

  describe("aborted in the tick of the commit", () => {
    it("C7: the abort comes first: the operation does not commit", async () => {
      const ch = new Chan<string>();
      const abort = new AbortController();
      const received = recv(ch, abort);

      abort.abort(reason);
      const wasSent = ch.trySend("a");

      expect(wasSent).toBe(false);
      await expect(received).rejects.toBe(reason);
    });

    it("C7: the commit of a receive comes first: aborting changes nothing", async () => {
      const ch = new Chan<string>();
      const abort = new AbortController();
      const received = recv(ch, abort);

      ch.trySend("a");
      abort.abort(reason);

      expect(await received).toEqual(got("a"));
    });

    it("C7: the commit of a send comes first: aborting changes nothing", async () => {
      const ch = new Chan<string>();
      const abort = new AbortController();
      const sent = send(ch, "a", abort);

      expect(ch.tryRecv()).toEqual(got("a"));
      abort.abort(reason);

      await sent;
    });

    it("C7: the operation completed at the call: aborting changes nothing", async () => {
      const ch = new Chan<string>(1);
      const abort = new AbortController();

      const sent = send(ch, "a", abort);
      const received = recv(ch, abort);
      abort.abort(reason);

      await sent;
      expect(await received).toEqual(got("a"));
    });

    it("C7: the close comes first: aborting changes nothing", async () => {
      const ch = new Chan<string>();
      const full = new Chan<string>();
      const abort = new AbortController();
      const received = recv(ch, abort);
      const sent = send(full, "a", abort);

      ch.close();
      full.close();
      abort.abort(reason);

      expect(await received).toEqual(closed);
      await expect(sent).rejects.toThrow(ChannelClosedError);
    });
  });
});

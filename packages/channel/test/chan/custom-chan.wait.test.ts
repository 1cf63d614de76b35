import { describe, expect, it } from "@jest/globals";

import { send as sendCase } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { select } from "../../src/select/select.js";
import { forms } from "../support/forms.js";
import { Bytes, Shelf } from "../support/kinds.js";
import { closed, got } from "../support/outcomes.js";
import { aborted, listeners, reason } from "../support/signals.js";

describe.each(forms)("S8: a custom channel, by $name", ({ recv, send, tryRecv, trySend }) => {
  describe("where one send may want more than another", () => {
    it("P2: a sender that gives up lets those behind go on, if they can", async () => {
      for (const giveUp of ["its signal", "another case"]) {
        const bytes = new Bytes(4);
        const abort = new AbortController();
        const ch = new Chan<number>();
        const first =
          giveUp === "its signal"
            ? send(bytes, "12345", abort)
            : select([sendCase(bytes, "12345"), ch]);
        const behind = [send(bytes, "12"), send(bytes, "34"), send(bytes, "5")];
        first.catch(() => undefined);
        behind[2]?.catch(() => undefined);

        if (giveUp === "its signal") abort.abort(reason);
        else ch.trySend(1);

        await Promise.all(behind.slice(0, 2));
        expect(bytes.len).toBe(4);
        expect(trySend(bytes, "6")).toBe(false);
        bytes.close();
      }
    });

    it("C5: a select that ends as another case continues before those behind that can now go on", async () => {
      const bytes = new Bytes(4);
      const ch = new Chan<number>();
      const order: string[] = [];
      const first = select([sendCase(bytes, "12345"), ch]).then(() => order.push("first"));
      const behind = send(bytes, "12").then(() => order.push("behind"));

      ch.trySend(1);
      await Promise.all([first, behind]);

      expect(order).toEqual(["first", "behind"]);
    });

    it("C5, C7: a sender whose signal is aborted continues before those behind that can now go on", async () => {
      const bytes = new Bytes(4);
      const abort = new AbortController();
      const order: string[] = [];
      const first = send(bytes, "12345", abort).catch(() => order.push("first"));
      const behind = send(bytes, "12").then(() => order.push("behind"));

      abort.abort(reason);
      await Promise.all([first, behind]);

      expect(order).toEqual(["first", "behind"]);
    });
  });

  it("P2: an offer that gives something else than true has taken the value all the same", async () => {
    class Careless extends Shelf<string> {
      protected override offer(value: string): boolean {
        return (super.offer(value) && this.items.length) as boolean;
      }
    }
    const shelf = new Careless();
    const sent = send(shelf, "a");

    shelf.change([], 2);

    await sent;
    expect(trySend(shelf, "b")).toBe(true);
    expect(trySend(shelf, "c")).toBe(false);
    expect(shelf.items).toEqual(["a", "b"]);
    expect(shelf.waiting).toEqual({ receivers: 0, senders: 0 });
  });

  describe("closing", () => {
    it("C6: what poll still has is received, in order; then every receive gives ok: false", async () => {
      const shelf = new Shelf<string>();
      shelf.change(["a", "b"]);

      shelf.close();

      expect(shelf.closed).toBe(true);
      expect([await recv(shelf), tryRecv(shelf)]).toEqual([got("a"), got("b")]);
      expect([await recv(shelf), tryRecv(shelf)]).toEqual([closed, closed]);
    });

    it("C6: wakes all waiting receivers with ok: false", async () => {
      const shelf = new Shelf<string>();
      const received = [recv(shelf), recv(shelf), recv(shelf)];

      shelf.close();

      expect(shelf.waiting.receivers).toBe(0);
      expect(await Promise.all(received)).toEqual([closed, closed, closed]);
    });

    it("C6: waiting receivers get what poll has at the close first", async () => {
      const shelf = new Shelf<string>();
      const received = [recv(shelf), recv(shelf)];
      shelf.items.push("a");

      shelf.close();

      expect(await Promise.all(received)).toEqual([got("a"), closed]);
    });

    it("C6: rejects all waiting senders, and their values are not offered any more", async () => {
      const shelf = new Shelf<string>();
      const sent = [send(shelf, "a"), send(shelf, "b")];
      shelf.room = 5;

      shelf.close();

      for (const promise of sent) {
        await expect(promise).rejects.toThrow(new ChannelClosedError("send on closed channel"));
      }
      expect(shelf.waiting.senders).toBe(0);
      expect(shelf.items).toEqual([]);
    });

    it("C6: a send rejects, and trySend throws", async () => {
      const shelf = new Shelf<string>();
      shelf.room = 5;
      shelf.close();

      await expect(send(shelf, "a")).rejects.toThrow(ChannelClosedError);
      expect(() => trySend(shelf, "a")).toThrow(ChannelClosedError);

      expect(shelf.items).toEqual([]);
    });

    it("P2: closedError is what sends are refused with", async () => {
      const shelf = new Shelf<string>();
      shelf.error = new Error("my own");
      const sent = send(shelf, "a");

      shelf.close();

      await expect(sent).rejects.toBe(shelf.error);
      await expect(send(shelf, "a")).rejects.toBe(shelf.error);
      expect(() => trySend(shelf, "a")).toThrow(shelf.error);
    });

    it("B9: closedError is asked once a close, for however many senders wait", async () => {
      const shelf = new Shelf<string>();
      let asked = 0;
      shelf.during = { closedError: () => asked++ };
      const sent = Promise.allSettled([send(shelf, "a"), send(shelf, "b"), send(shelf, "c")]);

      shelf.close();

      const reasons = (await sent).map((o) => o.status === "rejected" && (o.reason as unknown));
      expect(new Set(reasons).size).toBe(1);
      expect(asked).toBe(1);
    });

    it("B2: disposing closes it unless it is closed already", () => {
      const shelf = new Shelf<string>();

      shelf[Symbol.dispose]();
      expect(shelf.closed).toBe(true);
      expect(() => {
        shelf[Symbol.dispose]();
      }).not.toThrow();
    });
  });

  describe("signals", () => {
    it("C7: an aborted signal wins, and no hook is called", async () => {
      const shelf = new Shelf<string>();
      shelf.change(["a"], 5);
      shelf.calls.length = 0;

      await expect(recv(shelf, { signal: aborted() })).rejects.toBe(reason);
      await expect(send(shelf, "b", { signal: aborted() })).rejects.toBe(reason);

      expect(shelf.items).toEqual(["a"]);
      expect(shelf.calls).toEqual([]);
    });

    it("C7: aborting withdraws the operation without a trace", async () => {
      const shelf = new Shelf<string>();
      const abort = new AbortController();
      const received = [recv(shelf, abort), recv(shelf)] as const;

      abort.abort(reason);
      shelf.change(["a"]);

      await expect(received[0]).rejects.toBe(reason);
      expect(await received[1]).toEqual(got("a"));
      expect(listeners(abort.signal)).toBe(0);
    });

    it("C7: an aborted operation is not served, even if another listener acts first", async () => {
      const shelf = new Shelf<string>();
      const full = new Shelf<string>();
      const abort = new AbortController();
      abort.signal.addEventListener("abort", () => {
        shelf.change(["a"]);
        full.change([], 1);
      });
      const received = [recv(shelf, abort), recv(shelf)] as const;
      const sent = [send(full, "b", abort), send(full, "c")] as const;

      abort.abort(reason);

      await expect(received[0]).rejects.toBe(reason);
      expect(await received[1]).toEqual(got("a"));
      await expect(sent[0]).rejects.toBe(reason);
      await sent[1];
      expect(full.items).toEqual(["c"]);
    });
  });
});

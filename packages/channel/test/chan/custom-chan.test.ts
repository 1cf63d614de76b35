import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { forms } from "../support/forms.js";
import { Count, Latest, Shelf } from "../support/kinds.js";
import { closed, got } from "../support/outcomes.js";
import { Continuations, pending, settle } from "../support/settle.js";

describe.each(forms)("S8: a custom channel, by $name", ({ recv, send, tryRecv, trySend }) => {
  describe("receiving", () => {
    it("S9: takes what poll gives, during the call", async () => {
      const count = new Count(3);

      const received = [recv(count), recv(count)];

      expect(tryRecv(count)).toEqual(got(3));
      expect(tryRecv(count)).toBeUndefined();
      expect(await Promise.all(received)).toEqual([got(1), got(2)]);
    });

    it("S9: waits while poll gives nothing; notify serves the waiters, in order", async () => {
      const shelf = new Shelf<string>();
      const received = [recv(shelf), recv(shelf), recv(shelf)] as const;
      expect(shelf.waiting).toEqual({ receivers: 3, senders: 0 });
      expect(await pending(received[0])).toBe(true);

      shelf.change(["a", "b"]);

      expect(shelf.waiting).toEqual({ receivers: 1, senders: 0 });
      expect(await received[0]).toEqual(got("a"));
      expect(await received[1]).toEqual(got("b"));
      expect(await pending(received[2])).toBe(true);
      shelf.change(["c"]);
      expect(await received[2]).toEqual(got("c"));
    });

    it("S9: does not overtake waiters", async () => {
      const shelf = new Shelf<string>();
      const first = recv(shelf);

      shelf.items.push("a", "b"); // and the channel is not told yet
      expect(tryRecv(shelf)).toBeUndefined();
      const second = recv(shelf);
      shelf.change([]);

      expect(await first).toEqual(got("a"));
      expect(await second).toEqual(got("b"));
    });

    it("S9: makes room for senders that wait, at once", async () => {
      const shelf = new Shelf<string>();
      shelf.change([], 1);
      await send(shelf, "a");
      const sent = [send(shelf, "b"), send(shelf, "c")];

      expect(tryRecv(shelf)).toEqual(got("a"));

      expect(shelf.items).toEqual(["b"]);
      expect(shelf.waiting.senders).toBe(1);
      expect([await recv(shelf), await recv(shelf)]).toEqual([got("b"), got("c")]);
      await Promise.all(sent);
    });
  });

  describe("sending", () => {
    it("S9: gives the value to offer, during the call", () => {
      const latest = new Latest<string>();

      void send(latest, "a");
      expect(trySend(latest, "b")).toBe(true);

      expect(latest.len).toBe(1);
      expect([tryRecv(latest), tryRecv(latest)]).toEqual([got("b"), undefined]);
    });

    it("S9: waits while offer refuses; notify serves the waiters, in order", async () => {
      const shelf = new Shelf<string>();
      const sent = [send(shelf, "a"), send(shelf, "b"), send(shelf, "c")] as const;
      expect(trySend(shelf, "d")).toBe(false);
      expect(shelf.waiting).toEqual({ receivers: 0, senders: 3 });

      shelf.change([], 2);

      expect(shelf.waiting).toEqual({ receivers: 0, senders: 1 });
      expect(shelf.items).toEqual(["a", "b"]);
      await Promise.all([sent[0], sent[1]]);
      expect(await pending(sent[2])).toBe(true);
      shelf.change([], 3);
      await sent[2];
    });

    it("S9: does not overtake waiters", async () => {
      const shelf = new Shelf<string>();
      const first = send(shelf, "a");

      shelf.room = 2; // and the channel is not told yet
      expect(trySend(shelf, "b")).toBe(false);
      const second = send(shelf, "b");
      shelf.change([]);

      expect(shelf.items).toEqual(["a", "b"]);
      await Promise.all([first, second]);
    });

    it("S9: is received at once by a waiter", async () => {
      const shelf = new Shelf<string>();
      shelf.change([], 1);
      const received = [recv(shelf), recv(shelf)] as const;

      expect(trySend(shelf, "a")).toBe(true);
      void send(shelf, "b");

      expect(shelf.items).toEqual([]);
      expect(await Promise.all(received)).toEqual([got("a"), got("b")]);
    });

    it("C5: waiters continue in the order in which they were committed", async () => {
      const shelf = new Shelf<string>();
      const continuations = new Continuations();
      const sent = ["a", "b", "c"].map((value) => send(shelf, value));
      for (const i of [1, 2, 0]) continuations.note(`send ${i}`, sent[i]!);

      shelf.change([], 3);
      await settle();

      expect(continuations.order).toEqual(["send 0", "send 1", "send 2"]);
    });
  });
});

describe("CustomRecvChan", () => {
  it("C8: for await gives its values until it ends", async () => {
    class Finite extends Count {
      finish(): void {
        this.end();
      }
    }
    const count = new Finite(3);
    count.finish();

    const values: number[] = [];
    for await (const value of count) values.push(value);

    expect(values).toEqual([1, 2, 3]);
    expect(() => count.finish()).toThrow(new ChannelClosedError("close of closed channel"));
  });

  it("C8: leaving for await takes no more, and leaves nothing that waits", async () => {
    const count = new Count(3);

    for await (const value of count) if (value === 2) break;

    expect(count.closed).toBe(false);
    expect(count.tryRecv()).toEqual(got(3));
  });

  it("P2: has no way to send", () => {
    expect("send" in new Count(1)).toBe(false);
    expect("trySend" in new Count(1)).toBe(false);
    expect("close" in new Count(1)).toBe(false);
  });

  it("P2: poll may say that a channel has ended which is not closed itself", async () => {
    const inner = new Chan<string>();
    class View extends Latest<string> {
      protected override poll(): ReturnType<Latest<string>["poll"]> {
        return inner.tryRecv();
      }
      changed(): void {
        this.notify();
      }
    }
    const view = new View();
    const received = [view.recv(), view.recv()];
    inner.close();

    view.changed();

    expect(await Promise.all(received)).toEqual([closed, closed]);
    expect(view.closed).toBe(false);
  });
});

describe("CustomChan", () => {
  it("C6: throws the second time it is closed, and changes nothing", async () => {
    const latest = new Latest<string>();
    latest.trySend("a");
    latest.close();

    expect(() => latest.close()).toThrow(new ChannelClosedError("close of closed channel"));
    expect(await latest.recv()).toEqual(got("a"));
    expect(await latest.recv()).toEqual(closed);
  });

  it("P2: keeps the newest value only, in the example of the docs", async () => {
    const latest = new Latest<string>();

    await latest.send("a");
    await latest.send("b");
    expect(latest.len).toBe(1);
    expect(await latest.recv()).toEqual(got("b"));
    const received = latest.recv();
    await latest.send("c");

    expect(await received).toEqual(got("c"));
  });

  it("P2: may receive what it was not sent: another type goes in than comes out", async () => {
    const shelf = new Shelf<number>();
    shelf.change([], 2);
    const { length } = await lengths(shelf);

    expect(length).toBe(2);
  });

  async function lengths(shelf: Shelf<number>): Promise<number[]> {
    await shelf.send("one".length);
    await shelf.send("three".length);
    return [(await shelf.recv()).value ?? NaN, (await shelf.recv()).value ?? NaN];
  }
});

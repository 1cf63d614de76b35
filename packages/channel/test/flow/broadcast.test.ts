import { describe, expect, it, jest } from "@jest/globals";
import { inspect } from "node:util";

import {
  Broadcast,
  Chan,
  ChannelClosedError,
  merge,
  type SendChan,
  type Subscription,
} from "../../src/index.js";
import { Inbox } from "../../src/flow/inbox.js";
import { all } from "../support/all.js";
import { closed, got } from "../support/outcomes.js";
import { Continuations, pending, settle } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

describe("Broadcast", () => {
  it("F4: every value goes to every subscriber, in order", async () => {
    const broadcast = new Broadcast<number>();
    const subscriptions = [broadcast.subscribe(1), broadcast.subscribe(5), broadcast.subscribe()];
    const received = subscriptions.map((one) => all(one));

    for (const n of [1, 2, 3, 4]) await broadcast.send(n);
    broadcast.close();

    for (const values of await Promise.all(received)) expect(values).toEqual([1, 2, 3, 4]);
  });

  it("F4, C2: values pass through by identity", async () => {
    const broadcast = new Broadcast<unknown>();
    const [a, b] = [broadcast.subscribe(9), broadcast.subscribe(9)];
    const values = [undefined, null, Promise.resolve(1), () => 1, { then: () => undefined }];
    for (const value of values) broadcast.trySend(value);

    for (const value of values) {
      expect(a.tryRecv()?.value).toBe(value);
      expect(b.tryRecv()?.value).toBe(value);
    }
  });

  it("F4: to those that are there when it is sent, and to no others", () => {
    const broadcast = new Broadcast<number>();
    const early = broadcast.subscribe(9);
    broadcast.trySend(1);
    const late = broadcast.subscribe(9);
    broadcast.trySend(2);
    early.unsubscribe();
    broadcast.trySend(3);

    expect([early.len, late.len]).toEqual([2, 2]);
    expect([early.tryRecv(), late.tryRecv()]).toEqual([got(1), got(2)]);
  });

  it("F4: a send that waits goes to those that have subscribed meanwhile", async () => {
    const broadcast = new Broadcast<number>();
    const full = broadcast.subscribe();
    const sent = broadcast.send(1);
    const late = broadcast.subscribe(1);

    expect(full.tryRecv()).toEqual(got(1));

    await sent;
    expect(late.tryRecv()).toEqual(got(1));
  });

  it("F4: without subscribers a send completes at once", async () => {
    const broadcast = new Broadcast<number>();

    expect(broadcast.trySend(1)).toBe(true);
    await broadcast.send(2);
    expect(broadcast.subscribe(1).tryRecv()).toBeUndefined();
  });

  it("F4: cap and len are 0, and subscribers are counted", () => {
    const broadcast = new Broadcast<number>();
    const counts = [broadcast.subscribers];
    const one = broadcast.subscribe(3);
    broadcast.subscribe();
    counts.push(broadcast.subscribers);
    one.unsubscribe();
    counts.push(broadcast.subscribers);
    broadcast.close();
    counts.push(broadcast.subscribers);

    expect([broadcast.cap, broadcast.len, counts]).toEqual([0, 0, [0, 2, 1, 0]]);
    expect([one.cap, one.len]).toEqual([3, 0]);
  });

  it("F4, C3: a send waits until all can take the value, and then all have it at once", async () => {
    const broadcast = new Broadcast<number>();
    const [full, empty] = [broadcast.subscribe(1), broadcast.subscribe(9)];
    await broadcast.send(1);
    const sent = broadcast.send(2);

    expect([await pending(sent), empty.len, broadcast.trySend(3)]).toEqual([true, 1, false]);
    expect(full.tryRecv()).toEqual(got(1));

    expect([full.len, empty.len]).toEqual([1, 2]);
    await sent;
  });

  it("F4, C4: hands over to the receiver that has waited longest, in the call", async () => {
    const broadcast = new Broadcast<number>();
    const [a, b] = [broadcast.subscribe(), broadcast.subscribe(1)];
    const received = [a.recv(), b.recv(), a.recv(), b.recv()];

    expect([broadcast.trySend(1), broadcast.trySend(2), broadcast.trySend(3)]).toEqual([
      true,
      true,
      false,
    ]);

    expect([a.len, b.len]).toEqual([0, 0]);
    expect(await Promise.all(received)).toEqual([got(1), got(1), got(2), got(2)]);
  });

  it("F4: subscribers with a cap of 0 all have to wait at the same time", async () => {
    const broadcast = new Broadcast<number>();
    const [a, b] = [broadcast.subscribe(), broadcast.subscribe()];
    const sent = broadcast.send(1);
    const first = a.recv();
    expect([await pending(sent), await pending(first)]).toEqual([true, true]);

    expect(b.tryRecv()).toEqual(got(1));

    expect(await first).toEqual(got(1));
    await sent;
  });

  it("F4: one that has just been withdrawn does not count", async () => {
    const broadcast = new Broadcast<number>();
    const [a, b] = [broadcast.subscribe(), broadcast.subscribe()];
    const sent = broadcast.send(1);
    const abort = new AbortController();
    const withdrawn = a.recv(abort);
    abort.abort(reason);
    await expect(withdrawn).rejects.toBe(reason);

    expect([b.tryRecv(), await pending(sent)]).toEqual([undefined, true]);
  });

  it("F4: one that asks is a place for one value, not for two", async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe();
    const sent = [broadcast.send(1), broadcast.send(2)];

    expect(subscription.tryRecv()).toEqual(got(1));

    expect([subscription.len, waiting(broadcast).senders]).toEqual([0, 1]);
    expect(await subscription.recv()).toEqual(got(2));
    await Promise.all(sent);
  });

  it("C5: senders and receivers continue in the order in which they were committed", async () => {
    const broadcast = new Broadcast<number>();
    const [a, b] = [broadcast.subscribe(), broadcast.subscribe()];
    const continuations = new Continuations();
    continuations.note("send 1", broadcast.send(1));
    continuations.note("send 2", broadcast.send(2));
    continuations.note("a 1", a.recv());
    continuations.note("a 2", a.recv());
    continuations.note("b 1", b.recv());
    continuations.note("b 2", b.recv());

    await settle();

    const { order } = continuations;
    for (const name of ["send", "a", "b"]) {
      expect(order.indexOf(`${name} 1`)).toBeLessThan(order.indexOf(`${name} 2`));
    }
    expect(order).toHaveLength(6);
  });

  it("C3, C4: first come, first served: trySend does not overtake a send that waits", async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe(1);
    broadcast.trySend(1);
    const sent = [broadcast.send(2), broadcast.send(3)];

    subscription.tryRecv();
    expect(broadcast.trySend(4)).toBe(false);

    expect(subscription.tryRecv()).toEqual(got(2));
    expect(subscription.tryRecv()).toEqual(got(3));
    await Promise.all(sent);
  });

  it("C7: a send that is aborted is delivered to none, and those behind it move up", async () => {
    const broadcast = new Broadcast<number>();
    const [full, empty] = [broadcast.subscribe(), broadcast.subscribe(9)];
    const abort = new AbortController();
    const sent = [broadcast.send(1, abort), broadcast.send(2)] as const;

    abort.abort(reason);
    await expect(sent[0]).rejects.toBe(reason);
    expect([listeners(abort.signal), await full.recv()]).toEqual([0, got(2)]);

    expect(await all(close(broadcast, empty))).toEqual([2]);
    await sent[1];
  });

  it("C7: an aborted signal wins, from the abort on", async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe();
    await expect(broadcast.send(1, { signal: aborted() })).rejects.toBe(reason);
    const abort = new AbortController();
    const tried: unknown[] = [];
    abort.signal.addEventListener("abort", () => tried.push(subscription.tryRecv()));
    const sent = broadcast.send(1, abort);
    abort.abort(reason);
    await expect(sent).rejects.toBe(reason);

    const later = new AbortController();
    later.signal.addEventListener("abort", () => tried.push(broadcast.trySend(2)));
    const received = subscription.recv(later);
    later.abort(reason);
    await expect(received).rejects.toBe(reason);

    expect(tried).toEqual([undefined, false]);
    expectNobodyWaits(broadcast, subscription);
  });

  it("C8: a loop over a subscription that is left takes no more, and leaves nothing", async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe(9);
    for (const n of [1, 2, 3]) broadcast.trySend(n);

    for await (const n of subscription) if (n === 2) break;

    expect([subscription.len, subscription.closed, broadcast.subscribers]).toEqual([1, false, 1]);
    expectNobodyWaits(broadcast, subscription);
  });

  it("C10: while one blocks, what others receive, and what is tried, costs no look at any other", async () => {
    const news = new Broadcast<number>();
    const all = Array.from({ length: 50 }, () => news.subscribe(2));
    const [blocker, last] = [all[10], all[49]] as [Subscription<number>, Subscription<number>];
    news.trySend(1);
    for (const one of all) if (one !== blocker) one.tryRecv();
    news.trySend(2);
    const sent = news.send(3);
    const looks = jest.spyOn(Inbox.prototype, "room", "get");

    last.tryRecv();
    expect([last.tryRecv(), news.trySend(4), looks.mock.calls.length]).toEqual([
      undefined,
      false,
      0,
    ]);

    blocker.tryRecv();
    looks.mockRestore();
    await sent;
    expect(last.tryRecv()?.value).toBe(3);
  });

  it("C10: while all are known to have room, a send looks at none of them", () => {
    const news = new Broadcast<number>();
    const all = Array.from({ length: 50 }, (_, i) => news.subscribe(i === 10 ? 3 : Infinity));
    news.trySend(1);
    const looks = jest.spyOn(Inbox.prototype, "room", "get");

    expect([news.trySend(2), news.trySend(3), looks.mock.calls.length]).toEqual([true, true, 0]);

    looks.mockRestore();
    expect([news.trySend(4), ...all.map(({ len }) => len)]).toEqual([
      false,
      ...Array.from({ length: 50 }, () => 3),
    ]);
  });

  it("F4: room is looked for anew when one subscribes, and when a receiver begins to wait", async () => {
    const news = new Broadcast<number>();
    const roomy = news.subscribe(9);
    news.trySend(1);
    const [small, strict] = [news.subscribe(1), news.subscribe()];
    expect(news.trySend(2)).toBe(false);
    strict.unsubscribe();
    expect([news.trySend(2), news.trySend(3), small.tryRecv()]).toEqual([true, false, got(2)]);
    small.unsubscribe();
    news.trySend(3);
    for (const n of [1, 2, 3]) expect(roomy.tryRecv()).toEqual(got(n));

    const received = roomy.recv();
    expect(news.trySend(4)).toBe(true);

    expect([await received, roomy.len]).toEqual([got(4), 0]);
  });

  it("C3: one that blocks is looked for anew when it receives, is taken out, or begins to wait", async () => {
    const news = new Broadcast<number>();
    const [first, second] = [news.subscribe(), news.subscribe(1)];
    expect([news.trySend(1), news.trySend(1)]).toEqual([false, false]);
    const received = first.recv();
    expect(news.trySend(2)).toBe(true);
    expect(((await received).value, news.trySend(3))).toBe(false);
    const sent = news.send(4);
    expect([first.tryRecv(), second.tryRecv()?.value, first.tryRecv()?.value]).toEqual([
      undefined,
      2,
      4,
    ]);
    await sent;
    expect(news.trySend(5)).toBe(false);
    second.tryRecv();
    first.unsubscribe();
    expect([news.trySend(6), second.tryRecv()?.value]).toEqual([true, 6]);
  });

  it("C10: a vacated slot is not part of what is told: a send of all is one of each", async () => {
    const broadcast = new Broadcast<number>();
    const subscriptions = Array.from({ length: 1000 }, () => broadcast.subscribe());
    const received = subscriptions.map((one) => one.recv());

    expect(broadcast.trySend(1)).toBe(true);

    expect(new Set((await Promise.all(received)).map(({ value }) => value))).toEqual(new Set([1]));
  });

  describe("with overflow", () => {
    it("F4: dropOldest keeps the newest, dropNewest the oldest, and neither delays a send", async () => {
      const broadcast = new Broadcast<number>();
      const newest = broadcast.subscribe(2, { overflow: "dropOldest" });
      const oldest = broadcast.subscribe(2, { overflow: "dropNewest" });

      for (const n of [1, 2, 3, 4, 5]) expect(broadcast.trySend(n)).toBe(true);

      expect([newest.dropped, oldest.dropped]).toEqual([3, 3]);
      broadcast.close();
      expect([await all(newest), await all(oldest)]).toEqual([
        [4, 5],
        [1, 2],
      ]);
    });

    it("F4: a subscriber that blocks delays all; those that drop lose nothing by that", async () => {
      const broadcast = new Broadcast<number>();
      const dropping = broadcast.subscribe(1, { overflow: "dropOldest" });
      const blocking = broadcast.subscribe(1);
      broadcast.trySend(1);
      const sent = broadcast.send(2);

      expect([dropping.tryRecv(), dropping.dropped]).toEqual([got(1), 0]);
      blocking.tryRecv();
      await sent;

      expect([dropping.tryRecv(), dropping.dropped]).toEqual([got(2), 0]);
    });

    it("F4: what is handed to a receiver that waits is not dropped", async () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe(1, { overflow: "dropNewest" });
      const received = [subscription.recv(), subscription.recv()];

      for (const n of [1, 2, 3]) broadcast.trySend(n);

      expect(await Promise.all(received)).toEqual([got(1), got(2)]);
      expect([subscription.len, subscription.dropped]).toEqual([1, 0]);
    });

    it("F4: one that is taken out gets nothing more", () => {
      const broadcast = new Broadcast<number>();
      const dropping = broadcast.subscribe(9, { overflow: "dropOldest" });
      for (const n of [1, 2]) broadcast.trySend(n);

      dropping.unsubscribe();
      for (const n of [3, 4]) broadcast.trySend(n);

      expect([dropping.tryRecv(), dropping.tryRecv(), dropping.tryRecv()]).toEqual([
        got(1),
        got(2),
        closed,
      ]);
    });

    it("F4: block is the default, and drops nothing", () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe(1, { overflow: "block" });
      broadcast.trySend(1);

      expect([broadcast.trySend(2), subscription.dropped]).toEqual([false, 0]);
    });
  });

  describe("unsubscribe", () => {
    it("F4: takes one out: sends that waited for it go on, in order", async () => {
      const broadcast = new Broadcast<number>();
      const [stuck, other] = [broadcast.subscribe(), broadcast.subscribe(9)];
      const sent = [broadcast.send(1), broadcast.send(2)];

      stuck.unsubscribe();

      await Promise.all(sent);
      expect(await all(close(broadcast, other))).toEqual([1, 2]);
      expect(await all(stuck)).toEqual([]);
    });

    it("F4: what is buffered is still read, then it is closed", async () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe(2);
      broadcast.trySend(1);
      broadcast.trySend(2);
      const sent = broadcast.send(3);

      subscription.unsubscribe();

      expect([subscription.closed, subscription.len]).toEqual([true, 2]);
      expect(await all(subscription)).toEqual([1, 2]);
      expect(await subscription.recv()).toEqual(closed);
      await sent;
    });

    it("F4: ends receives that wait", async () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe();
      const received = [subscription.recv(), subscription.recv()];

      subscription.unsubscribe();

      expect(await Promise.all(received)).toEqual([closed, closed]);
      expect(subscription.tryRecv()).toEqual(closed);
      expectNobodyWaits(broadcast, subscription);
    });

    it("F4: may be called again, also after the broadcast was closed, and is what `using` calls", () => {
      const broadcast = new Broadcast<number>();
      const [a, b, c] = [broadcast.subscribe(), broadcast.subscribe(), broadcast.subscribe()];

      a.unsubscribe();
      a.unsubscribe();
      b[Symbol.dispose]();
      expect([broadcast.subscribers, b.closed]).toEqual([1, true]);
      broadcast.close();
      c.unsubscribe();

      expect(c.closed).toBe(true);
    });

    it("F4: one that is a select's, a merge's or a loop's is taken out as well", async () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe();
      const received = merge<number>(subscription).recv();

      subscription.unsubscribe();

      expect(await received).toEqual(closed);
    });
  });

  describe("close", () => {
    it("F4, C6: what is buffered is received, then the end; receivers are woken, senders rejected", async () => {
      const broadcast = new Broadcast<number>({ name: "prices" });
      const [buffered, waits] = [broadcast.subscribe(1), broadcast.subscribe()];
      const rest = new Continuations();
      const first = waits.recv();
      broadcast.trySend(1);
      const received = waits.recv();
      const sent = [broadcast.send(2), broadcast.send(3)];
      rest.note("received", received);
      for (const promise of sent) rest.note("sent", promise);

      broadcast.close();

      expect([await first, await received]).toEqual([got(1), closed]);
      for (const promise of sent) {
        await expect(promise).rejects.toBeInstanceOf(ChannelClosedError);
        await expect(promise).rejects.toThrow('send on closed channel "prices"');
      }
      expect(rest.order).toEqual(["received", "sent!", "sent!"]);
      expect(await all(buffered)).toEqual([1]);
      expectNobodyWaits(broadcast, buffered, waits);
    });

    it("F4, C6: afterwards a send rejects, trySend throws, and so does a second close", async () => {
      const broadcast = new Broadcast<number>({ name: "prices" });
      broadcast.close();

      expect(broadcast.closed).toBe(true);
      await expect(broadcast.send(1)).rejects.toThrow('send on closed channel "prices"');
      expect(() => broadcast.trySend(1)).toThrow(ChannelClosedError);
      expect(() => broadcast.close()).toThrow(ChannelClosedError);
      expect(() => broadcast.close()).toThrow('close of closed channel "prices"');
      broadcast[Symbol.dispose]();
    });

    it("F4: to subscribe later gives a closed subscription", async () => {
      const broadcast = new Broadcast<number>();
      broadcast.close();
      const subscription = broadcast.subscribe(3);

      expect([subscription.closed, subscription.cap, broadcast.subscribers]).toEqual([true, 3, 0]);
      expect(await subscription.recv()).toEqual(closed);
      subscription.unsubscribe();
    });

    it("F4: disposing closes", () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe();

      broadcast[Symbol.dispose]();

      expect([broadcast.closed, subscription.closed]).toEqual([true, true]);
    });
  });

  describe("as a thing", () => {
    it("F4: is a SendChan, and its subscriptions are channels to receive from", () => {
      const broadcast = new Broadcast<number>();
      const subscription: Subscription<number> = broadcast.subscribe();
      expect<SendChan<number>>(broadcast).toBeDefined();

      expect(Object.prototype.toString.call(broadcast)).toBe("[object Broadcast]");
      expect(Object.prototype.toString.call(subscription)).toBe("[object Subscription]");
    });

    it("C13: tells its name, how many subscribers it has, and how many wait", () => {
      const broadcast = new Broadcast<number>({ name: "prices" });
      const subscription = broadcast.subscribe(0, { name: "bob" });
      void subscription.recv();
      broadcast.subscribe();
      void broadcast.send(1);

      expect(inspect(broadcast)).toBe(
        "Broadcast { name: 'prices', cap: 0, len: 0, closed: false, subscribers: 2, senders: 1 }",
      );
      expect(inspect(subscription)).toBe(
        "Subscription { name: 'bob', cap: 0, len: 0, closed: false, receivers: 1 }",
      );
      expect(() => expectNobodyWaits(broadcast)).toThrow('Broadcast #1 "prices" has senders: 1');
    });

    it.each([[-1], [1.5], [NaN], ["1"]])("C1: a cap of %p is refused", (cap) => {
      const broadcast = new Broadcast<number>();

      expect(() => broadcast.subscribe(cap as number)).toThrow(RangeError);
      expect(broadcast.subscribers).toBe(0);
    });

    it("C9: so are an overflow that is none, or that needs a buffer, and names that are none", () => {
      const broadcast = new Broadcast<number>();

      expect(() => broadcast.subscribe(1, { overflow: "drop" as never })).toThrow(TypeError);
      expect(() => broadcast.subscribe(0, { overflow: "dropOldest" })).toThrow(RangeError);
      expect(() => broadcast.subscribe(0, { name: 1 as never })).toThrow(TypeError);
      expect(() => new Broadcast({ name: 1 as never })).toThrow("name must be a string, not 1");
      expect(new Broadcast({}).name).toBeUndefined();
    });

    it("F4: a subscription of any cap", () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe(Infinity);

      for (let i = 0; i < 1000; i++) broadcast.trySend(i);

      expect([subscription.cap, subscription.len]).toEqual([Infinity, 1000]);
    });
  });

  it("F1: a subscription can be piped on, and merged", async () => {
    const broadcast = new Broadcast<number>();
    const other = new Chan<number>(1);
    other.trySend(10);
    other.close();
    const merged = merge<number>(broadcast.subscribe(2), other);
    broadcast.trySend(1);
    broadcast.close();

    expect((await all(merged)).sort()).toEqual([1, 10]);
  });

  it("F1, F4: two subscriptions without a buffer that are merged take each value twice", async () => {
    const broadcast = new Broadcast<number>();
    const merged = merge<number>(broadcast.subscribe(), broadcast.subscribe());
    const sent = broadcast.send(1);

    expect([await merged.recv(), merged.len]).toEqual([got(1), 1]);
    expect(await merged.recv()).toEqual(got(1));
    await sent;
    expect(merged.len).toBe(0);
  });
});

/** Closes `broadcast`, and gives the subscription back. */
function close<T>(broadcast: Broadcast<T>, subscription: Subscription<T>): Subscription<T> {
  broadcast.close();
  return subscription;
}

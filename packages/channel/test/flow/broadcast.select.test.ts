import { describe, expect, it } from "@jest/globals";

import { Broadcast, Chan, merge, select, send, trySelect } from "../../src/index.js";
import { got } from "../support/outcomes.js";
import { inVariousOrders } from "../support/randomness.js";
import { pending, settle } from "../support/settle.js";
import { reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

const sentAs = (key: string | number) => ({ key, ok: true, value: undefined, done: false });

describe("Broadcast in a select", () => {
  it("F4, S1: a send is chosen only if all can take the value, and then all have it", () => {
    const broadcast = new Broadcast<number>();
    const [a, b] = [broadcast.subscribe(1), broadcast.subscribe(2)];

    expect(trySelect({ out: send(broadcast, 1) })).toEqual(sentAs("out"));
    expect(trySelect({ out: send(broadcast, 2) })).toBeUndefined();

    expect([a.len, b.len]).toEqual([1, 1]);
  });

  it("F4, S1: one that waits is chosen when the last can take the value", async () => {
    const broadcast = new Broadcast<number>();
    const [a, b] = [broadcast.subscribe(), broadcast.subscribe()];
    const other = new Chan<number>();
    const chosen = select({ out: send(broadcast, 1), other });
    const received = a.recv();
    await settle();

    expect(b.tryRecv()).toEqual(got(1));

    expect([await chosen, await received]).toEqual([sentAs("out"), got(1)]);
    expectNobodyWaits(broadcast, a, b, other);
  });

  it("F4, S1: if another case is chosen no subscriber gets the value", async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe();
    const other = new Chan<number>();
    const chosen = select({ out: send(broadcast, 1), other });

    other.trySend(1);

    expect((await chosen).key).toBe("other");
    expect([subscription.tryRecv(), waiting(broadcast).senders]).toEqual([undefined, 0]);
  });

  it("F4, S4: closing rejects a select that sends, unless it receives the end (G38)", async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe();
    const both = select({ out: send(broadcast, 1), in: subscription });
    broadcast.subscribe();
    const sends = select({ out: send(broadcast, 1) });

    broadcast.close();

    expect(await both).toMatchObject({ key: "in", ok: false });
    await expect(sends).rejects.toThrow("send on closed channel");
    await expect(select([send(broadcast, 1)])).rejects.toThrow("send on closed channel");
  });

  it("S5: a select that sends and receives never meets itself", async () => {
    await inVariousOrders(async () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe();
      const chosen = select({ out: send(broadcast, 1), in: subscription });

      expect(await pending(chosen)).toBe(true);
      expect(waiting(broadcast).senders + waiting(subscription).receivers).toBe(2);
      expect(broadcast.trySend(2)).toBe(true);

      expect(await chosen).toEqual({ key: "in", ...got(2) });
      expectNobodyWaits(broadcast, subscription);
    });
  });

  it("S5: it meets another receiver, which comes later", async () => {
    await inVariousOrders(async () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe();
      const chosen = select({ out: send(broadcast, 1), in: subscription });
      await settle();

      expect(subscription.tryRecv()).toEqual(got(1));

      expect(await chosen).toEqual(sentAs("out"));
      expectNobodyWaits(broadcast, subscription);
    });
  });

  it("S5: nor does it where another subscriber waits, too, or has room", async () => {
    await inVariousOrders(async () => {
      const broadcast = new Broadcast<number>();
      const [mine, roomy] = [broadcast.subscribe(), broadcast.subscribe(5)];
      const chosen = select({ out: send(broadcast, 1), in: mine });
      expect([await pending(chosen), roomy.len]).toEqual([true, 0]);

      const received = mine.recv();

      expect([await received, await chosen, roomy.len]).toEqual([got(1), sentAs("out"), 1]);
    });
  });

  it("S5: one that sends to itself only does not keep those behind it from sending", async () => {
    const broadcast = new Broadcast<number>();
    const [mine, stuck] = [broadcast.subscribe(), broadcast.subscribe()];
    const itself = select({ out: send(broadcast, 1), in: mine });
    const sent = broadcast.send(2);
    expect(await pending(sent)).toBe(true);

    expect(stuck.tryRecv()).toEqual(got(2));

    expect(await itself).toEqual({ key: "in", ...got(2) });
    await sent;
    expectNobodyWaits(broadcast, mine, stuck);
  });

  it("S5: two that do so meet each other", async () => {
    await inVariousOrders(async () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe();
      const chosen = [1, 2].map((n) => select({ out: send(broadcast, n), in: subscription }));

      const keys = (await Promise.all(chosen)).map(({ key }) => key);

      expect(keys.sort()).toEqual(["in", "out"]);
      expectNobodyWaits(broadcast, subscription);
    });
  });

  it("S5: with room at its own subscription it sends, and may receive that later", async () => {
    await inVariousOrders(async () => {
      const broadcast = new Broadcast<number>();
      const subscription = broadcast.subscribe(1);

      const chosen = await select({ out: send(broadcast, 1), in: subscription });

      expect([chosen, subscription.tryRecv()]).toEqual([sentAs("out"), got(1)]);
    });
  });

  it("F4, S1: a select at two subscriptions without a buffer can take a value at one only", async () => {
    await inVariousOrders(async () => {
      const broadcast = new Broadcast<number>();
      const [a, b] = [broadcast.subscribe(), broadcast.subscribe()];
      const chosen = select({ a, b });

      expect(broadcast.trySend(1)).toBe(false);
      const received = b.recv();
      expect(broadcast.trySend(2)).toBe(true);

      expect([await chosen, await received]).toEqual([{ key: "a", ...got(2) }, got(2)]);
      expectNobodyWaits(broadcast, a, b);
    });
  });

  it("F4: those that wait are matched with subscriptions so that all are served, if that can be", async () => {
    await inVariousOrders(async () => {
      const broadcast = new Broadcast<number>();
      const [a, b, c] = [broadcast.subscribe(), broadcast.subscribe(), broadcast.subscribe()];
      const chosen = [select({ a, b }), select({ b, c, a }), a.recv()] as const;

      expect(broadcast.trySend(1)).toBe(true);

      const [first, second, third] = await Promise.all(chosen);
      expect([first.key, second.key].sort()).toEqual(["b", "c"]);
      expect([first.value, second.value, third.value]).toEqual([1, 1, 1]);
      expectNobodyWaits(broadcast, a, b, c);
    });
  });

  it("F4: a subscription that has room does without, if its only receiver is needed elsewhere", async () => {
    const broadcast = new Broadcast<number>();
    const [roomy, strict] = [broadcast.subscribe(1), broadcast.subscribe()];
    const chosen = select({ roomy, strict });

    expect(broadcast.trySend(1)).toBe(true);

    expect([await chosen, roomy.len]).toEqual([{ key: "strict", ...got(1) }, 1]);
  });

  it("F4: where no matching is found none has been touched", async () => {
    const broadcast = new Broadcast<number>();
    const subscriptions = [broadcast.subscribe(), broadcast.subscribe(), broadcast.subscribe()];
    const chosen = [select(subscriptions), select(subscriptions)];

    expect(broadcast.trySend(1)).toBe(false);
    expect(subscriptions.map((one) => waiting(one).receivers)).toEqual([2, 2, 2]);
    const received = subscriptions[0]!.recv();
    expect(broadcast.trySend(2)).toBe(true);

    expect((await Promise.all(chosen)).map(({ value }) => value)).toEqual([2, 2]);
    expect(await received).toEqual(got(2));
  });

  it("F4, C7: those that have just been aborted are not chosen", async () => {
    const broadcast = new Broadcast<number>();
    const [a, b] = [broadcast.subscribe(), broadcast.subscribe()];
    const abort = new AbortController();
    const sent: boolean[] = [];
    abort.signal.addEventListener("abort", () => sent.push(broadcast.trySend(1)));
    const first = select({ a, b });
    const second = select({ b }, abort);

    abort.abort(reason);

    await expect(second).rejects.toBe(reason);
    expect([sent, await pending(first)]).toEqual([[false], true]);
  });

  it("F4, C7: a sender behind one that waits for itself, and has just been aborted, does not send", async () => {
    const broadcast = new Broadcast<number>();
    const mine = broadcast.subscribe();
    const itself = select({ out: send(broadcast, 1), in: mine });
    const abort = new AbortController();
    const blocked = broadcast.subscribe();
    const tried: unknown[] = [];
    // Runs before the listener of the send.
    abort.signal.addEventListener("abort", () => tried.push(blocked.tryRecv()));
    const sent = broadcast.send(2, abort);

    abort.abort(reason);

    await expect(sent).rejects.toBe(reason);
    expect([tried, await pending(itself)]).toEqual([[undefined], true]);
  });

  it("F4, S2: of several broadcasts that can take a value each has the same chance", async () => {
    const counts = { a: 0, b: 0 };
    await inVariousOrders(async () => {
      const [a, b] = [new Broadcast<number>(), new Broadcast<number>()];
      counts[(await select({ a: send(a, 1), b: send(b, 1) })).key]++;
    });

    expect(counts.a).toBeGreaterThan(5);
    expect(counts.b).toBeGreaterThan(5);
  });

  it("S9, S10: a broadcast is no case that receives", async () => {
    const broadcast = new Broadcast<number>();

    await expect(select({ in: broadcast as never })).rejects.toThrow(
      "case in is neither a channel, nor send(...), nor switched off",
    );
    await expect(select({ in: broadcast as never })).rejects.not.toThrow("two copies");
    expect(() => merge(broadcast as never)).toThrow(TypeError);
    expect(() => trySelect({ out: send(broadcast.subscribe() as never, 1) })).toThrow(
      "case out sends to what is not a channel to send to",
    );
  });
});

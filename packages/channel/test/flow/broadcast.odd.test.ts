// Signals that act on the broadcast in the middle of a send: when they are looked at, while nothing is
// decided yet, or when they are let go, while others have yet to be told.

import { describe, expect, it } from "@jest/globals";

import { batch, Broadcast, Chan, merge, select, send } from "../../src/index.js";
import { Shelf } from "../support/kinds.js";
import { closed, got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

/** A signal that is never aborted, and does `act`, once, when it is looked at or let go. */
class ActingSignal extends EventTarget {
  readonly when: "looked at" | "let go";
  act: (() => unknown) | undefined;

  constructor(when: "looked at" | "let go") {
    super();
    this.when = when;
  }

  get aborted(): boolean {
    if (this.when === "looked at") this.#do();
    return false;
  }

  override removeEventListener(...args: Parameters<EventTarget["removeEventListener"]>): void {
    super.removeEventListener(...args);
    if (this.when === "let go") this.#do();
  }

  get options(): { signal: AbortSignal } {
    return { signal: this as unknown as AbortSignal };
  }

  #do(): void {
    const { act } = this;
    this.act = undefined;
    act?.();
  }
}

describe("Broadcast, when a signal acts while it is looked at", () => {
  /** A send to one that waits with such a signal, and to one more with room. */
  function setUp() {
    const broadcast = new Broadcast<number>();
    const [waits, roomy] = [broadcast.subscribe(), broadcast.subscribe(9)];
    const signal = new ActingSignal("looked at");
    const received = waits.recv(signal.options);
    return { broadcast, waits, roomy, signal, received };
  }

  /** Two that wait, of which the first may be withdrawn when the signal of the second is looked at. */
  function setUpTwo() {
    const broadcast = new Broadcast<number>();
    const [first, second] = [broadcast.subscribe(), broadcast.subscribe()];
    const abort = new AbortController();
    const withdrawn = first.recv(abort);
    const signal = new ActingSignal("looked at");
    const received = second.recv(signal.options);
    return { broadcast, first, abort, withdrawn, signal, received };
  }

  it("F4: one that subscribes then is there, and gets the value", async () => {
    const { broadcast, roomy, signal, received } = setUp();
    let late = roomy;
    signal.act = () => (late = broadcast.subscribe(1));

    expect(broadcast.trySend(1)).toBe(true);

    expect([late.len, roomy.len, await received]).toEqual([1, 1, got(1)]);
  });

  it("F4: one that subscribes then and cannot take the value keeps all from it", async () => {
    const { broadcast, roomy, signal, received } = setUp();
    signal.act = () => broadcast.subscribe();

    expect(broadcast.trySend(1)).toBe(false);

    expect([roomy.len, await pending(received)]).toEqual([0, true]);
  });

  it("F4: one that is taken out then gets nothing", async () => {
    const { broadcast, waits, roomy, signal, received } = setUp();
    signal.act = () => waits.unsubscribe();

    expect(broadcast.trySend(1)).toBe(true);

    expect([roomy.len, await received]).toEqual([1, closed]);
  });

  it("F4: a receiver that is gone then does not receive, and another has to", async () => {
    const { broadcast, first, abort, withdrawn, signal, received } = setUpTwo();
    signal.act = () => abort.abort(reason);

    expect(broadcast.trySend(1)).toBe(false);
    await expect(withdrawn).rejects.toBe(reason);
    expect(first.tryRecv()).toBeUndefined();
    void first.recv();
    expect(broadcast.trySend(2)).toBe(true);

    expect(await received).toEqual(got(2));
  });

  it("F4: nor does it if another subscribes at the same time", async () => {
    const { broadcast, first, abort, withdrawn, signal, received } = setUpTwo();
    signal.act = () => {
      abort.abort(reason);
      broadcast.subscribe(1);
    };

    expect(broadcast.trySend(1)).toBe(false);

    await expect(withdrawn).rejects.toBe(reason);
    expect([first.len, await pending(received)]).toEqual([0, true]);
  });

  it("F4: what is sent then takes room that the send which looks has found", async () => {
    const broadcast = new Broadcast<number>();
    const [small, large] = [broadcast.subscribe(1), broadcast.subscribe(9)];
    const signal = new ActingSignal("looked at");
    const received = large.recv(signal.options);
    const tried: boolean[] = [];
    signal.act = () => tried.push(broadcast.trySend(2));

    expect(broadcast.trySend(1)).toBe(false);

    expect([tried, small.len, large.len, await received]).toEqual([[true], 1, 0, got(2)]);
  });

  it("F4, C6: closed then, a send fails, whether it waits or not", async () => {
    const one = setUp();
    one.signal.act = () => one.broadcast.close();
    expect(() => one.broadcast.trySend(1)).toThrow("send on closed channel");
    expect([one.roomy.len, await one.received]).toEqual([0, closed]);

    const other = setUp();
    const stuck = other.broadcast.subscribe();
    const sent = other.broadcast.send(1);
    other.signal.act = () => other.broadcast.close();
    stuck.unsubscribe();
    await expect(sent).rejects.toThrow("send on closed channel");
    expect([other.roomy.len, await other.received]).toEqual([0, closed]);
  });

  it("F4: a sender that is gone then does not send, and the next one does", async () => {
    const { broadcast, roomy, signal, received } = setUp();
    const stuck = broadcast.subscribe();
    const abort = new AbortController();
    const sent = [broadcast.send(1, abort), broadcast.send(2)] as const;
    signal.act = () => abort.abort(reason);

    stuck.unsubscribe();

    await expect(sent[0]).rejects.toBe(reason);
    await sent[1];
    expect([await received, roomy.tryRecv(), roomy.len]).toEqual([got(2), got(2), 0]);
  });

  it("F4, C3: a send that is tried then does not overtake the one that waits", async () => {
    const { broadcast, roomy, signal, received } = setUp();
    const stuck = broadcast.subscribe();
    const sent = broadcast.send(1);
    const tried: boolean[] = [];
    signal.act = () => tried.push(broadcast.trySend(2));

    stuck.unsubscribe();

    await sent;
    expect([tried, await received, roomy.tryRecv(), roomy.len]).toEqual([
      [false],
      got(1),
      got(1),
      0,
    ]);
  });

  it("F4: the subscription of one that asks is taken out then: it is told the end", async () => {
    const broadcast = new Broadcast<number>();
    const [waits, asks] = [broadcast.subscribe(), broadcast.subscribe()];
    const signal = new ActingSignal("looked at");
    const sent = broadcast.send(1);
    const received = waits.recv(signal.options);
    signal.act = () => asks.unsubscribe();

    expect(asks.tryRecv()).toEqual(closed);

    expect(await received).toEqual(got(1));
    await sent;
  });
});

describe("Broadcast, when one that waits cannot send", () => {
  /** Those that wait to send; the signal of the last tells whether that one has been looked at. */
  function sending(broadcast: Broadcast<number>, count: number): () => boolean {
    const signal = new ActingSignal("looked at");
    for (let i = 1; i < count; i++) void broadcast.send(i);
    void broadcast.send(count, signal.options);
    signal.act = () => undefined;
    return () => signal.act === undefined;
  }

  it("F4: those behind it are not looked at, since they cannot either", () => {
    const broadcast = new Broadcast<number>();
    const full = broadcast.subscribe(1);
    broadcast.trySend(0);
    const isLookedAt = sending(broadcast, 3);

    expect(full.tryRecv()).toEqual(got(0));

    expect([waiting(broadcast).senders, isLookedAt()]).toEqual([2, false]);
  });

  it("F4, S1: nor where it is for want of receivers, as a select waits at two subscriptions", () => {
    const broadcast = new Broadcast<number>();
    const roomy = broadcast.subscribe(1);
    broadcast.trySend(0);
    void select([broadcast.subscribe(), broadcast.subscribe()]);
    const isLookedAt = sending(broadcast, 2);

    expect(roomy.tryRecv()).toEqual(got(0));

    expect([waiting(broadcast).senders, isLookedAt()]).toEqual([2, false]);
  });
});

describe("Broadcast, when a signal acts while it is let go", () => {
  /** The first of three that wait for the same value has such a signal. */
  function setUp() {
    const broadcast = new Broadcast<number>();
    const subscriptions = [
      broadcast.subscribe(),
      broadcast.subscribe(),
      broadcast.subscribe(),
    ] as const;
    const [a, b, c] = subscriptions;
    const signal = new ActingSignal("let go");
    const received = [a.recv(signal.options), b.recv(), c.recv()];
    return { broadcast, subscriptions, signal, received };
  }

  it("F4: a send that is tried then goes to those that wait still, or to none", async () => {
    const { broadcast, subscriptions, signal, received } = setUp();
    const tried: boolean[] = [];
    signal.act = () => tried.push(broadcast.trySend(2));

    expect(broadcast.trySend(1)).toBe(true);

    expect([tried, await Promise.all(received)]).toEqual([[false], [got(1), got(1), got(1)]]);
    expectNobodyWaits(broadcast, ...subscriptions);
  });

  it("F4, C3: it does not overtake one that waits, which has its turn when all are told", async () => {
    const { broadcast, subscriptions, signal, received } = setUp();
    const [a, b, c] = subscriptions;
    const more = [b.recv(), c.recv()];
    const seen: unknown[] = [];
    let sent: Promise<void> | undefined;
    signal.act = () => {
      sent = broadcast.send(2);
      more.push(a.recv());
      seen.push(waiting(broadcast).senders, broadcast.trySend(3));
    };

    expect(broadcast.trySend(1)).toBe(true);

    expect(seen).toEqual([1, false]);
    await sent;
    expect(await Promise.all([...received, ...more])).toEqual([
      ...[got(1), got(1), got(1)],
      ...[got(2), got(2), got(2)],
    ]);
    expectNobodyWaits(broadcast, ...subscriptions);
  });

  it("F4: one that asks then waits, and has its turn", async () => {
    const { broadcast, subscriptions, signal, received } = setUp();
    const [a, b, c] = subscriptions;
    const more = [b.recv(), c.recv()];
    const asked: unknown[] = [];
    let sent: Promise<void> | undefined;
    signal.act = () => {
      sent = broadcast.send(2);
      asked.push(a.tryRecv());
      more.push(a.recv());
    };

    expect(broadcast.trySend(1)).toBe(true);

    await sent;
    expect([asked, await Promise.all(received)]).toEqual([[undefined], [got(1), got(1), got(1)]]);
    expect(await Promise.all(more)).toEqual([got(2), got(2), got(2)]);
  });

  it("F4: one that asks then gets nothing of what another is given that has asked", async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe();
    const signal = new ActingSignal("let go");
    const sent = broadcast.send(1, signal.options);
    const asked: unknown[] = [];
    signal.act = () => asked.push(subscription.tryRecv());

    expect(subscription.tryRecv()).toEqual(got(1));

    expect(asked).toEqual([undefined]);
    await sent;
  });

  it("F4, C6: closed then, all get the value that was sent before", async () => {
    const { broadcast, signal, received } = setUp();
    signal.act = () => broadcast.close();

    expect(broadcast.trySend(1)).toBe(true);

    expect(await Promise.all(received)).toEqual([got(1), got(1), got(1)]);
  });

  it("F4: where one is aborted then that was to receive it, its buffer takes the value", async () => {
    const broadcast = new Broadcast<number>();
    const [first, roomy, strict] = [
      broadcast.subscribe(),
      broadcast.subscribe(1),
      broadcast.subscribe(),
    ];
    const signal = new ActingSignal("let go");
    const received = first.recv(signal.options);
    const abort = new AbortController();
    const withdrawn = [roomy.recv(abort), strict.recv(abort)];
    signal.act = () => abort.abort(reason);

    expect(broadcast.trySend(1)).toBe(true);

    expect(await received).toEqual(got(1));
    for (const promise of withdrawn) await expect(promise).rejects.toBe(reason);
    // Where there is none, it is lost, but not in silence.
    expect([roomy.tryRecv(), roomy.dropped, strict.dropped]).toEqual([got(1), 0, 1]);
  });

  it("F1, F4: a batch whose receiver is withdrawn then keeps the value, and waits no longer", async () => {
    const broadcast = new Broadcast<number>();
    const [first, second] = [broadcast.subscribe(), broadcast.subscribe()];
    const signal = new ActingSignal("let go");
    const received = first.recv(signal.options);
    const batches = batch(second, { size: 2, within: 60_000 });
    const abort = new AbortController();
    const withdrawn = batches.recv(abort);
    signal.act = () => abort.abort(reason);

    expect(broadcast.trySend(1)).toBe(true);

    await expect(withdrawn).rejects.toBe(reason);
    expect([await received, waiting(second).receivers]).toEqual([got(1), 0]);
    broadcast.close();
    expect(await batches.recv()).toEqual(got([1]));
  });

  it("F1, F4: a merge whose receiver is withdrawn then holds the value", async () => {
    const broadcast = new Broadcast<number>();
    const [first, second] = [broadcast.subscribe(), broadcast.subscribe()];
    const signal = new ActingSignal("let go");
    const received = first.recv(signal.options);
    const merged = merge<number>(second);
    const abort = new AbortController();
    const withdrawn = merged.recv(abort);
    signal.act = () => abort.abort(reason);

    broadcast.trySend(1);
    broadcast.close();

    await expect(withdrawn).rejects.toBe(reason);
    expect([await received, merged.closed, merged.len]).toEqual([got(1), false, 1]);
    expect([await merged.recv(), merged.closed]).toEqual([got(1), true]);
  });
});

describe("flows whose sources act while they wait or leave", () => {
  it("F3, F4: what is there when a batch begins to wait may be enough", async () => {
    const broadcast = new Broadcast<number>();
    const merged = merge<number>(broadcast.subscribe(), broadcast.subscribe());
    const sent = broadcast.send(1);

    const received = batch(merged, { size: 1, within: 60_000 }).recv();

    expect(await received).toEqual(got([1]));
    await sent;
    expect([waiting(merged).receivers, merged.len]).toEqual([0, 1]);
  });

  it("F2: a source that closes others when it is left", async () => {
    const [a, b, c] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    const shelf = new Shelf<number>();
    const merged = merge<number>(c, shelf, a, b);
    const received = merged.recv();
    shelf.during.unwatch = () => {
      a.close();
      b.close();
    };

    c.trySend(1);

    expect([await received, waiting(c), waiting(shelf)]).toEqual([
      got(1),
      { receivers: 0, senders: 0 },
      { receivers: 0, senders: 0 },
    ]);
    c.close();
    shelf.close();
    expect(await merged.recv()).toEqual(closed);
  });

  it("F2: a source that ends others that are waited at when it is waited at", async () => {
    const [a, b, shelf] = [new Chan<number>(), new Chan<number>(), new Shelf<number>()];
    const merged = merge<number>(new Chan<number>(), shelf, a, b);
    shelf.during.watch = () => {
      a.close();
      b.close();
    };
    const received = merged.recv();

    shelf.change([1], 9);

    expect([await received, merged.closed]).toEqual([got(1), false]);
    expectNobodyWaits(a, b, shelf);
  });

  it("S5: a select that waits for a merge of a subscription and sends is one of two that meet", async () => {
    const broadcast = new Broadcast<number>();
    const merged = merge<number>(broadcast.subscribe());
    const chosen = select({ out: send(broadcast, 1), other: new Chan<number>() });

    expect(await merged.recv()).toEqual(got(1));

    expect((await chosen).key).toBe("out");
  });
});

// Links to elsewhere: receiving on loan, giving back, and being told at once.

import { describe, expect, it } from "@jest/globals";

import {
  Broadcast,
  Chan,
  ChanPort,
  CustomChan,
  CustomRecvChan,
  merge,
  type Received,
  select,
} from "../../src/index.js";
import { settle } from "../../src/testing/index.js";

/** Remembers what it is told. */
class Log {
  readonly told: unknown[] = [];
  done = (outcome: unknown): void => {
    this.told.push(outcome);
  };
  failed = (error: unknown): void => {
    this.told.push(error);
  };
}

const ok = <T>(value: T): Received<T> => ({ ok: true, value, done: false });
const closed = { ok: false, value: undefined, done: true };

/** The same as a Chan, as a kind of one's own. */
class Custom<T> extends CustomChan<T> {
  readonly inner: Chan<T>;
  readonly cap: number;

  constructor(cap: number) {
    super();
    this.cap = cap;
    this.inner = new Chan(cap);
  }

  get len(): number {
    return this.inner.len;
  }

  protected poll(): Received<T> | undefined {
    return this.inner.tryRecv();
  }

  protected offer(value: T): boolean {
    return this.inner.trySend(value);
  }
}

describe.each([
  ["a Chan", (cap: number) => new Chan<number>(cap)],
  ["a kind of one's own", (cap: number) => new Custom<number>(cap)],
])("ChanPort of %s", (_, make) => {
  it("P2: receives at once what is there, or waits its turn; it is told inside the send", async () => {
    const chan = make(3);
    await chan.send(1);
    const port = new ChanPort(chan);
    const log = new Log();
    const withdraw = port.receive(log);
    expect([log.told, withdraw()]).toEqual([[ok(1)], false]);
    port.receive(log);
    void chan.send(2);
    expect(log.told).toEqual([ok(1), ok(2)]);
  });

  it("P2: stands in one line with other receivers, and leaves it when it is withdrawn", async () => {
    const chan = make(3);
    const port = new ChanPort(chan);
    const [first, gone, last] = [new Log(), new Log(), new Log()];
    port.receive(first);
    const withdraw = port.receive(gone);
    const other = chan.recv();
    port.receive(last);
    expect([withdraw(), withdraw()]).toEqual([true, false]);
    for (const n of [1, 2, 3]) void chan.send(n);
    await expect(other).resolves.toEqual(ok(2));
    expect([first.told, gone.told, last.told]).toEqual([[ok(1)], [], [ok(3)]]);
  });

  it("P2: what comes back stands in front, whatever the cap, and is received in order", async () => {
    const chan = make(2);
    const port = new ChanPort(chan);
    const log = new Log();
    for (const n of [1, 2]) await chan.send(n);
    port.receive(log);
    port.receive(log);
    for (const n of [3, 4]) await chan.send(n);
    const waiting = chan.send(5);
    port.putBack([1, 2]);
    const received: unknown[] = [];
    for (let n = 0; n < 5; n++) received.push((await chan.recv()).value);
    await waiting;
    expect(received).toEqual([1, 2, 3, 4, 5]);
    expect(chan.len).toBe(0);
  });

  it("P2: senders wait until what came back has left room below the cap", async () => {
    const chan = make(1);
    const port = new ChanPort(chan);
    const log = new Log();
    chan.trySend(1);
    port.receive(log);
    chan.trySend(2);
    const sent = chan.send(3).then(() => "sent");

    port.putBack([1]);
    expect(chan.tryRecv()).toEqual(ok(1));
    expect(await Promise.race([sent, settle()])).toBeUndefined();
    expect(chan.tryRecv()).toEqual(ok(2));

    expect(await sent).toBe("sent");
    expect(chan.tryRecv()).toEqual(ok(3));
  });

  it("P2: what comes back goes to what waits", async () => {
    const chan = make(1);
    const port = new ChanPort(chan);
    await chan.send(1);
    port.receive(new Log());
    const [plain, chosen] = [chan.recv(), select({ chan })];
    port.putBack([1]);
    await expect(plain).resolves.toEqual(ok(1));
    void chan.send(2);
    await expect(chosen).resolves.toMatchObject({ key: "chan", value: 2 });
  });

  it("P2: a closed channel is not drained while a value is on loan", async () => {
    const chan = make(1);
    const port = new ChanPort(chan);
    await chan.send(1);
    port.receive(new Log());
    const before = chan.recv();
    chan.close();
    const after = chan.recv();
    await settle();
    expect(chan.tryRecv()).toBeUndefined();
    port.putBack([1]);
    await expect(before).resolves.toEqual(ok(1));
    await expect(after).resolves.toEqual(closed);
    await expect(chan.recv()).resolves.toEqual(closed);
  });

  it("P2: it is drained when what was on loan is kept", async () => {
    const chan = make(2);
    const port = new ChanPort(chan);
    for (const n of [1, 2]) await chan.send(n);
    port.receive(new Log());
    port.receive(new Log());
    chan.close();
    const log = new Log();
    port.receive(log);
    port.keep(1);
    expect(log.told).toEqual([]);
    port.keep(1);
    expect(log.told).toEqual([closed]);
    port.receive(log);
    expect(log.told).toEqual([closed, closed]);
  });

  it("P2: sends at once, or waits its turn, and is told inside the receive", async () => {
    const chan = make(1);
    const port = new ChanPort(chan);
    expect(port.canSend).toBe(true);
    const [now, later, gone] = [new Log(), new Log(), new Log()];
    expect(port.send(1, now)()).toBe(false);
    port.send(2, later);
    const withdraw = port.send(3, gone);
    expect([now.told, later.told]).toEqual([[undefined], []]);
    expect([withdraw(), withdraw()]).toEqual([true, false]);
    expect(chan.tryRecv()).toEqual(ok(1));
    expect(later.told).toEqual([undefined]);
    expect([chan.tryRecv(), chan.tryRecv(), gone.told]).toEqual([ok(2), undefined, []]);
  });

  it("P2: close fails what waits to send, and is heard", async () => {
    const chan = make(1);
    const port = new ChanPort(chan);
    const log = new Log();
    port.send(1, log);
    port.send(2, log);
    const heard: string[] = [];
    port.onClose(() => heard.push("first"));
    new ChanPort(chan).onClose(() => heard.push("second"));
    const remove = port.onClose(() => heard.push("never"));
    remove();
    chan.close();
    expect(heard).toEqual(["first", "second"]);
    expect(log.told).toEqual([undefined, expect.objectContaining({ name: "ChannelClosedError" })]);
    expect(() => port.send(3, log)).toThrow("send on closed channel");
  });
});

describe("ChanPort of a Chan that is closed before all that was sent has come", () => {
  it("P2: is not drained while a value is expected, which goes to its end, whatever the cap", async () => {
    const chan = new Chan<number>(1);
    const port = new ChanPort(chan);
    expect(port.canAppend).toBe(true);
    await chan.send(1);
    port.expect(2);
    chan.close();
    port.append(2);
    expect(chan.len).toBe(2);
    expect([chan.tryRecv(), chan.tryRecv(), chan.tryRecv()]).toEqual([ok(1), ok(2), undefined]);
    const [plain, last] = [chan.recv(), chan.recv()];
    await settle();
    port.append(3);
    await expect(plain).resolves.toEqual(ok(3));
    await expect(last).resolves.toEqual(closed);
  });

  it("P2: what was expected and never comes is kept: the channel is drained then", async () => {
    const chan = new Chan<number>();
    const port = new ChanPort(chan);
    port.expect(1);
    chan.close();
    const waiting = chan.recv();
    port.keep(1);
    await expect(waiting).resolves.toEqual(closed);
  });

  it("P2: a send that the close fails may be expected then, and comes when the close is heard", async () => {
    const chan = new Chan<number>(1);
    const port = new ChanPort(chan);
    await chan.send(1);
    const failed = (): void => {
      port.expect(1);
    };
    port.send(2, { done: () => undefined, failed });
    port.onClose(() => {
      port.append(2);
    });
    chan.close();
    await expect(chan.recv()).resolves.toEqual(ok(1));
    await expect(chan.recv()).resolves.toEqual(ok(2));
    await expect(chan.recv()).resolves.toEqual(closed);
  });

  it("P2: kinds that have no such end cannot do so", () => {
    const ports = [new Custom<number>(1), new Broadcast<number>(), new Broadcast().subscribe()];
    expect(ports.map((chan) => new ChanPort(chan as never).canAppend)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("ChanPort of a broadcast and its subscriptions", () => {
  it("P2, F4: receives from a subscription on loan, and is told inside the send", async () => {
    const news = new Broadcast<number>();
    const chan = news.subscribe(2);
    const port = new ChanPort(chan);
    const log = new Log();
    news.trySend(1);
    port.receive(log);
    port.receive(log);
    news.trySend(2);
    expect(log.told).toEqual([ok(1), ok(2)]);
    for (const n of [3, 4]) news.trySend(n);
    port.putBack([1, 2]);
    expect([chan.len, news.trySend(5)]).toEqual([4, false]);
    const received: unknown[] = [];
    for (let n = 0; n < 4; n++) received.push((await chan.recv()).value);
    expect([received, news.trySend(5)]).toEqual([[1, 2, 3, 4], true]);
  });

  it("P2, F4: what comes back takes the room that a send had found", () => {
    const news = new Broadcast<number>();
    const chan = news.subscribe(3);
    const port = new ChanPort(chan);
    news.trySend(1);
    port.receive(new Log());
    news.trySend(2);
    port.putBack([1]);

    expect([news.trySend(3), news.trySend(4), chan.len]).toEqual([true, false, 3]);
    expect([1, 2, 3].map(() => chan.tryRecv()?.value)).toEqual([1, 2, 3]);
  });

  it("P2, F4: what comes back goes to what waits, and is not dropped for a newer value", async () => {
    const news = new Broadcast<number>();
    const chan = news.subscribe(1, { overflow: "dropOldest" });
    const port = new ChanPort(chan);
    news.trySend(1);
    port.receive(new Log());
    const waits = chan.recv();
    port.putBack([1]);
    await expect(waits).resolves.toEqual(ok(1));
    expect([chan.len, chan.dropped]).toEqual([0, 0]);
  });

  it.each([
    ["unsubscribed", (_: Broadcast<number>, chan: Disposable) => chan[Symbol.dispose]()],
    ["closed", (news: Broadcast<number>) => news.close()],
  ])("P2, F4: %s, it is not drained while a value is on loan, and is told", async (_, end) => {
    const news = new Broadcast<number>();
    const chan = news.subscribe(1);
    const port = new ChanPort(chan);
    const heard: string[] = [];
    port.onClose(() => heard.push("closed"));
    news.trySend(1);
    port.receive(new Log());
    const before = chan.recv();

    end(news, chan);

    const after = chan.recv();
    await settle();
    expect([heard, chan.tryRecv()]).toEqual([["closed"], undefined]);
    port.putBack([1]);
    await expect(before).resolves.toEqual(ok(1));
    await expect(after).resolves.toEqual(closed);
    expect(chan.tryRecv()).toEqual(closed);
  });

  it("P2, F4: sends to a broadcast, and hears of its close", () => {
    const news = new Broadcast<number>({ name: "news" });
    const chan = news.subscribe();
    const port = new ChanPort(news);
    const log = new Log();
    const heard: string[] = [];
    port.onClose(() => heard.push("closed"));
    port.send(1, log);
    expect([port.canSend, log.told, chan.tryRecv(), log.told]).toEqual([
      true,
      [undefined],
      ok(1),
      [undefined],
    ]);
    port.send(2, log);
    news.close();
    expect(log.told).toEqual([undefined, expect.objectContaining({ name: "ChannelClosedError" })]);
    expect(heard).toEqual(["closed"]);
    expect(() => port.receive(log)).toThrow("cannot be received from");
    expect(new ChanPort(chan).canSend).toBe(false);
  });
});

describe("ChanPort of a flow", () => {
  it("P2, F1: what comes back is received first, and it is not closed before", async () => {
    const source = new Chan<number>(2);
    const chan = merge(source);
    const port = new ChanPort(chan);
    for (const n of [1, 2]) await source.send(n);
    port.receive(new Log());
    source.close();
    port.putBack([1]);
    expect([chan.len, chan.closed]).toEqual([1, false]);
    expect([chan.tryRecv(), chan.len, chan.tryRecv(), chan.closed]).toEqual([
      ok(1),
      0,
      ok(2),
      true,
    ]);
  });
});

describe("ChanPort", () => {
  it("P2: is of channels only", () => {
    expect(() => new ChanPort({} as never)).toThrow(TypeError);
    expect(() => new ChanPort(undefined as never)).toThrow("a channel of this package is needed");
  });

  it("P2: what can only be received from cannot be sent to", () => {
    class Never extends CustomRecvChan<never> {
      readonly cap = 0;
      readonly len = 0;
      protected poll(): undefined {
        return undefined;
      }
    }
    const port = new ChanPort<never>(new Never());
    expect(port.canSend).toBe(false);
    expect(() => port.send(1 as never, new Log())).toThrow("cannot be sent to");
  });

  it("P2: a hook that throws fails the one that it was asked for", () => {
    class Odd extends CustomRecvChan<number> {
      readonly cap = 0;
      readonly len = 0;
      isOdd = false;
      protected poll(): undefined {
        if (this.isOdd) throw new RangeError("odd");
        return undefined;
      }
      wake(): void {
        this.isOdd = true;
        this.notify();
      }
    }
    const odd = new Odd();
    const port = new ChanPort(odd);
    const log = new Log();
    port.receive(log);
    odd.wake();
    expect(log.told).toEqual([new RangeError("odd")]);
    expect(() => port.receive(log)).toThrow("odd");
  });
});

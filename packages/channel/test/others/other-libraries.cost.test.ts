// What other libraries cannot do often, for long, or beside others.

import { describe, expect, it } from "@jest/globals";

import { Chan, select } from "../../src/index.js";
import { portOf } from "../../src/chan/recv-base.js";
import { FakeLoop } from "../support/loop.js";
import { got } from "../support/outcomes.js";
import { settle } from "../support/settle.js";
import { listeners, reason } from "../support/signals.js";
import { countTouches } from "../support/touches.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

const LIMIT = 1024;

describe("the number of those who wait", () => {
  it.each<[string, (ch: Chan<number>) => Promise<unknown>]>([
    [
      "receives (js-csp throws, @thi.ng/csp gives undefined, a repeater overflows)",
      (ch) => ch.recv(),
    ],
    ["selects", (ch) => select({ ch })],
    ["iterations (a repeater overflows)", (ch) => ch[Symbol.asyncIterator]().next()],
  ])("has no limit: 1025 %s", async (_, operation) => {
    const ch = new Chan<number>();
    const waits = Array.from({ length: LIMIT + 1 }, () => operation(ch));

    for (let i = 0; i <= LIMIT; i++) expect(ch.trySend(i)).toBe(true);

    expect((await Promise.all(waits)).at(-1)).toMatchObject(got(LIMIT));
  });

  it("has no limit: 1025 sends (js-csp throws, a repeater overflows)", async () => {
    const ch = new Chan<number>();
    const sent = Array.from({ length: LIMIT + 1 }, (_, i) => ch.send(i));

    for (let i = 0; i <= LIMIT; i++) expect(ch.tryRecv()).toEqual(got(i));

    await Promise.all(sent);
    expectNobodyWaits(ch);
  });

  it("does not matter to one who withdraws (ts-chan, @nodeguy/channel and GopherJS search them all)", async () => {
    const ch = new Chan<number>();
    const abort = new AbortController();
    const before = Array.from({ length: LIMIT }, () => ch.recv());
    const withdrawn = ch.recv(abort);
    const after = Array.from({ length: LIMIT }, () => ch.recv());
    const waiters = [];
    for (let w = portOf(ch)?.receivers.firstLive(); w !== undefined; w = w.next) waiters.push(w);
    const touches = countTouches(waiters, ["next", "previous"]);

    abort.abort(reason);

    expect(touches.count).toBeLessThan(20);
    await expect(withdrawn).rejects.toBe(reason);
    expect(waiting(ch).receivers).toBe(2 * LIMIT);
    ch.close();
    await Promise.all([...before, ...after]);
  });

  it("does not matter to a signal that they share: it has one listener (whoever adds one each is warned of a leak)", async () => {
    const [ch, abort] = [new Chan<number>(), new AbortController()];
    const received = Promise.allSettled(Array.from({ length: LIMIT }, () => ch.recv(abort)));

    expect(listeners(abort.signal)).toBe(1);
    abort.abort(reason);

    expect(listeners(abort.signal)).toBe(0);
    expect((await received).every(({ status }) => status === "rejected")).toBe(true);
  });
});

describe("the event loop", () => {
  /** Two tasks that send each other a number, which counts the messages. */
  async function pingPong(loop: FakeLoop, msPerMessage: number): Promise<{ messages: number }> {
    const { Chan } = await loop.load();
    const [ping, pong] = [new Chan<number>(), new Chan<number>()];
    const count = { messages: 0 };
    const play = async (from: typeof ping, to: typeof ping): Promise<void> => {
      for await (const n of from) {
        count.messages = n;
        loop.time += msPerMessage;
        if (n === 20_000) return;
        await to.send(n + 1);
      }
    };
    void play(ping, pong);
    void play(pong, ping);
    void ping.send(1);
    return count;
  }

  it("gets its turn while two tasks talk: timers run (@thi.ng/csp, @lesomnus/channel, @nodeguy/channel, medium, async-channel, async-csp, ts-chan in unsafe mode: never)", async () => {
    const loop = new FakeLoop();
    const count = await pingPong(loop, 0.001);
    const perTurn: number[] = [];

    for (let before = 0; perTurn.length < 100 && before < 20_000; before = count.messages) {
      await settle();
      perTurn.push(count.messages - before);
      loop.turnOnly();
    }

    expect(count.messages).toBe(20_000);
    // 20 ms of talking, and a turn in about every half millisecond.
    expect(perTurn.length).toBeGreaterThan(20);
    expect(Math.max(...perTurn)).toBeLessThan(2000);
  });

  it("is not bothered for each message: 20 000 that take next to no time need no turn (ts-chan and js-csp: one each)", async () => {
    const loop = new FakeLoop();

    const count = await pingPong(loop, 0.00001);
    await settle();

    expect(count.messages).toBe(20_000);
  });
});

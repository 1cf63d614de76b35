import { beforeEach, describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { gosched } from "../../src/loop/gosched.js";
import { pacing } from "../../src/loop/outcomes.js";
import { type Channels, type FakeLoop, loadedLoop } from "../support/loop.js";
import { closed, got } from "../support/outcomes.js";
import { reason } from "../support/signals.js";
import { Continuations, pending, settle } from "../support/settle.js";

describe("outcomes", () => {
  let loop: FakeLoop;
  let channels: Channels;
  beforeEach(async () => {
    ({ loop, channels } = await loadedLoop());
  });

  describe("of a task that has run for a short time", () => {
    it("C11: operations resolve at once", async () => {
      const ch = new channels.Chan<number>(1);

      for (let i = 0; i < 1000; i++) {
        await ch.send(i);
        await ch.recv();
        loop.time += 0.0001;
      }

      expect(channels.gosched()).toBeUndefined();
    });

    it("C11: 20,000 messages that take next to no time need no turn", async () => {
      const [ping, pong] = [new channels.Chan<number>(), new channels.Chan<number>()];
      let messages = 0;
      const play = async (from: typeof ping, to: typeof ping): Promise<void> => {
        for await (const n of from) {
          messages = n;
          loop.time += 0.00001;
          if (n === 20_000) return;
          await to.send(n + 1);
        }
      };

      void play(ping, pong);
      void play(pong, ping);
      void ping.send(1);
      await settle();

      expect(messages).toBe(20_000);
    });

    it("C11: a turn is asked for once a slice, and not at all while nothing happens", async () => {
      expect(loop.isTurnDue).toBe(false);

      for (let i = 0; i < 100; i++) void channels.gosched();
      expect(loop.isTurnDue).toBe(true);
      await loop.turn();

      expect(loop.isTurnDue).toBe(false);
    });
  });

  describe("of a task that has run too long", () => {
    it("C11: a send and a receive resolve in a later macrotask", async () => {
      const ch = new channels.Chan<string>(2);
      loop.overrun(channels);

      const sent = ch.send("a");
      const received = ch.recv();

      expect(await pending(sent)).toBe(true);
      expect(await pending(received)).toBe(true);
      await loop.drain();
      await sent;
      expect(await received).toEqual(got("a"));
    });

    it("C11: so does everything else that one may await", async () => {
      const ch = new channels.Chan<string>();
      const ended = new channels.Chan<string>();
      ended.close();
      const group = new channels.WaitGroup();
      const iterator = ch[Symbol.asyncIterator]();
      loop.overrun(channels);

      const promises = [
        ended.recv(),
        channels.select([ended]),
        group.wait(),
        channels.gosched()!,
        iterator.return!(),
        iterator.next(),
        new channels.Group().go(() => undefined),
      ];

      for (const promise of promises) expect(await pending(promise)).toBe(true);
      await loop.drain();
      const outcomes = await Promise.all(promises);
      expect(outcomes[0]).toEqual(closed);
      expect(outcomes[1]).toEqual({ key: 0, ...closed });
      expect(outcomes.slice(2)).toEqual([undefined, undefined, closed, closed, true]);
    });

    it("C11: so does what fails, so that trying again and again starves nothing", async () => {
      const ended = new channels.Chan<string>();
      ended.close();
      const ch = new channels.Chan<string>();
      const abort = new AbortController();
      const late = [ch.recv(abort), channels.select([ch], abort)];
      loop.overrun(channels);
      const aborted = { signal: AbortSignal.abort(reason) };

      const failures = [
        ended.send("a"),
        ch.recv(aborted),
        channels.select([channels.send(ended, "a")]),
        new channels.WaitGroup().wait(aborted),
        new channels.Semaphore(1).acquire(1, aborted),
        ...late,
      ];
      abort.abort(reason);

      const outcomes = failures.map((failure) => expect(failure).rejects.toBeDefined());
      for (const failure of failures) expect(await pending(failure)).toBe(true);
      await loop.drain();
      await Promise.all(outcomes);
    });

    it("C11: the value is committed at the call all the same", async () => {
      const ch = new channels.Chan<string>(1);
      const meeting = new channels.Chan<string>();
      loop.overrun(channels);

      void ch.send("a");
      expect(ch.len).toBe(1);
      void ch.recv();
      expect(ch.len).toBe(0);
      const received = meeting.recv();
      expect(meeting.trySend("b")).toBe(true);
      expect(meeting.trySend("c")).toBe(false);

      expect(await pending(received)).toBe(true);
      await loop.drain();
      expect(await received).toEqual(got("b"));
    });

    it("C5: waiters, deferred or not, continue in the order in which they were committed", async () => {
      const ch = new channels.Chan<number>();
      const continuations = new Continuations();
      const received = Array.from({ length: 6 }, () => ch.recv());
      for (const i of [3, 0, 5, 2, 1, 4]) continuations.note(`${i}`, received[i]!);
      ch.trySend(0);
      ch.trySend(1);
      await settle();
      loop.overrun(channels);

      ch.trySend(2);
      ch.trySend(3);
      await settle();
      expect(continuations.order).toEqual(["0", "1"]);
      ch.trySend(4);
      await loop.turn();
      ch.trySend(5);
      await loop.drain();

      expect(continuations.order).toEqual(["0", "1", "2", "3", "4", "5"]);
    });

    it("C5: waiters that a close wakes do so, too, and rejections", async () => {
      const [empty, full] = [new channels.Chan<number>(), new channels.Chan<number>()];
      const group = new channels.WaitGroup();
      const continuations = new Continuations();
      group.add();
      continuations.note("recv 1", empty.recv());
      continuations.note("recv 2", empty.recv());
      continuations.note("send 1", full.send(1));
      continuations.note("select", channels.select([channels.send(full, 2)]));
      continuations.note("group", group.wait());
      loop.overrun(channels);

      empty.close();
      full.close();
      group.done();
      await settle();

      expect(continuations.order).toEqual([]);
      await loop.drain();
      expect(continuations.order).toEqual(["recv 1", "recv 2", "send 1!", "select!", "group"]);
    });

    it("C7: an abort after the commit changes nothing, though the promise is yet to resolve", async () => {
      const ch = new channels.Chan<string>();
      const abort = new AbortController();
      const received = ch.recv(abort);
      const chosen = channels.select([ch], abort);
      loop.overrun(channels);

      ch.trySend("a");
      ch.trySend("b");
      abort.abort(reason);
      await loop.drain();

      expect(await received).toEqual(got("a"));
      expect(await chosen).toEqual({ key: 0, ...got("b") });
    });

    it("C11: after the turn, operations resolve at once again", async () => {
      const ch = new channels.Chan<string>(1);
      loop.overrun(channels);
      void ch.send("a");

      await loop.drain();

      const received = ch.recv();
      expect(await pending(received)).toBe(false);
      expect(channels.gosched()).toBeUndefined();
    });
  });

  it("are told at once while there is no pace, for tests; and at the pace again afterwards", async () => {
    const ch = new Chan<number>();
    const order: string[] = [];
    const wake = (count: number): void => {
      for (let i = 0; i < count; i++) void ch.recv().then(() => order.push("woken"));
      for (let i = 0; i < count; i++) ch.trySend(i);
      void Promise.resolve().then(() => order.push("after"));
    };

    pacing.isOn = false;
    wake(100);
    expect(gosched()).toBeUndefined();
    await settle();
    expect(order.indexOf("after")).toBe(100);

    pacing.isOn = true;
    order.length = 0;
    wake(100);
    await settle();
    expect(order.indexOf("after")).toBeLessThan(100);
    expect(order).toHaveLength(101);
  });
});

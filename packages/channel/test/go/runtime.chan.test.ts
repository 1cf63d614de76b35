// runtime/chan_test.go: the channel alone.

import { afterEach, describe, expect, it } from "@jest/globals";

import { Chan, WaitGroup } from "../../src/index.js";
import { forms } from "../support/forms.js";
import { bytesInUse } from "../support/memory.js";
import { closed, got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { expectNobodyWaits } from "../support/waiting.js";
import { allEnd, caps, everyInterleaving, go, goMany, numbers } from "./support.js";
import { isFull } from "../../../../tools/testing/depth.js";

describe.each(forms)("runtime, by $name", ({ bystanders, recv, send, tryRecv, trySend }) => {
  afterEach(() => {
    expectNobodyWaits(...bystanders);
  });

  describe.each(caps)("with cap %d", (cap) => {
    it("TestChan a: a receive from an empty channel blocks, a try gives nothing", async () => {
      const ch = new Chan<number>(cap);

      const received = [recv(ch), recv(ch)];

      expect(await pending(Promise.race(received))).toBe(true);
      expect(tryRecv(ch)).toBeUndefined();
      for (const value of [1, 2]) await send(ch, value);
      expect(await Promise.all(received)).toEqual([got(1), got(2)]);
    });

    it("TestChan b: a send to a full channel blocks, a try changes nothing", async () => {
      const ch = new Chan<number>(cap);
      for (let i = 0; i < cap; i++) await send(ch, i);

      const sent = send(ch, cap);

      expect(await pending(sent)).toBe(true);
      expect(trySend(ch, -1)).toBe(false);
      for (let i = 0; i <= cap; i++) expect(await recv(ch)).toEqual(got(i));
      await sent;
      expect(tryRecv(ch)).toBeUndefined();
    });

    it("TestChan c: what is buffered is received after close, then there is no more", async () => {
      const ch = new Chan<number>(cap);
      for (let i = 0; i < cap; i++) await send(ch, i);

      ch.close();

      for (let i = 0; i < cap; i++) {
        expect(ch.len).toBe(cap - i);
        expect(await recv(ch)).toEqual(got(i));
      }
      for (let i = 0; i < 3; i++) expect([await recv(ch), tryRecv(ch)]).toEqual([closed, closed]);
    });

    it("TestChan d: close wakes receivers", async () => {
      const ch = new Chan<number>(cap);
      const received = [recv(ch), recv(ch), recv(ch)];
      expect(await pending(Promise.race(received))).toBe(true);

      ch.close();

      expect(await Promise.all(received)).toEqual([closed, closed, closed]);
    });

    it("TestChan e: 100 values are received in the order sent", async () => {
      const ch = new Chan<number>(cap);
      go(async () => {
        for (let i = 0; i < 100; i++) await send(ch, i);
      });

      for (let i = 0; i < 100; i++) expect(await recv(ch)).toEqual(got(i));

      expectNobodyWaits(ch);
    });

    it("TestChan f: each of 4 × 250 values goes to exactly one of 4 receivers", async () => {
      const ch = new Chan<number>(cap);
      const counts = numbers(250).fill(0);

      await Promise.all([
        goMany(4, async () => {
          for (let i = 0; i < 250; i++) await send(ch, i);
        }),
        goMany(4, async () => {
          for (let i = 0; i < 250; i++) counts[(await recv(ch)).value ?? NaN]!++;
        }),
      ]);

      expect(counts).toEqual(numbers(250).fill(4));
    });

    it("TestChan g: len is what is buffered, cap does not change", async () => {
      const ch = new Chan<number>(cap);
      const seen = [[ch.len, ch.cap]];
      for (let i = 0; i < cap; i++) {
        await send(ch, i);
        seen.push([ch.len, ch.cap]);
      }
      const sent = send(ch, cap);
      sent.catch(() => undefined);
      seen.push([ch.len, ch.cap]);
      ch.close();
      seen.push([ch.len, ch.cap]);

      expect(seen).toEqual([...numbers(cap + 1), cap, cap].map((len) => [len, cap]));
      await expect(sent).rejects.toThrow("send on closed channel");
    });
  });

  it("TestNonblockRecvRace: what holds a value is ready while it is closed and drained", () => {
    const seen: unknown[] = [];

    const orders = everyInterleaving(() => {
      const ch = new Chan<number>(1);
      ch.trySend(1);
      return [[() => seen.push(tryRecv(ch))], [() => ch.close(), () => tryRecv(ch)]];
    });

    expect(orders).toBe(3);
    expect(seen).toEqual([got(1), got(1), closed]);
  });

  it("TestShrinkStackDuringBlockedSend: what waits survives a collection of garbage", async () => {
    const ch = new Chan<{ i: number }>();
    const sent = Promise.all(numbers(10).map((i) => send(ch, { i })));

    await bytesInUse();

    for (let i = 0; i < 10; i++) expect(await recv(ch)).toEqual(got({ i }));
    await sent;
  });
});

describe("runtime", () => {
  it("TestChanSendInterface: it is the very object that arrives, whatever the form", async () => {
    const ch = new Chan<object>(1);
    const value = { self: undefined };

    for (const { recv, send, tryRecv, trySend } of forms) {
      await send(ch, value);
      expect((await recv(ch)).value).toBe(value);
      expect(trySend(ch, value)).toBe(true);
      expect(tryRecv(ch)?.value).toBe(value);
      const received = recv(ch);
      expect(trySend(ch, value)).toBe(true);
      expect((await received).value).toBe(value);
    }
  });

  it("TestMultiConsumer: 23 workers range over one channel; each item is done once", async () => {
    const [workers, items] = [23, isFull ? 20_000 : 4000];
    const queue = new Chan<number>(3 * workers);
    const results = new Chan<number>(3 * workers);
    const group = new WaitGroup();
    const shares = numbers(workers).fill(0);
    for (let w = 0; w < workers; w++) {
      group.go(async () => {
        for await (const item of queue) {
          shares[w]!++;
          // Not all are equally fast.
          if (item % (w + 2) === 0) await Promise.resolve();
          await results.send(item);
        }
      });
    }
    const feeder = go(async () => {
      for (let i = 0; i < items; i++) await queue.send(i);
      queue.close();
      await group.wait();
      results.close();
    });

    let [count, sum] = [0, 0];
    for await (const item of results) {
      count++;
      sum += item;
    }

    expect([count, sum]).toEqual([items, (items * (items - 1)) / 2]);
    expect(Math.min(...shares)).toBeGreaterThan(0);
    await allEnd(feeder);
    expectNobodyWaits(queue, results);
  });
});

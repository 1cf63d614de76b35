import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { Group } from "../../src/sync/group.js";
import { loadedLoop } from "../support/loop.js";
import { closed, got } from "../support/outcomes.js";
import { isGarbage } from "../support/memory.js";
import { pending, settle } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

describe("Chan", () => {
  describe("for await", () => {
    it("C8: ends when the channel is closed and drained", async () => {
      const ch = new Chan<number | undefined>(3);
      ch.trySend(1);
      ch.trySend(undefined);
      ch.trySend(3);
      ch.close();

      expect(await all(ch)).toEqual([1, undefined, 3]);
    });

    it("C8: waits for values, and for the close", async () => {
      const ch = new Chan<number>();
      const values = all(ch);

      await ch.send(1);
      await ch.send(2);
      expect(await pending(values)).toBe(true);
      ch.close();

      expect(await values).toEqual([1, 2]);
    });

    it("C8: leaving it early neither closes the channel, nor takes another value", async () => {
      const ch = new Chan<number>(3);
      for (const value of [1, 2, 3]) ch.trySend(value);

      for await (const value of ch) if (value === 1) break;

      expect(ch.closed).toBe(false);
      expect(ch.len).toBe(2);
      expectNobodyWaits(ch);
    });

    it("C8: leaving it by an exception does not, either", async () => {
      const ch = new Chan<number>(2);
      for (const value of [1, 2]) ch.trySend(value);

      const failing = async (): Promise<void> => {
        for await (const value of ch) throw new Error(String(value));
      };

      await expect(failing()).rejects.toThrow("1");
      expect(ch.closed).toBe(false);
      expect(ch.len).toBe(1);
      expectNobodyWaits(ch);
    });

    it("C8: may be entered again", async () => {
      const ch = new Chan<number>(3);
      for (const value of [1, 2, 3]) ch.trySend(value);
      ch.close();

      for await (const value of ch) if (value === 1) break;

      expect(await all(ch)).toEqual([2, 3]);
    });

    it("C8: several loops share the values, and all end", async () => {
      const ch = new Chan<number>();
      const loops = [all(ch), all(ch), all(ch)];

      for (let i = 0; i < 100; i++) await ch.send(i);
      ch.close();

      const shares = await Promise.all(loops);
      const values = shares.flat().sort((a, b) => a - b);
      expect(values).toEqual(Array.from({ length: 100 }, (_, i) => i));
      expect(shares.every((share) => share.length > 0)).toBe(true);
    });
  });

  describe("an iterator", () => {
    it("C8: next is a plain receive", async () => {
      const ch = new Chan<string>(1);
      ch.trySend("a");
      const iterator = ch[Symbol.asyncIterator]();

      expect(await iterator.next()).toStrictEqual(got("a"));
      const second = iterator.next();
      expect(waiting(ch).receivers).toBe(1);
      ch.trySend("b");
      expect(await second).toStrictEqual(got("b"));
      ch.close();
      expect(await iterator.next()).toStrictEqual(closed);
    });

    it("C8: return leaves no waiting receive", async () => {
      const ch = new Chan<string>();
      const iterator = ch[Symbol.asyncIterator]();
      const nexts = [iterator.next(), iterator.next()];
      expect(waiting(ch).receivers).toBe(2);

      const returned = iterator.return?.();

      expectNobodyWaits(ch);
      expect(ch.trySend("a")).toBe(false);
      expect(await returned).toEqual(closed);
      expect(await Promise.all(nexts)).toEqual([closed, closed]);
    });

    it("C8: return withdraws what still waits only: what has a value keeps it", async () => {
      const ch = new Chan<string>();
      const iterator = ch[Symbol.asyncIterator]();
      const nexts = [iterator.next(), iterator.next(), iterator.next()];

      ch.trySend("a");
      void iterator.return?.();

      expectNobodyWaits(ch);
      expect(await Promise.all(nexts)).toEqual([got("a"), closed, closed]);
    });

    it("C8: return withdraws its own receives only", async () => {
      const ch = new Chan<string>();
      const iterator = ch[Symbol.asyncIterator]();
      const nexts = [iterator.next(), ch.recv(), iterator.next()] as const;

      void iterator.return?.();

      expect(waiting(ch).receivers).toBe(1);
      ch.trySend("a");
      expect(await nexts[1]).toEqual(got("a"));
    });

    it("C8: return withdraws what waits although an earlier receive has completed", async () => {
      const ch = new Chan<string>();
      const iterator = ch[Symbol.asyncIterator]();
      void iterator.next();
      void iterator.next();
      ch.trySend("a");
      void iterator.next();
      ch.trySend("b");
      ch.trySend("c");
      void iterator.next();

      void iterator.return?.();

      expectNobodyWaits(ch);
    });

    it("C10: keeps nothing of what it has received, also if it always waits for two", async () => {
      const ch = new Chan<object>();
      const iterator = ch[Symbol.asyncIterator]();
      void iterator.next();
      const values = Array.from({ length: 100 }, () => {
        void iterator.next();
        const value = {};
        ch.trySend(value);
        return new WeakRef(value);
      });

      await settle();
      expect(await isGarbage(...values)).toBe(true);
      void iterator.return?.();
      expectNobodyWaits(ch);
    });

    it("C8: is done for ever once it was left: next takes no value", async () => {
      const ch = new Chan<string>(1);
      ch.trySend("a");
      const iterator = ch[Symbol.asyncIterator]();
      await iterator.return?.();

      expect(await iterator.next()).toEqual(closed);
      expect(await iterator.return?.()).toEqual(closed);

      expect(ch.len).toBe(1);
      expect(ch.closed).toBe(false);
    });
  });

  describe("for await over values with a signal", () => {
    it("C8: is a plain loop while it is not aborted, and with null", async () => {
      for (const options of [undefined, {}, { signal: null }, new AbortController()]) {
        const ch = new Chan<number>(2);
        ch.trySend(1);
        ch.trySend(2);
        ch.close();

        expect(await all(ch.values(options))).toEqual([1, 2]);
      }
    });

    it("C8: throws the reason while it waits, and leaves nothing that waits", async () => {
      const ch = new Chan<number>();
      const abort = new AbortController();
      const loop = all(ch.values(abort));
      await ch.send(1);
      expect(await pending(loop)).toBe(true);

      abort.abort(reason);

      expectNobodyWaits(ch);
      await expect(loop).rejects.toBe(reason);
      expect(ch.trySend(2)).toBe(false);
      expect(listeners(abort.signal)).toBe(0);
    });

    it("C8: throws the reason between two values, and the next one stays", async () => {
      const ch = new Chan<number>(2);
      ch.trySend(1);
      ch.trySend(2);
      const abort = new AbortController();
      const seen: number[] = [];

      const loop = (async () => {
        for await (const value of ch.values(abort)) {
          seen.push(value);
          abort.abort(reason);
        }
      })();

      await expect(loop).rejects.toBe(reason);
      expect(seen).toEqual([1]);
      expect(ch.tryRecv()).toEqual(got(2));
    });

    it("C8: throws the reason if it is aborted from the start, also of a closed channel", async () => {
      const ch = new Chan<number>(1);
      ch.trySend(1);
      ch.close();

      const values = ch.values({ signal: aborted() });

      await expect(all(values)).rejects.toBe(reason);
      expect(ch.len).toBe(1);
    });

    it("C8: a value that was handed over before the abort still reaches the loop", async () => {
      const ch = new Chan<number>();
      const abort = new AbortController();
      const seen: number[] = [];
      const loop = (async () => {
        for await (const value of ch.values(abort)) seen.push(value);
      })();

      ch.trySend(1);
      abort.abort(reason);

      await expect(loop).rejects.toBe(reason);
      expect(seen).toEqual([1]);
    });

    it("C8: reads the signal once: changing the options changes nothing", async () => {
      const ch = new Chan<number>();
      const abort = new AbortController();
      const options: { signal: AbortSignal | undefined } = { signal: abort.signal };
      const values = ch.values(options);
      options.signal = undefined;

      const next = values.next();
      abort.abort(reason);

      await expect(next).rejects.toBe(reason);
    });

    it("B5: ends a stage of a group in which another has failed", async () => {
      const ch = new Chan<number>();
      const group = new Group();
      const seen: number[] = [];
      void group.go(async () => {
        await ch.send(1);
        throw reason;
      });
      void group.go(async (signal) => {
        for await (const n of ch.values({ signal })) seen.push(n);
      });

      await expect(group.wait()).rejects.toBe(reason);
      expect(seen).toEqual([1]);
      expectNobodyWaits(ch);
    });

    it("B5: lets the consumer of a generator leave although the channel is idle", async () => {
      const ch = new Chan<number>();
      const abort = new AbortController();
      async function* doubled(): AsyncGenerator<number, void> {
        for await (const n of ch.values(abort)) yield n * 2;
      }
      const generator = doubled();
      const next = generator.next();
      const left = generator.return();

      abort.abort(reason);

      await expect(next).rejects.toBe(reason);
      expect((await left).done).toBe(true);
      expect(ch.trySend(1)).toBe(false);
    });

    it("B10: what is no signal is a TypeError of the first next", async () => {
      const ch = new Chan<number>(1);
      ch.trySend(1);

      await expect(all(ch.values({ signal: 0 as never }))).rejects.toThrow(
        new TypeError("signal must be an AbortSignal, not 0"),
      );
      expect(ch.len).toBe(1);
    });
  });

  describe("an iterator, by hand", () => {
    it("C8: is itself iterable", async () => {
      const ch = new Chan<number>(2);
      ch.trySend(1);
      ch.trySend(2);
      ch.close();
      const iterator = ch[Symbol.asyncIterator]();

      expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
      expect(await all(iterator)).toEqual([1, 2]);
    });

    it("C8: throw withdraws what waits, then rejects with what it was given", async () => {
      const ch = new Chan<string>(0);
      const iterator = ch.values();
      const nexts = [iterator.next(), iterator.next()];
      ch.trySend("a");

      const thrown = iterator.throw?.(reason);

      expectNobodyWaits(ch);
      await expect(thrown).rejects.toBe(reason);
      expect(await Promise.all(nexts)).toEqual([got("a"), closed]);
      expect(await iterator.next()).toEqual(closed);
      await expect(iterator.throw?.()).rejects.toBeUndefined();
      expect(ch.closed).toBe(false);
    });

    it("C8: throw tells those that wait before it rejects", async () => {
      const ch = new Chan<string>();
      const iterator = ch.values();
      const order: string[] = [];
      void iterator.next().then(() => order.push("next"));

      await iterator.throw?.(reason).catch(() => order.push("throw"));

      expect(order).toEqual(["next", "throw"]);
    });

    it("C8: the end of an await using withdraws what waits", async () => {
      const ch = new Chan<string>();
      let next: Promise<unknown> | undefined;
      {
        await using iterator = ch.values();
        next = iterator.next();
      }

      expectNobodyWaits(ch);
      expect(await next).toEqual(closed);
    });

    it("C8: an abort rejects each next that waits, and later ones, until it was left", async () => {
      const ch = new Chan<string>(1);
      const abort = new AbortController();
      const iterator = ch.values(abort);
      const nexts = [iterator.next(), iterator.next()];

      abort.abort(reason);
      ch.trySend("a");

      for (const next of [...nexts, iterator.next()]) await expect(next).rejects.toBe(reason);
      await iterator.return?.();
      expect(await iterator.next()).toEqual(closed);
      expect(ch.len).toBe(1);
    });

    it("B6: yield* passes an error on to the code that throws it, and what is returned", async () => {
      const ch = new Chan<number>();
      async function* delegate(): AsyncGenerator<number, unknown> {
        return yield* ch.values() as AsyncIterable<number, unknown>;
      }
      const [destroyed, returned] = [delegate(), delegate()];
      for (const generator of [destroyed, returned]) {
        const next = generator.next();
        ch.trySend(1);
        expect(await next).toEqual({ done: false, value: 1 });
      }

      await expect(destroyed.throw(reason)).rejects.toBe(reason);
      expect(await returned.return(Promise.resolve("result"))).toEqual({
        done: true,
        value: "result",
      });
      expectNobodyWaits(ch);
    });

    it("C8: when the signal is aborted, its reason is thrown also if an abort listener leaves first", async () => {
      const ch = new Chan<number>();
      const controller = new AbortController();
      const numbers = ch.values({ signal: controller.signal });
      controller.signal.addEventListener("abort", () => void numbers.return?.());
      const next = numbers.next();

      controller.abort(reason);

      await expect(next).rejects.toBe(reason);
      expectNobodyWaits(ch);
    });

    it("C8: leaving ends a wait as a close does while its signal is not aborted", async () => {
      const ch = new Chan<number>();
      const numbers = ch.values({ signal: new AbortController().signal });
      const next = numbers.next();

      expect(await numbers.return?.()).toEqual(closed);

      expect(await next).toEqual(closed);
      expectNobodyWaits(ch);
    });

    it("C8, C11: leaving loops again and again lets the event loop have its turn", async () => {
      const { loop, channels } = await loadedLoop();
      const numbers = new channels.Chan<number>().values();
      loop.overrun(channels);

      const returned = numbers.return!();
      expect(await pending(returned)).toBe(true);
      await loop.drain();

      expect(await returned).toEqual(closed);
    });
  });

  async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
    const seen: T[] = [];
    for await (const value of values) seen.push(value);
    return seen;
  }
});

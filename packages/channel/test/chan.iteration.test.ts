import { describe, expect, it } from "@jest/globals";

import { Chan } from "../src/chan.js";
import { closed, got } from "./support/outcomes.js";
import { isGarbage } from "./support/memory.js";
import { pending, settle } from "./support/settle.js";
import { expectNobodyWaits, waiting } from "./support/waiting.js";

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
      expect(await isGarbage(...values.slice(0, -1))).toBe(true);
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

  async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
    const seen: T[] = [];
    for await (const value of values) seen.push(value);
    return seen;
  }
});

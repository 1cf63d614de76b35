import { describe, expect, it, jest } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { forms } from "../support/forms.js";
import { closed, got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";

describe("Chan", () => {
  describe("cap", () => {
    it("C1: is 0 by default: a send waits for a receive", async () => {
      const ch = new Chan<string>();

      const sent = ch.send("a");

      expect(ch.cap).toBe(0);
      expect(await pending(sent)).toBe(true);
      await ch.recv();
      await sent;
    });

    it.each([0, 1, 2, 1000, 2 ** 32, Number.MAX_SAFE_INTEGER, Infinity])("C1: may be %p", (cap) => {
      expect(new Chan(cap).cap).toBe(cap);
    });

    it.each([-1, 0.5, 1.5, NaN, -Infinity, "1", null, true, 1n, {}, Symbol("cap")])(
      "C1: throws RangeError if it is %p",
      (cap) => {
        const error: unknown = expect.objectContaining({
          name: "RangeError",
          message: expect.stringMatching(/^cap must be a non-negative integer or Infinity, not ./),
        });
        expect(() => new Chan(cap as number)).toThrow(error);
      },
    );

    it("C1: is 0 if -0 is given", () => {
      expect(new Chan(-0).cap).toBe(0);
    });

    it("C1: costs nothing until it is used, however large", () => {
      const channels = Array.from({ length: 10_000 }, () => new Chan<number>(2 ** 50));

      for (const ch of channels) ch.trySend(1);

      expect(channels.every((ch) => ch.len === 1)).toBe(true);
    });

    it("C1: Infinity never makes a send wait", () => {
      const ch = new Chan<number>(Infinity);

      let sent = 0;
      while (sent < 100_000 && ch.trySend(sent)) sent++;

      expect(ch.len).toBe(100_000);
    });

    it("C1: never changes", () => {
      const ch = new Chan<number>(2);
      const caps = readings(
        () => ch.cap,
        [() => ch.trySend(1), () => ch.trySend(2), () => ch.close(), () => ch.tryRecv()],
      );

      expect(caps).toEqual([2, 2, 2, 2, 2]);
      expect(() => Object.assign(ch, { cap: 3 })).toThrow(TypeError);
    });
  });

  describe("len", () => {
    it("C1: counts buffered values", () => {
      const ch = new Chan<number>(2);
      const lens = readings(
        () => ch.len,
        [() => ch.trySend(1), () => ch.trySend(2), () => ch.tryRecv(), () => ch.tryRecv()],
      );

      expect(lens).toEqual([0, 1, 2, 1, 0]);
    });

    it.each([0, 1, 2])("C1: does not count the values of waiting senders, with cap %d", (cap) => {
      const ch = new Chan<number>(cap);

      for (let i = 0; i < 5; i++) void ch.send(i);

      expect(ch.len).toBe(cap);
    });
  });

  describe("a value", () => {
    const thenable = { then: jest.fn() };
    const hostile = {
      get then(): unknown {
        throw new Error("this must not be read");
      },
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const values = [
      ...[undefined, null, false, true, 0, -0, NaN, "", "text", 1n, Symbol("symbol")],
      ...[{}, [], new Error("value"), () => 1, class A extends Error {}, new Chan()],
      ...[Promise.resolve(1), new Promise(() => undefined), thenable, closed],
    ];

    describe.each(forms)("by $name (S8)", ({ recv, send, tryRecv, trySend }) => {
      it("C2: passes through a buffer unchanged, whatever it is", async () => {
        for (const value of values) {
          const ch = new Chan<unknown>(2);

          await send(ch, value);
          trySend(ch, value);

          expectSame(await recv(ch), value);
          expectSame(tryRecv(ch), value);
        }
      });

      it("C2: passes unchanged to a waiting receiver, whatever it is", async () => {
        for (const value of values) {
          const ch = new Chan<unknown>();

          const received = [recv(ch), recv(ch)] as const;
          await send(ch, value);
          trySend(ch, value);

          expectSame(await received[0], value);
          expectSame(await received[1], value);
        }
      });

      it("C2: passes unchanged from a waiting sender, whatever it is", async () => {
        for (const value of values) {
          const ch = new Chan<unknown>();

          const sent = [send(ch, value), send(ch, value)];

          expectSame(await recv(ch), value);
          expectSame(tryRecv(ch), value);
          await Promise.all(sent);
        }
      });

      it("C2: is not asked for its `then`", async () => {
        const ch = new Chan<unknown>(1);

        await send(ch, thenable);
        await recv(ch);
        void recv(ch);
        await send(ch, thenable);

        expect(thenable.then).not.toHaveBeenCalled();
      });
    });

    it.each([
      ["whose then throws", hostile],
      ["that is a revoked proxy", revoked.proxy],
    ])("C2: passes unchanged, one %s", async (_, value) => {
      for (const { recv, send, tryRecv, trySend } of forms) {
        const ch = new Chan<unknown>(1);
        const received = recv(ch);
        await send(ch, value);
        trySend(ch, value);
        const sent = send(ch, value);

        const outcomes = [await received, tryRecv(ch), await recv(ch)];

        await sent;
        expect(outcomes.every((outcome) => outcome?.value === value)).toBe(true);
      }
    });

    it("C2: passes through a loop unchanged", async () => {
      const ch = new Chan<unknown>(Infinity);
      for (const value of values) ch.trySend(value);
      ch.close();

      const seen: unknown[] = [];
      for await (const value of ch) seen.push(value);

      expect(seen).toHaveLength(values.length);
      seen.forEach((value, i) => expect(value).toBe(values[i]));
    });

    function expectSame(received: unknown, value: unknown): void {
      expect(received).toStrictEqual(got(value));
      expect((received as { value: unknown }).value).toBe(value);
    }
  });

  it("C2: is not thenable", async () => {
    const ch = new Chan<number>();

    expect("then" in ch).toBe(false);
    expect(await Promise.resolve(ch)).toBe(ch);
  });

  it("is an instance of its class, whatever its options", () => {
    expect(new Chan()).toBeInstanceOf(Chan);
    expect(new Chan(1, { overflow: "dropOldest" })).toBeInstanceOf(Chan);
  });

  describe("name", () => {
    it("is the one given, or undefined", () => {
      expect(new Chan(0, { name: "jobs" }).name).toBe("jobs");
      expect(new Chan().name).toBeUndefined();
      expect(new Chan(1, { name: undefined, overflow: undefined }).name).toBeUndefined();
    });
  });

  describe("Symbol.dispose", () => {
    it("closes the channel", () => {
      const ch = new Chan<number>();

      {
        using used = ch;
        expect(used.closed).toBe(false);
      }

      expect(ch.closed).toBe(true);
    });

    it("does nothing if the channel is closed already", () => {
      const ch = new Chan<number>();
      ch.close();

      expect(() => ch[Symbol.dispose]()).not.toThrow();
      expect(ch.closed).toBe(true);
    });
  });
});

/** What is read at first, and after each of the steps. */
function readings<T>(read: () => T, steps: readonly (() => unknown)[]): T[] {
  return [read(), ...steps.map((step) => (step(), read()))];
}

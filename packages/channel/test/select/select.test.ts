import { describe, expect, it } from "@jest/globals";

import { send } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { select, trySelect } from "../../src/select/select.js";
import { inVariousOrders } from "../support/randomness.js";
import { closed, got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

const sent = { ok: true, value: undefined, done: false };

describe("select", () => {
  describe("the result", () => {
    it("names the case by its key, with what came of it", async () => {
      const full = new Chan<string>(1);
      const empty = new Chan<string>();
      full.trySend("a");

      expect(await select({ empty, full })).toStrictEqual({ key: "full", ...got("a") });
      expect(trySelect({ empty, out: send(full, "b") })).toStrictEqual({ key: "out", ...sent });
      expect(await select([empty, full])).toStrictEqual({ key: 1, ...got("b") });
      expect(trySelect([empty, null, send(full, "c")])).toStrictEqual({ key: 2, ...sent });
      expect(trySelect({ empty })).toBeUndefined();
    });

    it("is the same when the select had to wait", async () => {
      const ch = new Chan<string>();
      const idle = new Chan<string>();

      const received = select([idle, ch]);
      ch.trySend("a");
      const wasSent = select({ idle, out: send(ch, "b") });
      ch.tryRecv();
      const ended = select({ ch, idle });
      ch.close();

      expect(await received).toStrictEqual({ key: 1, ...got("a") });
      expect(await wasSent).toStrictEqual({ key: "out", ...sent });
      expect(await ended).toStrictEqual({ key: "ch", ...closed });
    });

    it("is a send of the value that was given to it", async () => {
      const ch = new Chan<{ n: number }>(1);
      const value = { n: 1 };

      await select([send(ch, value)]);

      expect(ch.tryRecv()?.value).toBe(value);
    });
  });

  describe("the choice", () => {
    it("S1: of several ready cases one commits, and no other channel is touched", async () => {
      await inVariousOrders(async () => {
        const chans = [new Chan<number>(1), new Chan<number>(1), new Chan<number>(1)] as const;
        chans[0].trySend(0);
        chans[1].trySend(1);

        const { key } = await select([chans[0], chans[1], send(chans[2], 2)]);

        const lens = [1, 1, 0];
        lens[key] = key === 2 ? 1 : 0;
        expect(chans.map((ch) => ch.len)).toEqual(lens);
        expectNobodyWaits(...chans);
      });
    });

    it("S1: falls during the call if a case is ready", () => {
      const ch = new Chan<string>(1);
      const idle = new Chan<string>();

      void select({ idle, out: send(ch, "a") });
      expect(ch.len).toBe(1);
      void select([idle, ch]);

      expect(ch.len).toBe(0);
      expectNobodyWaits(ch, idle);
    });

    it("S1: of a select that waits, the first case that can be served commits, and no other", async () => {
      const chans = [new Chan<number>(), new Chan<number>(), new Chan<number>()] as const;
      const chosen = select([chans[0], send(chans[1], 1), chans[2]]);

      expect(chans[1].tryRecv()).toEqual(got(1));

      expect(chans[0].trySend(0)).toBe(false);
      expect(chans[2].trySend(2)).toBe(false);
      expect(chans[1].tryRecv()).toBeUndefined();
      expectNobodyWaits(...chans);
      expect(await chosen).toEqual({ key: 1, ...sent });
    });

    it("S1: two selects that meet commit one case each", async () => {
      await inVariousOrders(async () => {
        const chans = [new Chan<string>(), new Chan<string>()] as const;
        const receiving = select(chans);

        const sending = select([send(chans[0], "a"), send(chans[1], "b")]);

        expectNobodyWaits(...chans);
        const { key, value } = await receiving;
        expect(await sending).toEqual({ key, ...sent });
        expect(value).toBe(["a", "b"][key]);
      });
    });

    it("S1: a value is not lost to a select that has committed elsewhere", async () => {
      const [a, b] = [new Chan<string>(), new Chan<string>()];
      const chosen = select({ a, b });
      const next = b.recv();

      a.trySend("for select");
      b.trySend("for next");

      expect(await chosen).toEqual({ key: "a", ...got("for select") });
      expect(await next).toEqual(got("for next"));
    });

    it("S1: trySelect never says no while a case is ready", () => {
      const [a, b] = [new Chan<number>(1), new Chan<number>(1)];
      a.trySend(0);
      for (let i = 0; i < 100; i++) {
        // One is full as the other becomes empty: at each instant exactly one is ready.
        expect(trySelect({ a, b })).toBeDefined();
        (i % 2 === 0 ? b : a).trySend(i);
      }
    });
  });

  describe("itself", () => {
    it("S5: a select never meets itself", async () => {
      const ch = new Chan<string>();

      const chosen = select([send(ch, "a"), ch]);

      expect(await pending(chosen)).toBe(true);
      expect(waiting(ch)).toEqual({ receivers: 1, senders: 1 });
      ch.trySend("b");
      expect(await chosen).toEqual({ key: 1, ...got("b") });
      expectNobodyWaits(ch);
    });

    it("S5: two of the same kind meet each other", async () => {
      const ch = new Chan<string>();
      const first = select({ in: ch, out: send(ch, "a") });

      const second = select({ in: ch, out: send(ch, "b") });

      const { key, value } = await first;
      expect(value).toBe(key === "in" ? "b" : undefined);
      expect((await second).key).toBe(key === "in" ? "out" : "in");
      expectNobodyWaits(ch);
    });

    it("S5: trySelect does not, either", () => {
      const ch = new Chan<string>();

      expect(trySelect({ in: ch, out: send(ch, "a") })).toBeUndefined();
      expect(trySelect([send(ch, "a"), ch])).toBeUndefined();
    });

    it("S5: over a buffer it may send, and receive its own value another time", async () => {
      const ch = new Chan<number>(10);
      let inside = 0;

      for (let i = 0; i < 1000; i++) {
        const { key } = await select({ in: ch, out: send(ch, i) });
        inside += key === "out" ? 1 : -1;
        expect(ch.len).toBe(inside);
      }
    });
  });

  it("takes very many cases", async () => {
    const idle = Array.from({ length: 10_000 }, () => new Chan<number>());
    const chosen = select(idle);

    idle[7777]?.trySend(1);

    expect(await chosen).toEqual({ key: 7777, ...got(1) });
    expectNobodyWaits(...idle.filter((_, i) => i % 100 === 0));
  });
});

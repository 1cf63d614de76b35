import { afterEach, describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { forms } from "../support/forms.js";
import { closed, got } from "../support/outcomes.js";
import { Continuations, pending, settle } from "../support/settle.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

describe.each(forms)("S8: Chan, by $name", ({ bystanders, recv, send, tryRecv, trySend }) => {
  afterEach(() => {
    expectNobodyWaits(...bystanders);
  });

  describe("a hand-over", () => {
    it.each([0, 1])(
      "C4: a value goes straight to the longest-waiting receiver, and no later receive can steal it, with cap %d",
      async (cap) => {
        const ch = new Chan<string>(cap);
        const first = recv(ch);
        const second = recv(ch);

        expect(trySend(ch, "a")).toBe(true);
        expect(ch.len).toBe(0);
        expect(tryRecv(ch)).toBeUndefined();
        const third = recv(ch);

        expect(await first).toEqual(got("a"));
        expect(await pending(second)).toBe(true);
        expect(await pending(third)).toBe(true);
        ch.close();
      },
    );

    it("C4: a receive from a full buffer takes the head and moves the longest-waiting sender's value to the tail", async () => {
      const ch = new Chan<string>(2);
      await send(ch, "a");
      await send(ch, "b");
      const third = send(ch, "c");
      const fourth = send(ch, "d");

      expect(tryRecv(ch)).toEqual(got("a"));

      expect(ch.len).toBe(2);
      expect(waiting(ch).senders).toBe(1);
      expect(await pending(third)).toBe(false);
      expect(await pending(fourth)).toBe(true);
      expect([tryRecv(ch), tryRecv(ch), tryRecv(ch)]).toEqual([got("b"), got("c"), got("d")]);
      await fourth;
    });

    it("C4: a receive from an unbuffered channel takes the longest-waiting sender's value", async () => {
      const ch = new Chan<string>();
      const first = send(ch, "a");
      const second = send(ch, "b");

      expect(await recv(ch)).toEqual(got("a"));

      await first;
      expect(await pending(second)).toBe(true);
      expect(await recv(ch)).toEqual(got("b"));
    });

    it("C4: a send does not overtake senders that wait", async () => {
      const ch = new Chan<string>(1);
      await send(ch, "a");
      void send(ch, "b");

      expect(trySend(ch, "c")).toBe(false);
      void send(ch, "c");

      expect([tryRecv(ch), tryRecv(ch), tryRecv(ch)]).toEqual([got("a"), got("b"), got("c")]);
    });

    it.each([0, 1, 2, 7])("C4: values come in the order sent, with cap %d", async (cap) => {
      const ch = new Chan<number>(cap);
      const send100 = async (): Promise<void> => {
        for (let i = 0; i < 100; i++) await send(ch, i);
        ch.close();
      };

      void send100();
      const values: number[] = [];
      for (let r = await recv(ch); r.ok; r = await recv(ch)) values.push(r.value);

      expect(values).toEqual(Array.from({ length: 100 }, (_, i) => i));
    });
  });

  describe("continuing", () => {
    it("C5: receivers continue in the order in which they were committed, in whatever order they are awaited", async () => {
      const ch = new Chan<number>();
      const continuations = new Continuations();
      const received = [recv(ch), recv(ch), recv(ch)];
      for (const i of [2, 0, 1]) continuations.note(`recv ${i}`, received[i]!);

      for (let i = 0; i < 3; i++) trySend(ch, i);
      await settle();

      expect(continuations.order).toEqual(["recv 0", "recv 1", "recv 2"]);
    });

    it.each([0, 2])(
      "C5: senders continue in the order in which they were committed, with cap %d",
      async (cap) => {
        const ch = new Chan<number>(cap);
        const continuations = new Continuations();
        for (let i = 0; i < cap; i++) ch.trySend(i);
        const sent = [send(ch, 10), send(ch, 11), send(ch, 12)];
        for (const i of [1, 2, 0]) continuations.note(`send ${i}`, sent[i]!);

        for (let i = 0; i < 3; i++) tryRecv(ch);
        await settle();

        expect(continuations.order).toEqual(["send 0", "send 1", "send 2"]);
      },
    );

    it("C5: receivers that a close wakes continue in order, after those that were served before", async () => {
      const ch = new Chan<number>();
      const continuations = new Continuations();
      const received = [recv(ch), recv(ch), recv(ch)];
      for (const i of [2, 1, 0]) continuations.note(`recv ${i}`, received[i]!);

      trySend(ch, 1);
      ch.close();
      await settle();

      expect(continuations.order).toEqual(["recv 0", "recv 1", "recv 2"]);
      expect(await Promise.all(received)).toEqual([got(1), closed, closed]);
    });

    it("C5: senders that a close rejects continue in order", async () => {
      const ch = new Chan<number>();
      const continuations = new Continuations();
      const sent = [send(ch, 1), send(ch, 2), send(ch, 3)];
      for (const i of [2, 0, 1]) continuations.note(`send ${i}`, sent[i]!);

      tryRecv(ch);
      ch.close();
      await settle();

      expect(continuations.order).toEqual(["send 0", "send 1!", "send 2!"]);
    });
  });
});

import { afterEach, describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { select } from "../../src/select/select.js";
import { forms } from "../support/forms.js";
import { got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

describe.each(forms)("S8: Chan, by $name", ({ bystanders, recv, send, tryRecv, trySend }) => {
  afterEach(() => {
    expectNobodyWaits(...bystanders);
  });

  describe("an operation that can complete", () => {
    it("C3: buffers the value before the call returns", () => {
      const ch = new Chan<string>(2);

      void send(ch, "a");

      expect(ch.len).toBe(1);
      expect(ch.tryRecv()).toEqual(got("a"));
    });

    it("C3: takes the buffered value before the call returns", async () => {
      const ch = new Chan<string>(2);
      ch.trySend("a");

      const received = recv(ch);

      expect(ch.len).toBe(0);
      expect(ch.tryRecv()).toBeUndefined();
      expect(await received).toEqual(got("a"));
    });

    it("C3: serves the waiting receiver before the call returns", async () => {
      const ch = new Chan<string>();
      const received = recv(ch);

      void send(ch, "a");

      expectNobodyWaits(ch);
      expect(ch.trySend("b")).toBe(false);
      expect(await received).toEqual(got("a"));
    });

    it("C3: serves the waiting sender before the call returns", async () => {
      const ch = new Chan<string>();
      const sent = send(ch, "a");

      const received = recv(ch);

      expectNobodyWaits(ch);
      expect(ch.tryRecv()).toBeUndefined();
      expect(await received).toEqual(got("a"));
      await sent;
    });
  });

  describe("an operation that cannot complete", () => {
    it("C3: waits: a receive while there is no value", async () => {
      const ch = new Chan<string>(1);

      const received = recv(ch);

      expect(waiting(ch)).toEqual({ receivers: 1, senders: 0 });
      expect(await pending(received)).toBe(true);
      ch.trySend("a");
      expect(await received).toEqual(got("a"));
    });

    it.each([0, 1, 2])("C3: waits: a send while there is no room, with cap %d", async (cap) => {
      const ch = new Chan<number>(cap);
      for (let i = 0; i < cap; i++) await send(ch, i);

      const sent = send(ch, cap);

      expect(waiting(ch)).toEqual({ receivers: 0, senders: 1 });
      expect(await pending(sent)).toBe(true);
      ch.tryRecv();
      expect(await pending(sent)).toBe(false);
      ch.close();
    });

    it("C3: does nothing at all if it only tries", () => {
      const ch = new Chan<string>(1);

      expect(tryRecv(ch)).toBeUndefined();
      expect(trySend(ch, "a")).toBe(true);
      expect(trySend(ch, "b")).toBe(false);

      expectNobodyWaits(ch);
      expect(ch.len).toBe(1);
      expect(tryRecv(ch)).toEqual(got("a"));
      expect(tryRecv(ch)).toBeUndefined();
    });
  });

  describe("waiting operations", () => {
    it("C3: receivers are served first come, first served", async () => {
      const ch = new Chan<string>();
      const received = [recv(ch), ch.recv(), recv(ch), select([ch]), recv(ch)];

      for (const value of ["a", "b", "c", "d", "e"]) trySend(ch, value);

      const values = (await Promise.all(received)).map((r) => r.value);
      expect(values).toEqual(["a", "b", "c", "d", "e"]);
    });

    it.each([0, 1, 3])(
      "C3: senders are served first come, first served, with cap %d",
      async (cap) => {
        const ch = new Chan<number>(cap);
        const sent: Promise<void>[] = [];
        for (let i = 0; i < 10; i++) sent.push(i % 3 === 0 ? ch.send(i) : send(ch, i));

        const values: (number | undefined)[] = [];
        for (let i = 0; i < 10; i++) values.push(tryRecv(ch)?.value);

        expect(values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        await Promise.all(sent);
      },
    );
  });
});

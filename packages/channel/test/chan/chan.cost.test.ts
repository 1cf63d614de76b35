import { describe, expect, it } from "@jest/globals";

import { send as sendCase } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { portOf } from "../../src/chan/recv-base.js";
import { select } from "../../src/select/select.js";
import { forms } from "../support/forms.js";
import { isGarbage } from "../support/memory.js";
import { got } from "../support/outcomes.js";
import { reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

const MANY = 10_000;

describe("Chan", () => {
  describe("the number of waiters", () => {
    it.each<[string, (ch: Chan<number>) => Promise<{ value: number | undefined }>]>([
      ["receivers", (ch) => ch.recv()],
      ["selects", (ch) => select([ch])],
      ["iterators", (ch) => ch[Symbol.asyncIterator]().next()],
    ])("C10: has no limit: very many %s are served, each in turn", async (_, wait) => {
      const ch = new Chan<number>();
      const received = Array.from({ length: MANY }, () => wait(ch));
      expect(waiting(ch).receivers).toBe(MANY);

      for (let i = 0; i < MANY; i++) ch.trySend(i);

      const values = (await Promise.all(received)).map((r) => r.value);
      expect(values).toEqual(Array.from({ length: MANY }, (_, i) => i));
    });

    it("C10: has no limit: very many senders are served, each in turn", async () => {
      const ch = new Chan<number>();
      const sent = Array.from({ length: MANY }, (_, i) => ch.send(i));

      const values = sent.map(() => ch.tryRecv()?.value);

      expect(values).toEqual(sent.map((_, i) => i));
      await Promise.all(sent);
      expectNobodyWaits(ch);
    });

    it("C10: has no limit: very many senders are woken by one close", async () => {
      const ch = new Chan<number>(1);
      ch.trySend(-1);
      const sent = Array.from({ length: MANY }, (_, i) => ch.send(i));
      const outcomes = Promise.allSettled(sent);
      expect(waiting(ch).senders).toBe(MANY);

      ch.close();

      expect((await outcomes).every(({ status }) => status === "rejected")).toBe(true);
    });

    it("C10: does not matter to one that withdraws from their middle", async () => {
      const ch = new Chan<number>();
      const aborts = Array.from({ length: MANY }, () => new AbortController());
      const received = Promise.allSettled(aborts.map((abort) => ch.recv(abort)));

      const middle = MANY / 2;
      for (let i = 0; i < middle - 1; i++) {
        aborts[middle - i]?.abort(reason);
        aborts[middle + i]?.abort(reason);
      }

      expect(waiting(ch).receivers).toBe(3);
      for (let i = 0; i < 3; i++) ch.trySend(i);
      const values = (await received).flatMap((r) => (r.status === "fulfilled" ? [r.value] : []));
      expect(values).toEqual([got(0), got(1), got(2)]);
    });

    it("C10: does not matter to a select: it touches its own cases only", async () => {
      const busy = new Chan<number>();
      const chans = [new Chan<number>(), new Chan<number>()] as const;
      const others = Array.from({ length: MANY }, () => busy.recv());
      let looks = 0;
      for (const ch of [busy, ...chans]) {
        const { receivers } = portOf(ch)!;
        const remove = receivers.remove.bind(receivers);
        receivers.remove = (waiter) => {
          looks++;
          remove(waiter);
        };
      }

      const chosen = select([busy, ...chans]);
      chans[1].trySend(1);

      expect(looks).toBe(3);
      expect(waiting(busy).receivers).toBe(MANY);
      expect(await chosen).toEqual({ key: 2, ...got(1) });
      busy.close();
      await Promise.all(others);
    });
  });

  describe("a vacated slot", () => {
    describe.each(forms)("by $name (S8)", ({ recv, send }) => {
      it("C10: keeps no reference to a value that was received from the buffer", async () => {
        const ch = new Chan<object>(4);

        const ref = await passing(async (value) => {
          await send(ch, value);
          await recv(ch);
        });

        expect(await isGarbage(ref)).toBe(true);
        expect(ch.len).toBe(0);
      });

      it("C10: keeps no reference to a value that was handed over", async () => {
        const ch = new Chan<object>();

        const received = await passing(async (value) => {
          const waits = recv(ch);
          await send(ch, value);
          await waits;
        });
        const sent = await passing(async (value) => {
          const waits = send(ch, value);
          await recv(ch);
          await waits;
        });

        expect(await isGarbage(received, sent)).toBe(true);
        expectNobodyWaits(ch);
      });

      it("C10: keeps no reference to a value whose send was withdrawn, or rejected", async () => {
        const ch = new Chan<object>();
        const abort = new AbortController();

        const withdrawn = await passing(async (value) => {
          const sent = send(ch, value, abort);
          abort.abort(reason);
          await sent.catch(() => undefined);
        });
        const rejected = await passing(async (value) => {
          const sent = send(ch, value);
          ch.close();
          await sent.catch(() => undefined);
        });

        expect(await isGarbage(withdrawn, rejected)).toBe(true);
        expect(ch.len).toBe(0);
      });
    });

    it.each(["dropOldest", "dropNewest"] as const)(
      "C10: keeps no reference to what %s discards",
      async (overflow) => {
        const ch = new Chan<object>(1, { overflow });

        const oldest = await passing((value) => void ch.trySend(value));
        const newest = await passing((value) => void ch.trySend(value));

        expect(await isGarbage(overflow === "dropOldest" ? oldest : newest)).toBe(true);
        expect(ch.len).toBe(1);
      },
    );

    it("C10: keeps no reference to the value of a case that was not chosen", async () => {
      const full = new Chan<object>();
      const done = new Chan<null>();

      const ref = await passing(async (value) => {
        const chosen = select({ out: sendCase(full, value), done });
        done.trySend(null);
        await chosen;
      });

      expect(await isGarbage(ref)).toBe(true);
      expectNobodyWaits(full, done);
    });
  });

  /** Lets `act` do something with a new object, to which only `act` can have kept a reference. */
  async function passing(act: (value: object) => void | Promise<void>): Promise<WeakRef<object>> {
    const value = { payload: "value" };
    const ref = new WeakRef(value);
    await act(value);
    return ref;
  }
});

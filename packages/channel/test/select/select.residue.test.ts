import { describe, expect, it } from "@jest/globals";

import { send } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { select, trySelect } from "../../src/select/select.js";
import { bytesInUse } from "../support/memory.js";
import { got } from "../support/outcomes.js";
import { listeners, reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";
import { isFull } from "../../../../tools/testing/depth.js";

const VERY_MANY = isFull ? 100_000 : 20_000;

describe("select", () => {
  describe("losing cases", () => {
    it("S6: leave their queues at once, before the winner continues", () => {
      const [a, b, full] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
      void select([a, b, send(full, 1), b]);
      expect(waiting(a).receivers).toBe(1);
      expect(waiting(b).receivers).toBe(2);
      expect(waiting(full).senders).toBe(1);

      a.trySend(1);

      expectNobodyWaits(a, b, full);
    });

    it("S6: leave their queues when the select is rejected by a close", async () => {
      const [a, full] = [new Chan<number>(), new Chan<number>()];
      const chosen = select([a, send(full, 1), send(full, 2)]);

      full.close();

      expectNobodyWaits(a, full);
      await expect(chosen).rejects.toThrow("send on closed channel");
    });

    it("S6: keep the others' order", async () => {
      const [ch, other, third] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
      const received = [ch.recv(), undefined, ch.recv(), undefined, ch.recv()];
      const lost = [select([other, ch]), select([ch, third])];
      const queued = ch.recv();
      expect(waiting(ch).receivers).toBe(6);

      third.trySend(1);
      other.trySend(1);
      for (let i = 0; i < 4; i++) ch.trySend(i);

      const values = await Promise.all([...received.filter((p) => p !== undefined), queued]);
      expect(values).toEqual([got(0), got(1), got(2), got(3)]);
      expect((await Promise.all(lost)).map(({ key }) => key)).toEqual([0, 1]);
    });

    it("S6: a select keeps its place in each of its queues", async () => {
      const [a, b] = [new Chan<number>(), new Chan<number>()];
      const first = a.recv();
      const chosen = select({ b, a });
      const last = [a.recv(), b.recv()] as const;

      for (const value of [1, 2, 3]) a.trySend(value);
      b.trySend(4);

      expect(await first).toEqual(got(1));
      expect(await chosen).toEqual({ key: "a", ...got(2) });
      expect(await Promise.all(last)).toEqual([got(3), got(4)]);
    });

    it("S6: trySelect leaves nothing", () => {
      const [a, full] = [new Chan<number>(), new Chan<number>()];

      expect(trySelect([a, send(full, 1)])).toBeUndefined();

      expectNobodyWaits(a, full);
    });
  });

  it("S6: very many selects on a never-ready channel leave nothing behind", async () => {
    const done = new Chan<never>();
    const ch = new Chan<number>();
    const abort = new AbortController();
    const loop = async (rounds: number): Promise<void> => {
      for (let i = 0; i < rounds; i++) {
        const chosen = select({ done, ch }, abort);
        if (waiting(done).receivers !== 1) throw new Error("a loser is left");
        ch.trySend(i);
        await chosen;
      }
    };
    await loop(1000);
    const before = await bytesInUse();

    await loop(VERY_MANY);

    const growth = (await bytesInUse()) - before;
    expectNobodyWaits(done, ch);
    expect(listeners(abort.signal)).toBe(0);
    // The smallest object that could be left of each has 30 bytes.
    expect(growth).toBeLessThan(VERY_MANY * 30);
    abort.abort(reason);
  });
});

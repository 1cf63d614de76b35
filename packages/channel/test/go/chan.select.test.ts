// test/chan: select. What it evaluates, what it leaves alone, what it leaves behind.

import { describe, expect, it } from "@jest/globals";

import { type Case, Chan, select, send, trySelect } from "../../src/index.js";
import { got } from "../support/outcomes.js";
import { inVariousOrders } from "../support/randomness.js";
import { allEnd, blocks, go, goMany, numbers } from "./support.js";

/** Cases each of which notes, in `log`, that it is looked at. */
function noting(log: string[], cases: Readonly<Record<string, Case>>): Record<string, Case> {
  const notes: Record<string, Case> = {};
  for (const [name, one] of Object.entries(cases)) {
    Object.defineProperty(notes, name, {
      enumerable: true,
      get: () => {
        log.push(name);
        return one;
      },
    });
  }
  return notes;
}

describe("test/chan", () => {
  it("select: all cases are evaluated exactly once, chosen or not, default or not", async () => {
    const [ready, idle] = [new Chan<number>(1), new Chan<number>()];
    const log: string[] = [];
    const cases = noting(log, { idle, out: send(idle, 1), nil: null, ready });
    ready.trySend(1);

    expect(trySelect(cases)).toEqual({ key: "ready", ...got(1) });
    expect(log.splice(0)).toEqual(["idle", "out", "nil", "ready"]);
    expect(trySelect(cases)).toBeUndefined();
    expect(log.splice(0)).toEqual(["idle", "out", "nil", "ready"]);
    const chosen = select(cases);
    ready.trySend(2);
    expect(await chosen).toEqual({ key: "ready", ...got(2) });

    expect(log).toEqual(["idle", "out", "nil", "ready"]);
  });

  it("select: a send that is not chosen has evaluated its value all the same", async () => {
    let evaluated = 0;
    const next = (): number => ++evaluated;
    const [one, other] = [new Chan<number>(1), new Chan<number>(1)];

    for (let round = 1; round <= 5; round++) {
      await select([send(one, next()), send(other, next())]);
      one.tryRecv();
      other.tryRecv();
    }

    expect(evaluated).toBe(10);
  });

  it("select5: cases are evaluated in the order in which they stand, whatever is chosen", async () => {
    await inVariousOrders(async () => {
      const [a, c] = [new Chan<number>(1), new Chan<number>(1)];
      for (const ch of [a, c]) ch.trySend(0);
      const [b, d] = [send(new Chan<number>(1), 1), send(new Chan<number>(1), 3)];
      const log: string[] = [];

      await select(noting(log, { d, b, c, a }));

      expect(log).toEqual(["d", "b", "c", "a"]);
    });
  });

  it("select4: nothing is done with the value of a case that is not chosen", async () => {
    const touched = (): never => {
      throw new Error("touched");
    };
    const untouchable = new Proxy({}, { get: touched, has: touched, ownKeys: touched });
    const [ready, full] = [new Chan<number>(1), new Chan<object>()];
    ready.trySend(1);

    expect(await select({ out: send(full, untouchable), ready })).toEqual({
      key: "ready",
      ...got(1),
    });
  });

  it("select6: a loser leaves from between two others, which keep their order", async () => {
    const [ch, other] = [new Chan<number>(), new Chan<string>()];
    const first = ch.recv();
    const loser = select({ ch, other });
    const last = ch.recv();

    other.trySend("wins");
    for (const value of [1, 2]) ch.trySend(value);

    expect(await loser).toEqual({ key: "other", ...got("wins") });
    expect(await Promise.all([first, last])).toEqual([got(1), got(2)]);
    expect(ch.trySend(3)).toBe(false);
    await blocks(() => ch.recv());
  });

  it("doubleselect: each of 5000 values goes out on exactly one of four channels", async () => {
    const chans = numbers(4).map(() => new Chan<number>());
    const merged = new Chan<number>();
    const sender = go(async () => {
      for (let i = 0; i < 5000; i++) await select(chans.map((ch) => send(ch, i)));
      for (const ch of chans) ch.close();
    });
    const mergers = chans.map((ch) =>
      go(async () => {
        for await (const value of ch) await merged.send(value);
      }),
    );
    const closer = go(async () => {
      await allEnd(sender, ...mergers);
      merged.close();
    });
    const counts = numbers(5000).fill(0);

    for await (const value of merged) counts[value]!++;

    expect(counts).toEqual(numbers(5000).fill(1));
    await allEnd(closer);
  });

  it("ken/chan1: each of 1000 messages reaches one of ten that select", async () => {
    const ch = new Chan<number>(2);
    const marks = numbers(1000).fill(0);
    const receivers = goMany(10, async () => {
      for (let r = await select([ch]); r.ok; r = await select([ch])) marks[r.value]!++;
    });

    for (const i of marks.keys()) await select([send(ch, i)]);
    ch.close();
    await receivers;

    expect(marks).toEqual(numbers(1000).fill(1));
  });
});

import { describe, expect, it, jest } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import type { RecvChan } from "../../src/state/types.js";
import { select, trySelect } from "../../src/select/select.js";
import { after } from "../../src/time/after.js";
import { Ticker } from "../../src/time/ticker.js";
import { fakeTime } from "../support/faked-time.js";
import { got } from "../support/outcomes.js";
import { Continuations, pending, settle } from "../support/settle.js";
import { expectNobodyWaits } from "../support/waiting.js";

const kinds: readonly [string, (ms: number) => RecvChan<number>][] = [
  ["after", after],
  ["Ticker", (ms) => new Ticker(ms)],
];

const start = fakeTime();

describe.each(kinds)("%s, in a select", (_, every) => {
  it("S9: is a case, chosen when it is due", async () => {
    const chosen = select({ never: new Chan<never>(), time: every(1000) });

    jest.advanceTimersByTime(999);
    expect(await pending(chosen)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await chosen).toEqual({ key: "time", ...got(start + 1000) });
  });

  it("S9: is a case of trySelect, chosen once it is due", () => {
    const cases = { never: new Chan<never>(), time: every(1000) };
    expect(trySelect(cases)).toBeUndefined();

    jest.advanceTimersByTime(1500);

    expect(trySelect(cases)).toEqual({ key: "time", ...got(start + 1000) });
    expect(trySelect(cases)).toBeUndefined();
  });

  it("S1: the earlier of two is chosen, and the other keeps its value", async () => {
    const [late, early] = [every(2000), every(1000)];
    const chosen = select({ late, early });

    jest.advanceTimersByTime(5000);

    expect(await chosen).toEqual({ key: "early", ...got(start + 1000) });
    expect(late.tryRecv()).toEqual(got(start + 2000));
  });

  it("S1: standing in two cases it gives one value to one of them", async () => {
    const time = every(1000);
    const chosen = select([time, time]);
    expect(jest.getTimerCount()).toBe(1);

    jest.advanceTimersByTime(1000);

    expect(await chosen).toMatchObject(got(start + 1000));
    expect(time.tryRecv()).toBeUndefined();
    expectNobodyWaits(time);
  });

  it("S6, T2: a lost case leaves no timer, before the winner continues", async () => {
    const [time, data] = [every(60_000), new Chan<string>()];
    const chosen = select({ data, time });
    expect(jest.getTimerCount()).toBe(1);

    data.trySend("a");

    expect(jest.getTimerCount()).toBe(0);
    expectNobodyWaits(time);
    expect(await chosen).toEqual({ key: "data", ...got("a") });
  });

  it("S6, T2: a case that loses at once has had no timer", async () => {
    const data = new Chan<string>(1);
    data.trySend("a");

    void select({ data, time: every(60_000) });

    expect(jest.getTimerCount()).toBe(0);
    await settle();
  });

  it("T2: a lost case gives its value to a later select all the same", async () => {
    const [time, data] = [every(1000), new Chan<string>()];
    const lost = select({ data, time });
    data.trySend("a");
    await lost;

    jest.advanceTimersByTime(400);
    const chosen = select({ data, time });
    jest.advanceTimersByTime(600);

    expect(await chosen).toEqual({ key: "time", ...got(start + 1000) });
  });
});

describe("selects that share a Ticker", () => {
  it("T1: each tick goes to one of them, first come, first served", async () => {
    const [ticker, never] = [new Ticker(1000), new Chan<never>()];
    const continuations = new Continuations();
    const chosen = [select({ never, ticker }), select({ ticker })] as const;
    continuations.note("second", chosen[1]);
    continuations.note("first", chosen[0]);

    jest.advanceTimersByTime(1000);
    await settle();
    expect(continuations.order).toEqual(["first"]);
    jest.advanceTimersByTime(1000);
    await settle();

    expect(continuations.order).toEqual(["first", "second"]);
    expect(await chosen[0]).toEqual({ key: "ticker", ...got(start + 1000) });
    expect(await chosen[1]).toEqual({ key: "ticker", ...got(start + 2000) });
  });

  it("T1: one that is decided otherwise leaves the next tick to the other", async () => {
    const [ticker, data] = [new Ticker(1000), new Chan<string>()];
    const chosen = [select({ data, ticker }), select({ ticker })] as const;

    data.trySend("a");
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1000);

    expect(await chosen[0]).toEqual({ key: "data", ...got("a") });
    expect(await chosen[1]).toEqual({ key: "ticker", ...got(start + 1000) });
  });

  it("T1: a loop that is busy with other cases misses no tick of its grid", async () => {
    const [ticker, data] = [new Ticker(1000), new Chan<number>()];
    const ticks: unknown[] = [];
    for (let step = 1; step <= 40; step++) {
      const chosen = select({ data, ticker });
      jest.advanceTimersByTime(100);
      data.trySend(step);
      const { key, value } = await chosen;
      if (key === "ticker") ticks.push(value);
    }

    expect(ticks).toEqual([1, 2, 3, 4].map((tick) => start + tick * 1000));
  });
});

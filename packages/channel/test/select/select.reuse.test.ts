// What a select is made of serves the next one, and no task notices.

import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { portOf } from "../../src/chan/recv-base.js";
import { type Case, send } from "../../src/select/cases.js";
import { select, trySelect } from "../../src/select/select.js";
import { Shelf } from "../support/kinds.js";
import { bytesInUse, isGarbage } from "../support/memory.js";
import { got } from "../support/outcomes.js";
import { inVariousOrders } from "../support/randomness.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

/** Channels, and a select that waits for them alone: it would be told what another select is told. */
function bystander(): { channels: Chan<string>[]; chosen: Promise<unknown> } {
  const channels = Array.from({ length: 4 }, () => new Chan<string>());
  return { channels, chosen: select(channels) };
}

async function expectUntouched({ channels, chosen }: ReturnType<typeof bystander>): Promise<void> {
  for (const ch of channels) expect(waiting(ch).receivers).toBe(1);
  expect(channels[1]!.trySend("for the bystander")).toBe(true);
  expect(await chosen).toEqual({ key: 1, ...got("for the bystander") });
  expectNobodyWaits(...channels);
}

describe("selects one after the other", () => {
  it.each([1, 3, 20, 100])(
    "S1, S8: %s at a time, of any number of cases, each has its own",
    async (n) => {
      for (const cases of [1, 2, 12, 2]) {
        const channels = Array.from({ length: n }, () =>
          Array.from({ length: cases }, () => new Chan<number>()),
        );
        const chosen = channels.map((each) => select(each));

        const wereSent = channels.map((each, i) => each[i % cases]!.trySend(i));

        expect(wereSent).toEqual(channels.map(() => true));
        const expected = channels.map((_, i) => ({ key: i % cases, ...got(i) }));
        expect(await Promise.all(chosen)).toEqual(expected);
        expectNobodyWaits(...channels.flat());
      }
    },
  );

  it("S7: those that begin while the cases of another are read", async () => {
    const [ch, other] = [new Chan<string>(), new Chan<string>()];
    const inner: Promise<unknown>[] = [];
    const cases = {
      first: ch,
      get second() {
        inner.push(select({ other }));
        return undefined;
      },
      third: ch,
    };

    const chosen = select(cases);
    expect(waiting(ch).receivers).toBe(2);
    ch.trySend("a");
    other.trySend("b");

    expect(await chosen).toMatchObject(got("a"));
    expect(await Promise.all(inner)).toEqual([{ key: "other", ...got("b") }]);
  });

  it("S9: one that was refused in the middle leaves none of its cases to the next", async () => {
    const ready = new Chan<string>(1);
    ready.trySend("a");
    const bad = [ready, "no channel"] as never;

    await expect(select(bad)).rejects.toThrow(TypeError);
    expect(() => {
      trySelect(bad);
    }).toThrow(TypeError);

    const none: Case[] = [];
    expect(trySelect(none)).toBeUndefined();
    expect(ready.len).toBe(1);
  });

  it("C10: those that wait use the same cases again and again", async () => {
    const used = new Set<unknown>();
    for (let i = 0; i < 50; i++) {
      const channels = [new Chan<number>(), new Chan<number>()];
      const chosen = select(channels);
      for (const ch of channels) used.add(portOf(ch)!.receivers.firstLive());
      channels[i % 2]!.trySend(i);
      expect(await chosen).toEqual({ key: i % 2, ...got(i) });
    }

    expect(used.size).toBe(2);
  });

  it("C10: and so do those that need not wait", () => {
    const ready = new Chan<number>(1);
    const caseOf = (): unknown => {
      const ch = new Chan<number>();
      void select([ch]);
      const waiter = portOf(ch)!.receivers.firstLive();
      ch.close();
      return waiter;
    };

    const before = caseOf();
    ready.trySend(1);
    void select([ready]);
    trySelect([ready]);

    expect(caseOf()).toBe(before);
  });

  it("C10: keep no reference to channels and values of those that are over", async () => {
    const use = (): WeakRef<object>[] => {
      const value = {};
      const [ready, full, parked] = [new Chan<object>(1), new Chan<object>(), new Chan<object>()];
      ready.trySend(value);
      void select([ready, send(full, value)]);
      trySelect([ready, send(full, value)]);
      void select([parked, send(full, value)]);
      parked.trySend(value);
      return [value, ready, full, parked].map((each) => new WeakRef<object>(each));
    };

    expect(await isGarbage(...use())).toBe(true);
  });

  it("C10: so it is after many at a time, and after large ones", async () => {
    const use = (n: number, cases: number): WeakRef<object>[] =>
      Array.from({ length: n }, () => {
        const channels = Array.from({ length: cases }, () => new Chan<object>());
        void select(channels);
        return channels;
      }).flatMap((channels) => {
        channels[0]!.trySend({});
        return channels.map((ch) => new WeakRef<object>(ch));
      });

    expect(await isGarbage(...use(100, 2), ...use(2, 100))).toBe(true);
  });

  it.each([
    { n: 100, cases: 2, most: 16 },
    { n: 4, cases: 9, most: 0 },
  ])("C10: of $n with $cases cases at most $most are kept", async ({ n, cases, most }) => {
    const use = (): WeakRef<object>[] => {
      const all = Array.from({ length: n }, () =>
        Array.from({ length: cases }, () => new Chan<number>()),
      );
      for (const channels of all) void select(channels);
      const parked = all.map(([first]) => new WeakRef(portOf(first)!.receivers.firstLive()!));
      for (const [first] of all) first!.trySend(1);
      return parked;
    };

    const parked = use();
    await bytesInUse();

    expect(parked.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(most);
  });

  describe("in the middle of which a hook misbehaves", () => {
    it.each(["watch", "unwatch"] as const)("S1: by another select in %s", async (hook) => {
      await inVariousOrders(async () => {
        const [shelf, ch] = [new Shelf<string>(), new Chan<string>()];
        const bystanders: ReturnType<typeof bystander>[] = [];
        shelf.during = {
          [hook]: () => {
            ch.trySend("a");
            bystanders.push(bystander());
          },
        };

        const chosen = select({ shelf, ch });
        ch.trySend("a");

        expect(await chosen).toEqual({ key: "ch", ...got("a") });
        expectNobodyWaits(shelf, ch);
        expect(bystanders).toHaveLength(1);
        await expectUntouched(bystanders[0]!);
      });
    });

    const failure = new Error("a hook's");
    const ends = {
      "has an answer": () => undefined,
      throws: () => {
        throw failure;
      },
    };
    it.each([
      { hook: "poll" as const, end: "has an answer" as const },
      { hook: "poll" as const, end: "throws" as const },
      { hook: "offer" as const, end: "has an answer" as const },
      { hook: "offer" as const, end: "throws" as const },
    ])("S1: by ending the wait in $hook, which then $end", async ({ hook, end }) => {
      const [shelf, ch] = [new Shelf<string>(), new Chan<string>()];
      const it: Case = hook === "poll" ? shelf : send(shelf, "b");
      const chosen = select({ it, ch });
      let other: ReturnType<typeof bystander> | undefined;
      shelf.during = {
        [hook]: () => {
          if (other !== undefined) return;
          ch.trySend("a");
          other = bystander();
          ends[end]();
        },
      };

      if (hook === "poll") shelf.change(["b"]);
      else shelf.change([], 1);

      expect(await chosen).toEqual({ key: "ch", ...got("a") });
      await expectUntouched(other!);
    });
  });

  it("C7: an odd signal that ends the wait while it is given its listener", async () => {
    const [ch, other] = [new Chan<string>(), new Chan<string>()];
    const controller = new AbortController();
    let innocent: ReturnType<typeof bystander> | undefined;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      ch.trySend("a");
      innocent = bystander();
      add(...args);
    };

    const chosen = select({ ch, other }, { signal });
    controller.abort();

    expect(await chosen).toEqual({ key: "ch", ...got("a") });
    expectNobodyWaits(ch, other);
    await expectUntouched(innocent!);
  });
});

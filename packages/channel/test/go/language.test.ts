// test/*.go: making a channel, ranging over it, dropping it.

import { describe, expect, it } from "@jest/globals";

import { Chan, select, send } from "../../src/index.js";
import { portOf } from "../../src/chan/recv-base.js";
import { isGarbage } from "../support/memory.js";
import { got } from "../support/outcomes.js";
import { countTouches } from "../support/touches.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";
import { allEnd, go, numbers } from "./support.js";

describe("test", () => {
  it.each([0, 1, 10, 1_000_000, 2 ** 40])("chancap: a cap of %d is what was asked for", (cap) => {
    const ch = new Chan<number>(cap);

    expect([ch.cap, ch.len]).toEqual([cap, 0]);
  });

  it.each([-1, -(2 ** 31), -(2 ** 63), 2 ** 64])("chancap: a cap of %d is out of range", (cap) => {
    expect(() => new Chan(cap)).toThrow(RangeError);
  });

  it.each([0.5, -0.5, 1.5, NaN, "1", null, 1n])("makechan: a cap of %p is no integer", (cap) => {
    expect(() => new Chan(cap as number)).toThrow(RangeError);
  });

  it("makechan: 1.0 is an integer", () => {
    expect(new Chan(1.0).cap).toBe(1);
  });

  it("range: it goes over all values until the channel is closed, and gives no zero value", async () => {
    const ch = new Chan<string>();
    const sender = go(async () => {
      for (const letter of "abcdefghij") await ch.send(letter);
      ch.close();
    });

    let text = "";
    for await (const letter of ch) text += letter;

    expect(text).toBe("abcdefghij");
    await allEnd(sender);
  });

  it.each<[string, (ch: Chan<string>) => Promise<unknown>]>([
    ["break", byBreak],
    ["return", byReturn],
    ["an error", byError],
  ])(
    "range: leaving it by %s takes no other value, and leaves the channel open",
    async (_, leave) => {
      const ch = new Chan<string>(3);
      for (const letter of "abc") await ch.send(letter);

      await leave(ch);

      expect([ch.closed, ch.len]).toEqual([false, 2]);
      expectNobodyWaits(ch);
      expect(await ch.recv()).toEqual(got("b"));
    },
  );

  it("gc2: a channel that is dropped takes its values and its waiters along", async () => {
    const drop = (): WeakRef<object>[] => {
      const [buffered, sent, received] = [{}, {}, new Chan<object>()];
      const ch = new Chan<object>(1);
      void ch.send(buffered);
      void ch.send(sent);
      void select([received, send(ch, {})]);
      return [ch, buffered, sent, received].map((object) => new WeakRef(object));
    };

    expect(await isGarbage(...drop())).toBe(true);
  });

  it("chanlinear: for a loser to leave takes as long beside 1000 others as beside 500", async () => {
    const touches = async (n: number): Promise<number> => {
      const shared = new Chan<number>();
      const own = numbers(n).map(() => new Chan<number>());
      const chosen = own.map((ch) => select({ shared, ch }));
      const waiters = [];
      for (let w = portOf(shared)?.receivers.firstLive(); w !== undefined; w = w.next)
        waiters.push(w);
      expect(waiters).toHaveLength(n);
      const counted = countTouches(waiters, ["next", "previous"]);
      // From the middle outwards: neither end is near.
      const order = numbers(n).sort((a, b) => Math.abs(a - n / 2) - Math.abs(b - n / 2));
      for (const i of order) own[i]!.trySend(i);
      await Promise.all(chosen);
      expect(waiting(shared).receivers).toBe(0);
      return counted.count;
    };

    expect(await touches(1000)).toBeLessThan(2.1 * (await touches(500)));
  });
});

async function byBreak(ch: Chan<string>): Promise<void> {
  for await (const letter of ch) if (letter === "a") break;
}

async function byReturn(ch: Chan<string>): Promise<string | undefined> {
  for await (const letter of ch) return letter;
  return undefined;
}

async function byError(ch: Chan<string>): Promise<void> {
  const ranging = async (): Promise<void> => {
    for await (const letter of ch) throw new Error(letter);
  };
  await expect(ranging()).rejects.toThrow("a");
}

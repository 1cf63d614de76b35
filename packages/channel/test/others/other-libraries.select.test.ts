// What other libraries get wrong in select, or what they have in its place.

import { describe, expect, it } from "@jest/globals";

import { type Case, Chan, select, send, trySelect } from "../../src/index.js";
import { isGarbage } from "../support/memory.js";
import { closed, got } from "../support/outcomes.js";
import { inVariousOrders, Tally, seedRandomness } from "../support/randomness.js";
import { pending, settle } from "../support/settle.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

const sent = { ok: true, value: undefined, done: false };

describe("select", () => {
  it("does not meet itself: the value is not lost (ts-chan), nor received (@lesomnus/channel, @nodeguy/channel, medium)", async () => {
    await inVariousOrders(async () => {
      const ch = new Chan<string>();
      const chosen = select({ out: send(ch, "own"), in: ch });
      expect(await pending(chosen)).toBe(true);

      expect(ch.tryRecv()).toEqual(got("own"));

      expect(await chosen).toEqual({ key: "out", ...sent });
      expectNobodyWaits(ch);
    });
  });

  it("that sends and receives on one channel continues once (js-csp resumes twice, and spins)", async () => {
    const [ch, tally] = [new Chan<number>(), new Tally<string>()];
    let rounds = 0;
    const task = (async () => {
      for (; rounds < 2; rounds++) tally.add((await select({ out: send(ch, 1), in: ch })).key);
    })();

    ch.trySend(2);
    await settle();
    expect(rounds).toBe(1);
    ch.tryRecv();
    await task;

    tally.expectUniform(["in", "out"]);
    expectNobodyWaits(ch);
  });

  it("of one waits as the other goes on: each is woken (a select of @thi.ng/csp wakes another's waiter)", async () => {
    const [shared, a, b] = [new Chan<string>(), new Chan<string>(), new Chan<string>()];
    const first = select({ shared, a });
    const second = select({ shared, b });

    b.trySend("for the second");
    shared.trySend("for the first");

    expect(await second).toEqual({ key: "b", ...got("for the second") });
    expect(await first).toEqual({ key: "shared", ...got("for the first") });
  });

  it("gives the value that woke it, whoever tries to take it first (@thi.ng/csp gives undefined)", async () => {
    const [ch, idle] = [new Chan<string>(1), new Chan<string>()];
    const chosen = select({ idle, ch });

    ch.trySend("a");
    const thief = ch.tryRecv();

    expect(thief).toBeUndefined();
    expect(await chosen).toEqual({ key: "ch", ...got("a") });
  });

  it("gives its own value, not the last one of the channel (@nodeguy/channel)", async () => {
    const ch = new Chan<number>();
    const chosen = [select([ch]), select([ch])];
    const received = ch.recv();

    for (const value of [1, 2, 3]) ch.trySend(value);

    expect((await Promise.all(chosen)).map(({ value }) => value)).toEqual([1, 2]);
    expect(await received).toEqual(got(3));
  });

  it("withdraws its own losers and no bystander, and they eat no value (medium)", async () => {
    const [winner, loser] = [new Chan<string>(), new Chan<string>()];
    const before = loser.recv();
    const chosen = select({ winner, loser });
    const after = loser.recv();

    winner.trySend("won");
    loser.trySend("1");
    loser.trySend("2");

    expect(await chosen).toEqual({ key: "winner", ...got("won") });
    expect(await Promise.all([before, after])).toEqual([got("1"), got("2")]);
  });

  it("takes one value, though all its channels get one in the same instant (goscript took several)", async () => {
    const chans = [new Chan<number>(1), new Chan<number>(1), new Chan<number>(1)];
    const chosen = select(chans);

    for (const [i, ch] of chans.entries()) expect(ch.trySend(i)).toBe(true);

    expect(await chosen).toEqual({ key: 0, ...got(0) });
    expect(chans.map((ch) => ch.len)).toEqual([0, 1, 1]);
  });

  it("sends or receives, and never both (effect's race of an offer and a take is not atomic)", async () => {
    await inVariousOrders(async () => {
      const [from, to] = [new Chan<number>(1), new Chan<number>(1)];
      from.trySend(1);

      const { key } = await select({ from, to: send(to, 2) });

      expect([from.len, to.len]).toEqual(key === "from" ? [0, 0] : [1, 1]);
    });
  });

  it("tells that a channel is closed (@lesomnus/channel throws)", async () => {
    const [ch, idle] = [new Chan<number>(), new Chan<number>()];
    const waits = select({ idle, ch });

    ch.close();

    expect(await waits).toEqual({ key: "ch", ...closed });
    expect(await select({ idle, ch })).toEqual({ key: "ch", ...closed });
    expect(trySelect({ idle, ch })).toEqual({ key: "ch", ...closed });
  });

  it.each([undefined, null, 0, false, "", NaN])(
    "tries without waiting, and whatever there is (js-csp waits if the default is falsy): %p",
    (value) => {
      const [ch, idle] = [new Chan<unknown>(1), new Chan<unknown>()];

      expect(trySelect({ idle, ch })).toBeUndefined();
      ch.trySend(value);

      expect(trySelect({ idle, ch })).toEqual({ key: "ch", ...got(value) });
      expectNobodyWaits(ch, idle);
    },
  );

  it("has no favourites (@lesomnus/channel, @nodeguy/channel and effect choose the first)", async () => {
    const [a, b, tally] = [new Chan<number>(), new Chan<number>(), new Tally<string>()];
    for (const ch of [a, b]) ch.close();
    const restore = seedRandomness(3);

    for (let i = 0; i < 1000; i++) tally.add((await select({ a, b })).key);

    restore();
    tally.expectUniform(["a", "b"]);
  });

  it("has cases that are switched off (goscript apart, none has)", async () => {
    const ch = new Chan<number>(1);
    ch.trySend(1);
    const off: Case[] = [null, undefined, false, send<number>(null, 1)];

    expect(await select([...off, ch])).toEqual({ key: 4, ...got(1) });
    expect(trySelect(off)).toBeUndefined();
  });

  it("leaves nothing in a quiet channel that has lost (@nodeguy/channel 1.0.2 2.7 KB, js-csp up to 64 waiters, ts-chan a reaction of a promise)", async () => {
    const [quiet, busy] = [new Chan<object>(), new Chan<object>()];
    const cases = { quiet, out: send(quiet, {}), busy };
    const lose = async (): Promise<WeakRef<object>> => {
      const chosen = select(cases);
      busy.trySend({});
      return new WeakRef(await chosen);
    };
    const refs: WeakRef<object>[] = [];

    for (let i = 0; i < 1000; i++) {
      refs.push(await lose());
      if (waiting(quiet).receivers + waiting(quiet).senders > 0) throw new Error("a loser waits");
    }

    expect(await isGarbage(...refs)).toBe(true);
    expectNobodyWaits(quiet, busy);
  });
});

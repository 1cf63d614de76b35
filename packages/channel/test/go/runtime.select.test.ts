// runtime/chan_test.go: select. runtime/chanbarrier_test.go: what is sent arrives whole.

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { Chan, type Received, select, send, type SendCase, trySelect } from "../../src/index.js";
import { closed, got } from "../support/outcomes.js";
import { seedRandomness, Tally } from "../support/randomness.js";
import { settle } from "../support/settle.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";
import { allEnd, blocks, everyInterleaving, go, goMany, numbers } from "./support.js";
import { isFull } from "../../../../tools/testing/depth.js";

describe("runtime select", () => {
  let restore: () => void;
  beforeEach(() => {
    restore = seedRandomness(19870815);
  });
  afterEach(() => {
    restore();
  });

  it.each([
    ["TestNonblockSelectRace", "sent to", (c2: Chan<number>) => void c2.trySend(1)],
    ["TestNonblockSelectRace2", "closed", (c2: Chan<number>) => c2.close()],
  ])("%s: default is not chosen while one of two cases is ready: the other is %s", (_, __, act) => {
    const seen: unknown[] = [];

    for (let i = 0; i < 30; i++) {
      everyInterleaving(() => {
        const [c1, c2] = [new Chan<number>(1), new Chan<number>(1)];
        c1.trySend(1);
        return [[() => seen.push(trySelect([c1, c2]))], [() => act(c2), () => c1.tryRecv()]];
      });
    }

    expect(seen).toHaveLength(90);
    expect(seen).not.toContain(undefined);
  });

  it.each([0, 10])(
    "TestSelfSelect: two that send and receive on one channel, cap %d",
    async (cap) => {
      const ch = new Chan<number>(cap);
      const own = [0, 0];

      await goMany(2, async (me) => {
        for (let i = 0; i < 1000; i++) {
          const r = await select({ out: send(ch, me), in: ch });
          if (r.key === "in" && r.value === me) own[me]!++;
        }
      });

      // Without a buffer no select can have met itself.
      if (cap === 0) expect(own).toEqual([0, 0]);
      expectNobodyWaits(ch);
    },
  );

  it("TestSelectStress: plain and selecting tasks on four channels all come to their end", async () => {
    const n = isFull ? 2500 : 500;
    const chans = [0, 0, 2, 3].map((cap) => new Chan<number>(cap));
    const each = chans.map((ch) => [
      go(async () => {
        for (let i = 0; i < n; i++) await ch.send(i);
      }),
      go(async () => {
        for (let i = 0; i < n; i++) await ch.recv();
      }),
    ]);
    const all = [
      (ch: Chan<number>): SendCase => send(ch, 0),
      (ch: Chan<number>): Chan<number> => ch,
    ].map((toCase) =>
      go(async () => {
        const left = chans.map(() => n);
        while (left.some((some) => some > 0)) {
          const { key } = await select(chans.map((ch, i) => left[i]! > 0 && toCase(ch)));
          left[key]!--;
        }
      }),
    );

    await allEnd(...each.flat(), ...all);

    expect(chans.map((ch) => ch.len)).toEqual([0, 0, 0, 0]);
    expectNobodyWaits(...chans);
  });

  it("TestSelectFairness: of two ready and two idle cases each ready one is chosen as often", async () => {
    const trials = isFull ? 10_000 : 1000;
    const full = [new Chan<number>(trials + 1), new Chan<number>(trials + 1)] as const;
    for (const ch of full) for (let i = 0; i <= trials; i++) ch.trySend(i);
    const idle = [new Chan<number>(), new Chan<number>()] as const;
    const [out, done] = [new Chan<number>(), new Chan<never>()];
    const chooser = go(async () => {
      for (;;) {
        const { key } = await select([...full, ...idle]);
        if ((await select({ out: send(out, key), done })).key === "done") return;
      }
    });
    const tally = new Tally<number | undefined>();

    for (let i = 0; i < trials; i++) tally.add((await out.recv()).value);
    done.close();
    await allEnd(chooser);

    tally.expectUniform([0, 1]);
  });

  it.each([
    ["into a buffer", 100, false],
    ["to a waiter", 0, false],
    ["after a wait", 0, true],
  ])(
    "TestPseudoRandomSend: two sends to one channel give random bits, %s",
    async (_, cap, wait) => {
      const ch = new Chan<number>(cap);
      const received: Promise<Received<number>>[] = [];

      for (let i = 0; i < 100; i++) {
        if (cap === 0 && !wait) received.push(ch.recv());
        const chosen = select([send(ch, 0), send(ch, 1)]);
        if (wait) received.push(ch.recv());
        await chosen;
      }
      if (cap > 0) for (let i = 0; i < 100; i++) received.push(ch.recv());

      const ones = (await Promise.all(received)).filter(({ value }) => value === 1).length;
      expect(ones).toBeGreaterThan(10);
      expect(ones).toBeLessThan(90);
    },
  );

  it("TestSelectDuplicateChannel: a channel in two cases leaves its queue sound", async () => {
    const [ch, other] = [new Chan<number>(), new Chan<number>()];
    const chosen = select({ one: ch, two: ch, other });
    const behind = ch.recv();
    expect(waiting(ch).receivers).toBe(3);

    other.trySend(8);
    expect(await chosen).toEqual({ key: "other", ...got(8) });
    expect(ch.trySend(9)).toBe(true);

    expect(await behind).toEqual(got(9));
    expectNobodyWaits(ch, other);
  });

  it("TestSelectStackAdjust: one close wakes two selects, and touches nothing else", async () => {
    const [c, d] = [new Chan<object>(), new Chan<object>()];
    const chosen: unknown[] = [];
    const twice: Record<string, Chan<object>> = { d1: d, c1: c, d2: d, c2: c };
    const selecting = [{ c, d }, twice].map((cases) =>
      go(async () => chosen.push(await select(cases))),
    );
    await settle();
    expect([waiting(c).receivers, waiting(d).receivers]).toEqual([3, 3]);

    d.close();
    await allEnd(...selecting);

    expect(chosen[0]).toEqual({ key: "d", ...closed });
    expect(chosen[1]).toEqual({ key: expect.stringMatching("d1|d2"), ...closed });
    expectNobodyWaits(c, d);
    await blocks(() => c.send({}));
  });

  it.each([
    ["TestChanSendBarrier", false],
    ["TestChanSendSelectBarrier", true],
  ])("%s: 100 tasks make 100 requests each, and get whole answers", async (_, selecting) => {
    const done = new Chan<never>();
    const answer = async (to: Chan<{ sum: number }>, a: number, b: number): Promise<void> => {
      const response = { sum: a + b };
      if (!selecting) await to.send(response);
      else if ((await select({ to: send(to, response), done })).key === "done") throw new Error();
    };
    let wrong = 0;

    await goMany(100, async (task) => {
      for (let i = 0; i < 100; i++) {
        const responses = new Chan<{ sum: number }>(1);
        void answer(responses, task, i);
        if ((await responses.recv()).value?.sum !== task + i) wrong++;
      }
    });

    expect(wrong).toBe(0);
    expectNobodyWaits(done);
  });

  it("TestSelectStress: a case that is switched off for good ends the loop it is in", async () => {
    const ch = new Chan<number>(3);
    for (const i of numbers(3)) ch.trySend(i);
    ch.close();
    let on: Chan<number> | undefined = ch;
    const values: number[] = [];

    while (on !== undefined) {
      const { ok, value } = await select([on]);
      if (ok) values.push(value);
      else on = undefined;
    }

    expect(values).toEqual([0, 1, 2]);
    await blocks(() => select([on]));
  });
});

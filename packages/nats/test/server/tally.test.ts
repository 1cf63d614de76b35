// The law, for all that the server may have; and a job's way, step by step, as the counters see it.

import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import { type Counts, type Tally, tallyOf } from "../../src/server/tally.js";

const none: Counts = { wait: 0, run: 0, done: 0, told: 0, side: 0, fail: 0, held: 0, notes: [] };

function sum({ waiting, inProgress, finished, retrieved, skipped }: Tally): number {
  return waiting + inProgress + finished + retrieved + skipped;
}

describe("the counters", () => {
  it("P11: obey the law, whatever the entries are", () => {
    const notes = fc.array(fc.constantFrom("dup.1", "back.2.3", "mark.close"), { maxLength: 5 });
    const counts = fc.record({
      wait: fc.nat(),
      run: fc.nat(),
      done: fc.nat(),
      told: fc.nat(),
      side: fc.nat(),
      fail: fc.nat(),
      held: fc.nat(),
      notes,
    });
    fc.assert(
      fc.property(counts, fc.nat(), (it, queueSize) => {
        const tally = tallyOf(it, queueSize);
        expect(sum(tally)).toBe(tally.accepted);
      }),
    );
  });

  it("D4: follow a job: accepted, in progress, finished, retrieved", () => {
    const steps: [Partial<Counts>, keyof Tally][] = [
      [{ wait: 1 }, "waiting"],
      [{ wait: 1, run: 1 }, "inProgress"],
      [{ wait: 1, run: 1, done: 1 }, "finished"],
      [{ wait: 1, run: 1, done: 1, told: 1 }, "retrieved"],
    ];
    for (const [counts, name] of steps) {
      const { accepted, failed, ...rest } = tallyOf({ ...none, ...counts });
      expect([accepted, failed]).toEqual([1, 0]);
      const others = { waiting: 0, inProgress: 0, finished: 0, retrieved: 0, skipped: 0 };
      expect(rest).toEqual({ ...others, [name]: 1 });
    }
  });

  it("D2: never tell of more that wait than may, nor of results that there are not: others came later", () => {
    const counts = { ...none, wait: 9, run: 4, done: 3, told: 4 };
    expect(tallyOf(counts, 2)).toMatchObject({
      accepted: 6,
      waiting: 2,
      inProgress: 1,
      finished: 0,
      retrieved: 3,
    });
  });

  it("D5: go on when a killed server has forgotten how many were ever queued: then nothing waits", () => {
    const counts = { ...none, wait: 0, run: 9, done: 9, told: 8 };
    expect(tallyOf(counts)).toMatchObject({ accepted: 9, waiting: 0, finished: 1, retrieved: 8 });
  });

  it("D5: take what is in progress then for what WAIT holds, and all else there for what waits", () => {
    const counts = { ...none, wait: 7, run: 9, done: 7 };
    const waiting = [2, 3, 1].map((held) => tallyOf({ ...counts, held }).waiting);
    expect(waiting).toEqual([0, 1, 0]);
  });

  it("D4: tell what was skipped from the notes beside it", () => {
    const counts = { ...none, wait: 3, run: 3, side: 4, notes: ["mark.stop"] };
    expect(tallyOf(counts)).toMatchObject({ accepted: 3, skipped: 3, inProgress: 0 });
  });

  it("D3: do not count a job that was queued twice, nor a result that was given back", () => {
    const counts = { ...none, wait: 2, run: 2, done: 1, told: 1, side: 2 };
    expect(tallyOf({ ...counts, notes: ["dup.2", "back.1.1"] })).toMatchObject({
      accepted: 1,
      finished: 1,
      retrieved: 0,
      inProgress: 0,
      skipped: 0,
    });
  });
});

import { beforeEach, describe, expect, it } from "@jest/globals";

import { Pace } from "../../src/loop/pace.js";

describe("Pace", () => {
  let pace: Pace;
  beforeEach(() => {
    pace = new Pace();
  });

  /** Looks again and again, while an outcome takes `cost` ms: the strides, and how long the slice was. */
  function slice(cost: number, elsewhere = 0): { strides: number[]; length: number } {
    const start = 1000;
    let time = start;
    pace.begin(time, elsewhere);
    const strides: number[] = [];
    let isOver = false;
    while (!isOver) {
      strides.push(pace.stride);
      time += pace.stride * cost;
      isOver = pace.look(time, pace.stride);
    }
    return { strides, length: time - start };
  }

  it("C11: a slice begins with a look after one outcome, which doubles up to 16", () => {
    const { strides } = slice(0.001);

    expect(strides.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 16]);
    expect(Math.max(...strides)).toBe(16);
  });

  it("C11: is swift from the longest stride on, and not at the start of a slice", () => {
    pace.begin(0, 0);
    expect(pace.isSwift).toBe(false);

    for (let i = 1; i <= 4; i++) pace.look(i * 0.001, pace.stride);
    expect(pace.isSwift).toBe(true);

    pace.begin(1, 0);
    expect(pace.isSwift).toBe(false);
  });

  it.each([
    { cost: 0.001, longest: 0.52 },
    { cost: 0.02, longest: 0.6 },
    { cost: 0.05, longest: 0.65 },
    { cost: 0.2, longest: 0.7 },
    { cost: 3, longest: 3.1 },
  ])(
    "C11: a slice of outcomes that take $cost ms lasts at most $longest ms",
    ({ cost, longest }) => {
      const { length } = slice(cost);

      expect(length).toBeGreaterThanOrEqual(0.5);
      expect(length).toBeLessThanOrEqual(longest);
    },
  );

  it.each([
    { elsewhere: 0, length: 0.5 },
    { elsewhere: 1.25, length: 0.5 },
    { elsewhere: 3, length: 1.2 },
    { elsewhere: 10, length: 4 },
    { elsewhere: 12.5, length: 5 },
    { elsewhere: 1000, length: 5 },
  ])(
    "C11: a slice lasts $length ms if the rest of the turn took $elsewhere ms",
    ({ elsewhere, length }) => {
      expect(slice(0.001, elsewhere).length).toBeCloseTo(length, 1);
    },
  );

  it("C11: what takes long elsewhere in one turn only does not prolong the slice", () => {
    slice(0.001, 0.1);

    expect(slice(0.001, 12.5).length).toBeLessThan(0.55);
    expect(slice(0.001, 5).length).toBeCloseTo(2, 1);
  });

  it("C11: after a pause, one turn is enough to tell what the rest takes", () => {
    slice(0.001, 0.1);

    pace.begin(0);
    expect(slice(0.001, 5).length).toBeCloseTo(2, 1);
  });

  it("C11: what took long elsewhere counts once", () => {
    slice(0.001, 30);

    expect(slice(0.001, 0).length).toBeLessThan(0.55);
  });

  it("C11: strides get short at once when outcomes turn slow, and grow again", () => {
    pace.begin(0, 1000);
    let time = 0;
    const look = (cost: number): number => {
      time += cost * pace.stride;
      pace.look(time, pace.stride);
      return pace.stride;
    };

    const fast = [0.001, 0.001, 0.001, 0.001].map(look);
    const slow = [0.05, 0.2, 0.2].map(look);
    const fastAgain = [0.001, 0.001].map(look);

    expect(fast).toEqual([2, 4, 8, 16]);
    expect(slow).toEqual([12, 3, 3]);
    expect(fastAgain).toEqual([6, 12]);
  });

  it("C11: a clock that stands still ends a slice after 1,024 outcomes", () => {
    const { strides } = slice(0);

    expect(strides.reduce((sum, stride) => sum + stride)).toBeGreaterThanOrEqual(1024);
    expect(strides.reduce((sum, stride) => sum + stride)).toBeLessThanOrEqual(1024 + 16);
  });

  it("C11: to the single outcome, and to the instant", () => {
    pace.begin(0, 0);
    expect(pace.look(0, 1023)).toBe(false);
    expect(pace.look(0, 1)).toBe(true);

    pace.begin(0, 0);
    expect(pace.look(0.499, 1)).toBe(false);
    expect(pace.look(0.5, 1)).toBe(true);
  });

  it("C11: a coarse clock does not, if it moves in time", () => {
    pace.begin(0, 1000);

    const looks = Array.from({ length: 300 }, (_, i) => pace.look(Math.floor(i / 60), 16));

    expect(looks).not.toContain(true);
  });

  it("C11: a clock that was put back ends the slice", () => {
    pace.begin(1000, 0);

    expect(pace.look(1000.1, 1)).toBe(false);
    expect(pace.look(1000.05, 2)).toBe(true);
    pace.begin(10, 0);
    expect(pace.look(10.1, 1)).toBe(false);
  });
});

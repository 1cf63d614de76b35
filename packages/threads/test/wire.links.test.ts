// The words by which main and a thread agree on what was received and sent over a channel, at whatever instant
// one of them looks. Replaces Atomics.load.

import { afterEach, describe, expect, it, jest } from "@jest/globals";

import * as link from "../src/wire/links.js";

/** Words of two channels; what is said of the second must not touch the first. */
function words(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(2 * link.WORDS * Int32Array.BYTES_PER_ELEMENT));
}

const END = 1;

afterEach(() => {
  jest.restoreAllMocks();
});

describe("what a thread has sent", () => {
  it.each([link.SHUT, link.STOPPED])("X6: counts until main ends it, why %i", (why) => {
    const shared = words();
    expect(link.countSent(shared, END, 0)).toBeUndefined();
    expect(link.countSent(shared, END, 1)).toBeUndefined();
    expect(link.endSent(shared, END, 1, why)).toBe(2);
    expect([link.countSent(shared, END, 2), link.countSent(shared, END, 2)]).toEqual([why, why]);
    expect([...shared.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  it.each([link.SHUT, link.STOPPED])(
    "X6: counts if it came before it was counted, why %i",
    (why) => {
      const shared = words();
      link.countSent(shared, END, 0);
      // The second has come already.
      expect(link.endSent(shared, END, 2, why)).toBe(2);
      expect(link.countSent(shared, END, 1)).toBeUndefined();
      expect(link.countSent(shared, END, 2)).toBe(why);
    },
  );

  it("X6: counts if it is counted while main ends the counting", () => {
    const shared = words();
    link.countSent(shared, END, 0);
    // What main has seen a moment ago.
    jest.spyOn(Atomics, "load").mockReturnValueOnce(0 as never);
    expect(link.endSent(shared, END, 0, link.SHUT)).toBe(1);
    expect(link.countSent(shared, END, 1)).toBe(link.SHUT);
  });

  it("X6: may be more than a word can count", () => {
    const shared = words();
    const most = 0x3fffffff;
    Atomics.store(shared, END * link.WORDS + 1, most);
    expect(link.countSent(shared, END, most)).toBeUndefined();
    expect(link.sentSince(0, most)).toBe(1);
    // Zero has come, and is not counted.
    const other = words();
    Atomics.store(other, END * link.WORDS + 1, most);
    expect(link.endSent(other, END, 0, link.STOPPED)).toBe(0);
    expect(link.countSent(other, END, most)).toBeUndefined();
    expect(link.countSent(other, END, 0)).toBe(link.STOPPED);
  });
});

describe("what a thread has received", () => {
  it("X6: counts in its turn, until main ends it", () => {
    const shared = words();
    expect([link.take(shared, END, 0), link.take(shared, END, 1)]).toEqual([true, false]);
    expect(link.endTurn(shared, END, 1)).toBe(1);
    expect([link.take(shared, END, 0), link.take(shared, END, 1)]).toEqual([false, true]);
    expect(link.endTurn(shared, END, undefined)).toBe(1);
    expect(link.take(shared, END, 1)).toBe(false);
    expect([...shared.subarray(0, 2)]).toEqual([0, 0]);
  });
});

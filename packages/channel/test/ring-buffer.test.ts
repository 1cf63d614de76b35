import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { RingBuffer } from "../src/ring-buffer.js";
import { bytesInUse, isGarbage } from "./support/memory.js";

describe("RingBuffer", () => {
  it("is first in, first out", () => {
    const buffer = new RingBuffer<string>();

    for (const value of ["a", "b", "c"]) buffer.push(value);

    expect(buffer.length).toBe(3);
    expect([buffer.shift(), buffer.shift(), buffer.shift()]).toEqual(["a", "b", "c"]);
    expect(buffer.length).toBe(0);
  });

  it("does what an array does, whatever the order of calls, as it grows and wraps", () => {
    // Each number is so many pushes, or, if negative, so many shifts.
    const runs = fc.array(fc.integer({ min: -40, max: 50 }), { maxLength: 30 });
    fc.assert(
      fc.property(runs, (counts) => {
        const buffer = new RingBuffer<number>();
        const array: number[] = [];
        let next = 0;
        for (const count of counts) {
          for (let i = 0; i < count; i++) buffer.push(next + i);
          for (let i = 0; i < count; i++) array.push(next++);
          const left = array.splice(0, Math.max(0, -count));
          expect(left.map(() => buffer.shift())).toEqual(left);
          expect(buffer.length).toBe(array.length);
        }
        expect(array.map(() => buffer.shift())).toEqual(array);
      }),
    );
  });

  it("C10: holds very many at the price of one each", () => {
    const buffer = new RingBuffer<number>();

    for (let i = 0; i < 500_000; i++) buffer.push(i);
    let isInOrder = true;
    for (let i = 0; i < 500_000; i++) isInOrder &&= buffer.shift() === i;

    expect(isInOrder).toBe(true);
    expect(buffer.length).toBe(0);
  });

  it("C10: a vacated slot keeps no reference", async () => {
    const buffer = new RingBuffer<object>();
    const left = ((): WeakRef<object>[] => {
      const values = Array.from({ length: 40 }, () => ({}));
      for (const value of values) buffer.push(value);
      for (let i = 0; i < 30; i++) buffer.shift();
      return values.slice(0, 30).map((value) => new WeakRef(value));
    })();

    expect(await isGarbage(...left)).toBe(true);
    expect(buffer.length).toBe(10);
  });

  it("holds no memory once a large one has been emptied, and goes on working", async () => {
    const buffer = new RingBuffer<number>();
    for (let i = 0; i < 1_000_000; i++) buffer.push(i);
    const full = await bytesInUse();
    while (buffer.length > 0) buffer.shift();
    const emptied = await bytesInUse();

    // Eight bytes a slot, 2^20 slots.
    expect(full - emptied).toBeGreaterThan(6e6);
    buffer.push(1);
    buffer.push(2);
    expect([buffer.shift(), buffer.shift()]).toEqual([1, 2]);
  });
});

import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";

import { RingBuffer } from "../../src/util/ring-buffer.js";
import { bytesInUse, isGarbage } from "../support/memory.js";

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

  it("does so across the ends of chunks, too", () => {
    const runs = fc.array(fc.integer({ min: -1500, max: 1800 }), { maxLength: 12 });
    fc.assert(
      fc.property(runs, (counts) => {
        const buffer = new RingBuffer<number>();
        let [next, head] = [0, 0];
        let isInOrder = true;
        for (const count of counts) {
          for (let i = 0; i < count; i++) buffer.push(next++);
          for (let i = Math.min(-count, next - head); i > 0; i--) {
            isInOrder &&= buffer.peek() === head && buffer.shift() === head++;
          }
          expect(buffer.length).toBe(next - head);
        }
        for (let i = buffer.length; i > 0; i--) isInOrder &&= buffer.shift() === head++;
        expect([isInOrder, head]).toEqual([true, next]);
        expect(buffer.peek()).toBeUndefined();
      }),
      { numRuns: 50 },
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

  it("B9: copies nothing large, however much it holds: no push takes long", () => {
    const buffer = new RingBuffer<number>();
    const lengths = sizesOfNewArrays(() => {
      for (let i = 0; i < 5000; i++) buffer.push(i);
    });

    expect(lengths).toEqual([4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024, 1024, 1024]);
  });

  it("B9: makes a small array for a few, and no other while the length goes up and down", () => {
    const buffer = new RingBuffer<number>();

    const lengths = sizesOfNewArrays(() => {
      for (let round = 0; round < 100; round++) {
        for (let i = 0; i < 4; i++) buffer.push(i);
        for (let i = 0; i < 4; i++) buffer.shift();
      }
    });

    expect(lengths).toEqual([4]);
  });

  it("B9: makes no array while the length goes up and down around the end of a chunk", () => {
    const buffer = new RingBuffer<number>();
    for (let i = 0; i < 1025; i++) buffer.push(i);

    const lengths = sizesOfNewArrays(() => {
      for (let i = 0; i < 10_000; i++) {
        buffer.shift();
        buffer.push(i);
      }
      for (let round = 0; round < 10; round++) {
        for (let i = 0; i < 1025; i++) buffer.shift();
        for (let i = 0; i < 1025; i++) buffer.push(i);
      }
    });

    expect(lengths).toEqual([]);
  });

  it("B9: gives its memory back, also if it is never quite empty, and goes on working", async () => {
    const buffer = new RingBuffer<number>();
    for (let i = 0; i < 1_000_000; i++) buffer.push(i);
    const full = await bytesInUse();
    while (buffer.length > 1) buffer.shift();
    const almostEmptied = await bytesInUse();

    // Eight bytes a slot, a million slots.
    expect(full - almostEmptied).toBeGreaterThan(6e6);
    buffer.push(1);
    expect([buffer.shift(), buffer.shift()]).toEqual([999_999, 1]);
  });

  /** The lengths of the arrays that are made in the course of `act`. */
  function sizesOfNewArrays(act: () => void): number[] {
    const sizes: number[] = [];
    const fill = jest.spyOn(Array.prototype, "fill");
    act();
    for (const made of fill.mock.contexts) sizes.push((made as unknown[]).length);
    fill.mockRestore();
    return sizes;
  }
});

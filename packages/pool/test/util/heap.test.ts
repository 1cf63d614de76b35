import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import { Heap, type HeapItem } from "../../src/util/heap.js";

function item(number: number): HeapItem {
  return { key: 0, number, heap: undefined, index: 0 };
}

describe("Heap", () => {
  it("P20: has the least key first, and the least number among equals, whatever leaves between", () => {
    const command = fc.oneof(
      fc.record({ do: fc.constant("push" as const), key: fc.integer({ min: -3, max: 3 }) }),
      fc.record({ do: fc.constant("remove" as const), nth: fc.nat(20) }),
      fc.record({ do: fc.constant("pop" as const) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60, size: "max" }), (commands) => {
        const heap = new Heap<HeapItem>();
        const list: HeapItem[] = [];
        const leave = (left: HeapItem | undefined): void => {
          if (left === undefined) return;
          heap.remove(left);
          list.splice(list.indexOf(left), 1);
          if (left.heap !== undefined) throw new Error("has not left");
        };
        commands.forEach((command, number) => {
          if (command.do === "push") {
            const pushed = item(number);
            heap.push(pushed, command.key);
            list.push(pushed);
            list.sort((a, b) => a.key - b.key || a.number - b.number);
          } else if (command.do === "remove") leave(list[command.nth % list.length]);
          else leave(heap.first);

          const isRight = heap.first === list[0] && heap.length === list.length;
          if (!isRight || list.some((member) => member.heap !== heap)) throw new Error("wrong");
        });
      }),
      { numRuns: 300 },
    );
  });

  it("P20: a member joins, and leaves from anywhere, in O(log n)", () => {
    const heap = new Heap<HeapItem>();
    let looks = 0;
    const items = Array.from({ length: 4096 }, (_, i) => {
      const counted = item(i);
      let key = 0;
      Object.defineProperty(counted, "key", {
        get: () => {
          looks++;
          return key;
        },
        set: (value: number) => (key = value),
      });
      return counted;
    });
    // Each is before all that are there: it rises all the way.
    items.forEach((it, i) => heap.push(it, -i));
    // From the one that stands in the middle on: what takes its place may sink.
    for (const it of items) heap.remove(it);

    expect(heap.length).toBe(0);
    // Two looks a comparison, and more if keys are equal; two comparisons a level.
    expect(looks).toBeLessThan(2 * 4096 * 12 * 4);
  });
});

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { WaitQueue } from "../../src/state/wait-queue.js";
import { PromiseWaiter } from "../../src/wait/promise-waiter.js";
import { countTouches } from "../support/touches.js";

describe("WaitQueue", () => {
  it("gives the longest-waiting one first", () => {
    const queue = new WaitQueue();
    const waiters = [waiter(), waiter(), waiter()];

    for (const each of waiters) queue.enqueue(each);

    expect(queue.length).toBe(3);
    for (const each of waiters) {
      expect(queue.firstLive()).toBe(each);
      each.complete();
    }
    expect(queue.firstLive()).toBeUndefined();
    expect(queue.length).toBe(0);
  });

  it("S6: leaving, from wherever, does not change the order of the others", () => {
    const commands = fc.array(fc.option(fc.nat(20), { nil: "enqueue" as const }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(commands, (list) => {
        const queue = new WaitQueue();
        const array: PromiseWaiter[] = [];
        for (const command of list) {
          if (command === "enqueue") {
            const added = waiter();
            array.push(added);
            queue.enqueue(added);
          } else if (array.length > 0) {
            const [left] = array.splice(command % array.length, 1);
            queue.remove(left!);
            expect(left).toMatchObject({ queue: undefined, next: undefined, previous: undefined });
          }
          expect(queue.length).toBe(array.length);
          expect(queue.firstLive()).toBe(array[0]);
        }
        const served: unknown[] = [];
        queue.serveAll((one) => {
          served.push(one);
          queue.remove(one);
        });
        expect(served).toEqual(array);
      }),
    );
  });

  it("C10: leaving from the middle of 10,000 touches the neighbours only", () => {
    const queue = new WaitQueue();
    const waiters = Array.from({ length: 10_000 }, waiter);
    const touches = countTouches(waiters, ["next", "previous"]);
    for (const each of waiters) queue.enqueue(each);
    const beforehand = touches.count;

    for (let i = 2_500; i < 7_500; i++) queue.remove(waiters[i]!);

    expect((touches.count - beforehand) / 5_000).toBeLessThanOrEqual(10);
    expect(queue.length).toBe(5_000);
  });

  it("tells when a queue that was empty has a waiter", () => {
    const told: string[] = [];
    const queue = new WaitQueue(() => told.push(`first of ${queue.length}`));
    const [a, b] = [waiter(), waiter()];

    queue.enqueue(a);
    queue.enqueue(b);
    a.complete();
    b.complete();
    expect(told).toEqual(["first of 1"]);

    queue.enqueue(a);
    expect(told).toEqual(["first of 1", "first of 1"]);
  });

  it("C5: announces once that waiters have left, when it is asked to", () => {
    const told: string[] = [];
    const queue = new WaitQueue(undefined, () => told.push(`left: ${queue.length}`));
    const [a, b, c] = [waiter(), waiter(), waiter()];
    for (const each of [a, b, c]) queue.enqueue(each);
    queue.announceLeft();
    expect(told).toEqual([]);

    queue.remove(a);
    queue.remove(b);
    expect(told).toEqual([]);
    queue.announceLeft();
    queue.announceLeft();
    expect(told).toEqual(["left: 1"]);

    c.complete();
    expect(told).toEqual(["left: 1", "left: 0"]);
  });

  it("serves all, in order, also those that come meanwhile", () => {
    const queue = new WaitQueue();
    const [a, b, late] = [waiter(), waiter(), waiter()];
    queue.enqueue(a);
    queue.enqueue(b);
    const served: unknown[] = [];

    queue.serveAll((one) => {
      if (one === a) queue.enqueue(late);
      served.push(one);
      one.complete();
    });

    expect(served).toEqual([a, b, late]);
    expect(queue.length).toBe(0);
  });

  function waiter(): PromiseWaiter {
    const operation = new PromiseWaiter(undefined);
    operation.resolve = operation.reject = ignore;
    return operation;
  }

  function ignore(): void {
    // These are not awaited.
  }
});

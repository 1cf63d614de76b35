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
    expect(queue.firstLive()).toBe(waiters[0]);
    expect([queue.claim(), queue.claim(), queue.claim()]).toEqual(waiters);
    expect(queue.claim()).toBeUndefined();
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
        for (const expected of array) expect(queue.claim()).toBe(expected);
        expect(queue.claim()).toBeUndefined();
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
    queue.claim();
    queue.claim();
    expect(told).toEqual(["first of 1"]);

    queue.enqueue(a);
    expect(told).toEqual(["first of 1", "first of 1"]);
  });

  it("tells when a waiter has left, once it has left every queue", () => {
    const told: string[] = [];
    const queue = new WaitQueue(undefined, () => told.push(`left: ${queue.length}`));
    const [a, b] = [waiter(), waiter()];
    queue.enqueue(a);
    queue.enqueue(b);

    expect(queue.remove(a)).toBe(true);
    expect(told).toEqual([]);
    queue.notifyLeft();
    expect(told).toEqual(["left: 1"]);

    queue.claim();
    expect(told).toEqual(["left: 1", "left: 0"]);
  });

  it("claims all, in order, also those that come meanwhile", () => {
    const queue = new WaitQueue();
    const [a, b, late] = [waiter(), waiter(), waiter()];
    queue.enqueue(a);
    queue.enqueue(b);
    const claimed: unknown[] = [];

    queue.claimAll((one) => {
      if (one === a) queue.enqueue(late);
      claimed.push(one);
    });

    expect(claimed).toEqual([a, b, late]);
    expect(queue.length).toBe(0);
  });

  it("calls nothing if nothing wants to be told", () => {
    const queue = new WaitQueue();
    const only = waiter();
    queue.enqueue(only);

    expect(queue.remove(only)).toBe(false);
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

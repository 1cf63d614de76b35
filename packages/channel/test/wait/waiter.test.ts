import { describe, expect, it } from "@jest/globals";

import "../support/at-once.js";
import { Chan } from "../../src/chan/chan.js";
import { send } from "../../src/select/cases.js";
import { select } from "../../src/select/select.js";
import { WaitGroup } from "../../src/sync/wait-group.js";
import { WaitQueue } from "../../src/state/wait-queue.js";
import { PromiseWaiter } from "../../src/wait/promise-waiter.js";

describe("Waiter.complete", () => {
  it.each([undefined, "outcome", null])("tells an operation the outcome: %p", async (outcome) => {
    const told = new Promise((resolve, reject) => {
      const waiter = new PromiseWaiter("value");
      Object.assign(waiter, { resolve, reject });
      new WaitQueue().enqueue(waiter);
      waiter.complete(outcome);
    });

    expect(await told).toBe(outcome);
  });

  it("C3, W1: gives nothing to a waiter that sends, or waits for a WaitGroup", async () => {
    const [ch, group] = [new Chan<string>(), new WaitGroup()];
    group.add();
    const waits: Promise<unknown>[] = [ch.send("a"), group.wait()];

    ch.tryRecv();
    group.done();

    expect(await Promise.all(waits)).toEqual([undefined, undefined]);
  });

  it("S1: gives a select that sends what every send case gives", async () => {
    const ch = new Chan<string>();
    const chosen = select({ out: send(ch, "a") });

    ch.tryRecv();

    expect(await chosen).toStrictEqual({ key: "out", ok: true, value: undefined, done: false });
  });

  it.each(["complete", "fail"] as const)(
    "C5: %s takes it out of its queue, tells it, and only then announces that it has left",
    (end) => {
      const order: string[] = [];
      const queue: WaitQueue = new WaitQueue(undefined, () => order.push(`left ${queue.length}`));
      const waiter = new PromiseWaiter("value");
      waiter.resolve = waiter.reject = () => order.push(`told, ${queue.length} wait`);
      queue.enqueue(waiter);

      waiter[end](undefined);
      waiter[end](undefined);

      expect(order).toEqual(["told, 0 wait", "left 0"]);
    },
  );
});

import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { send } from "../../src/select/cases.js";
import { select } from "../../src/select/select.js";
import { WaitGroup } from "../../src/sync/wait-group.js";
import { PromiseWaiter } from "../../src/wait/promise-waiter.js";

describe("Waiter.proceed", () => {
  it.each([undefined, "outcome", null])(
    "settles an operation with the outcome: %p",
    async (outcome) => {
      const proceeded = new Promise((resolve, reject) => {
        const operation = new PromiseWaiter("value");
        Object.assign(operation, { resolve, reject });
        operation.proceed(outcome);
      });

      expect(await proceeded).toBe(outcome);
    },
  );

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
});

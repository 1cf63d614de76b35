import { describe, expect, it } from "@jest/globals";

import "../support/at-once.js";

import { Group } from "../../src/sync/group.js";
import { failing } from "../support/failing.js";
import { Gate } from "../support/gate.js";
import { collect } from "../support/process.js";
import { pending } from "../support/settle.js";
import { reason } from "../support/signals.js";

describe("Group.wait", () => {
  it("W2: resolves at once if nothing runs", async () => {
    await expect(new Group().wait()).resolves.toBeUndefined();
  });

  it("W2: waits until every function has ended", async () => {
    const group = new Group();
    const gates = [new Gate(), new Gate(), new Gate()] as const;
    for (const gate of gates) void group.go(() => gate.promise);
    const waits = [group.wait(), group.wait()] as const;

    gates[2].open(3);
    gates[0].open(1);
    expect(await pending(waits[0])).toBe(true);
    gates[1].open(2);

    expect(await Promise.all(waits)).toEqual([undefined, undefined]);
  });

  it("W2: waits for functions that run after another has failed", async () => {
    const group = new Group();
    const gate = new Gate();
    void group.go(() => gate.promise);
    void group.go(failing(reason));
    const outcome = group.wait();

    expect(await pending(outcome)).toBe(true);
    gate.open(1);

    await expect(outcome).rejects.toBe(reason);
  });

  it("W2: waits for functions that are started while it waits, by others that run", async () => {
    const group = new Group();
    const gates = [new Gate(), new Gate()] as const;
    void group.go(async () => {
      await gates[0].promise;
      void group.go(() => gates[1].promise);
    });
    const outcome = group.wait();

    gates[0].open(1);
    expect(await pending(outcome)).toBe(true);
    gates[1].open(2);

    await outcome;
  });

  it("W2: waits for a function that is started in the very tick in which the last one ends", async () => {
    for (let ticks = 0; ticks < 8; ticks++) {
      const group = new Group();
      const gates = [new Gate(), new Gate()] as const;
      void group.go(() => gates[0].promise);
      const outcome = group.wait();
      let isAborted = true;
      const starting = async (): Promise<void> => {
        await gates[0].promise;
        for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
        isAborted = group.signal.aborted;
        void group.go(() => gates[1].promise);
      };

      gates[0].open(1);
      await starting();

      expect(await pending(outcome)).toBe(!isAborted);
      gates[1].open(2);
      await outcome;
    }
  });

  it("W2, G100: rejects with the very error that came first, and does so again", async () => {
    const group = new Group();
    const gates = [new Gate(), new Gate(), new Gate()] as const;
    for (const gate of gates) void group.go(() => gate.promise);
    const outcome = group.wait();

    gates[1].fail(reason);
    gates[0].fail(new Error("later"));
    gates[2].open(3);

    await expect(outcome).rejects.toBe(reason);
    await expect(group.wait()).rejects.toBe(reason);
  });

  it.each([undefined, null, 0, "text", false])(
    "W2: rejects with whatever was thrown: %p",
    async (error) => {
      const outcomes = [failing(error), () => Promise.reject(error as unknown as Error)].map(
        async (fn) => {
          const group = new Group();
          void group.go(fn);
          return (await Promise.allSettled([group.wait()]))[0];
        },
      );

      for (const outcome of await Promise.all(outcomes)) {
        expect(outcome).toEqual({ status: "rejected", reason: error });
      }
    },
  );

  it("W2: a synchronous throw counts as a rejection", async () => {
    const group = new Group();

    void group.go(() => {
      throw reason;
    });

    expect(group.signal.aborted).toBe(true);
    await expect(group.wait()).rejects.toBe(reason);
  });

  it("C12: never to call it is no unhandled rejection", async () => {
    const unhandled = await collect("unhandledRejection", () => {
      void new Group().go(failing(reason));
      new Group().tryGo(failing(reason));
    });

    expect(unhandled).toEqual([]);
  });
});

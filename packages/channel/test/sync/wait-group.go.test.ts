import { describe, expect, it } from "@jest/globals";

import { WaitGroup } from "../../src/sync/wait-group.js";
import { collect } from "../support/process.js";
import { pending } from "../support/settle.js";

describe("WaitGroup", () => {
  describe("go", () => {
    it("W1: adds one, calls the function at once, and is done when it has ended", async () => {
      const group = new WaitGroup();
      let count = NaN;
      let end = (): void => undefined;

      group.go(() => {
        count = group.count;
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      });

      expect(count).toBe(1);
      const waited = group.wait();
      expect(await pending(waited)).toBe(true);
      expect(group.count).toBe(1);
      end();
      await waited;
      expect(group.count).toBe(0);
    });

    it.each([
      ["a value", () => 1],
      ["nothing", () => undefined],
      ["a promise", () => Promise.resolve("value")],
      ["a thenable", () => ({ then: (resolve: () => void) => queueMicrotask(resolve) })],
    ])("W1: is done after a function that gives %s", async (_, fn) => {
      const group = new WaitGroup();

      const unhandled = await collect("unhandledRejection", async () => {
        group.go(fn);
        expect(group.count).toBe(1);
        await group.wait();
      });

      expect(group.count).toBe(0);
      expect(unhandled).toEqual([]);
    });

    const error = new Error("failure of fn");
    const failing: [string, () => unknown][] = [
      ["throws", throwError],
      ["rejects", () => Promise.reject(error)],
      ["throws later", () => Promise.resolve().then(throwError)],
    ];

    it.each(failing)(
      "W1: is done if the function %s, which is re-raised as an unhandled rejection",
      async (_, fn) => {
        const group = new WaitGroup();
        let waited: Promise<void> | undefined;

        const unhandled = await collect("unhandledRejection", () => {
          expect(() => group.go(fn)).not.toThrow();
          waited = group.wait();
        });

        expect(unhandled).toEqual([error]);
        expect(unhandled[0]).toBe(error);
        expect(group.count).toBe(0);
        await waited;
      },
    );

    it.each(failing)(
      "W1: has settled the count by the time that the failure is re-raised: %s",
      async (_, fn) => {
        const group = new WaitGroup();
        const counts: number[] = [];

        await collect(
          "unhandledRejection",
          () => group.go(fn),
          () => counts.push(group.count),
        );

        expect(counts).toEqual([0]);
      },
    );

    it("W1: re-raises each failure of many, whatever the reason", async () => {
      const group = new WaitGroup();

      const reasons: unknown[] = [1, undefined, error];

      const unhandled = await collect("unhandledRejection", async () => {
        for (const reason of reasons) {
          group.go(() => Promise.reject(reason));
          group.go(() => Promise.resolve(reason));
        }
        expect(group.count).toBe(6);
        await group.wait();
      });

      expect(unhandled).toEqual(reasons);
      expect(group.count).toBe(0);
    });

    function throwError(): never {
      throw error;
    }
  });
});

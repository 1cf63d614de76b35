// golang.org/x/sync/errgroup. Ours is always one made by WithContext: a zero Group does not cancel.

import { describe, expect, it } from "@jest/globals";

import { Chan, Group } from "../../src/index.js";
import { pending, settle } from "../support/settle.js";
import { goMany, neverBlocks, numbers } from "./support.js";

const errors = [new Error("first"), new Error("second")] as const;

describe("errgroup", () => {
  it.each<[string, (Error | undefined)[], Error | undefined]>([
    ["no function", [], undefined],
    ["one that succeeds", [undefined], undefined],
    ["one that fails", [errors[0]], errors[0]],
    ["success, then failure", [undefined, errors[0]], errors[0]],
    ["failure, then success", [errors[0], undefined], errors[0]],
    ["two failures", [errors[0], errors[1]], errors[0]],
    ["the other two", [errors[1], errors[0]], errors[1]],
  ])(
    "TestZeroGroup: wait gives the error that came first, each time: %s",
    async (_, ends, first) => {
      const group = new Group();

      for (const end of ends) {
        void group.go(async () => {
          if (end !== undefined) throw end;
        });
        await settle();
      }

      const failure = async (): Promise<unknown> => group.wait().catch((error: unknown) => error);
      expect([await failure(), await failure()]).toEqual([first, first]);
      expect(await failure()).toBe(first);
    },
  );

  it.each<[string, Error | undefined]>([
    ["the first error", errors[0]],
    ["the end of wait", undefined],
  ])("TestWithContext: the signal is aborted by %s", async (_, error) => {
    const group = new Group();
    const gate = new Chan<never>();
    void group.go(() => gate.recv());
    void group.go(async () => {
      if (error !== undefined) throw error;
    });
    await settle();
    expect(group.signal.aborted).toBe(error !== undefined);

    gate.close();
    await group.wait().catch((reason: unknown) => expect(reason).toBe(error));

    expect(group.signal.aborted).toBe(true);
  });

  it("TestCancelCause: the reason of the signal is the very error", async () => {
    const group = new Group();
    const seen: unknown[] = [];
    void group.go(
      (signal) =>
        new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => {
            seen.push(signal.reason);
            resolve();
          });
        }),
    );

    void group.go(() => Promise.reject(errors[1]));

    await expect(group.wait()).rejects.toBe(errors[1]);
    expect(seen).toEqual([errors[1]]);
    expect(group.signal.reason).toBe(errors[1]);
  });

  it("TestTryGo: starts 42 and no more, and as many again when those have ended", async () => {
    const group = new Group({ limit: 42 });
    const gates = numbers(2).map(() => new Chan<never>());
    let started = 0;

    for (const gate of gates) {
      const tries = numbers(43).map(() =>
        group.tryGo(() => {
          started++;
          return gate.recv();
        }),
      );
      expect(tries).toEqual(numbers(43).map((i) => i < 42));
      gate.close();
      await settle();
    }

    expect(started).toBe(84);
    await group.wait();
  });

  it("TestTryGo: without a limit starts any number", async () => {
    const group = new Group();
    const gate = new Chan<never>();

    const tries = numbers(1024).map(() => group.tryGo(() => gate.recv()));
    gate.close();

    expect(tries.every(Boolean)).toBe(true);
    await group.wait();
  });

  it.each([0, -1])("TestTryGo: a limit of %d is none", (limit) => {
    expect(() => new Group({ limit })).toThrow(RangeError);
  });

  it("TestGoLimit: of 1025 functions never more than 10 are active, and all are run", async () => {
    const group = new Group({ limit: 10 });
    let [active, most, ended] = [0, 0, 0];

    for (let i = 0; i < 1025; i++) {
      const started = await group.go(async () => {
        most = Math.max(most, ++active);
        for (let turn = 0; turn < i % 7; turn++) await Promise.resolve();
        active--;
        ended++;
      });
      expect(started).toBe(true);
    }
    await group.wait();

    expect([active, ended]).toEqual([0, 1025]);
    expect(most).toBeLessThanOrEqual(10);
  });

  it("TestGoLimit: go waits while the limit is reached, and no longer", async () => {
    const group = new Group({ limit: 2 });
    const gate = new Chan<null>();
    for (let i = 0; i < 2; i++) await group.go(() => gate.recv());

    const third = group.go(() => gate.recv());
    expect(await pending(third)).toBe(true);
    await gate.send(null);

    await neverBlocks(() => third);
    gate.close();
    await group.wait();
  });

  it("ExampleGroup_parallel: results stand in the order of the queries", async () => {
    const group = new Group();
    const queries = ["web", "image", "video"];
    const results: string[] = [];

    for (const [i, query] of queries.entries()) {
      void group.go(async () => {
        for (let turn = 0; turn < 3 - i; turn++) await Promise.resolve();
        results[i] = `result of ${query}`;
      });
    }
    await group.wait();

    expect(results).toEqual(queries.map((query) => `result of ${query}`));
  });

  it("ExampleGroup_pipeline: a stage that fails ends those before and after it", async () => {
    const group = new Group();
    const [paths, sums] = [new Chan<number>(), new Chan<number>()];
    void group.go(async (signal) => {
      for (let i = 0; ; i++) await paths.send(i, { signal });
    });
    void group.go((signal) =>
      goMany(5, async () => {
        for (;;) {
          const { value } = await paths.recv({ signal });
          if (value === 100) throw errors[0];
          await sums.send(value ?? NaN, { signal });
        }
      }),
    );
    const read: number[] = [];
    void group.go(async (signal) => {
      for (;;) read.push((await sums.recv({ signal })).value ?? NaN);
    });

    await expect(group.wait()).rejects.toBe(errors[0]);

    expect(new Set(read).size).toBe(read.length);
    expect(read.length).toBeGreaterThan(90);
  });
});

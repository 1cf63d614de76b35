import { describe, expect, it } from "@jest/globals";

import { show } from "../../src/util/inspect.js";
import { WaitGroup } from "../../src/sync/wait-group.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { Continuations, pending, settle } from "../support/settle.js";

describe("WaitGroup", () => {
  describe("count", () => {
    it("W1: equals what was added minus what was done, at every instant", () => {
      const group = new WaitGroup();
      const counts = [group.count];
      const steps = [
        () => group.add(),
        () => group.add(3),
        () => group.done(),
        () => group.add(-2),
      ];

      for (const step of [...steps, () => group.add(0), () => group.done()]) {
        step();
        counts.push(group.count);
      }

      expect(counts).toEqual([0, 1, 4, 3, 1, 1, 0]);
    });

    it("W1: is 0 when wait continues", async () => {
      const group = new WaitGroup();
      group.add(2);
      const seen = group.wait().then(() => group.count);

      group.done();
      group.done();

      expect(await seen).toBe(0);
    });
  });

  describe("add", () => {
    it("W1: throws RangeError if the counter would become negative, and changes nothing", async () => {
      const group = new WaitGroup();
      const negative = new RangeError("negative WaitGroup counter");
      expect(() => group.done()).toThrow(negative);
      expect(() => group.done()).toThrow(RangeError);
      expect(group.count).toBe(0);

      group.add(2);
      const waited = group.wait();

      expect(() => group.add(-3)).toThrow(negative);
      expect(group.count).toBe(2);
      expect(await pending(waited)).toBe(true);
      group.add(-2);
      await waited;
    });

    it.each([0.5, NaN, Infinity, -Infinity, "1", null, 1n])(
      "throws RangeError for what is not an integer, and changes nothing: %p",
      (n) => {
        const group = new WaitGroup();
        group.add(1);

        expect(() => group.add(n as number)).toThrow(
          new RangeError(`n must be an integer, not ${show(n)}`),
        );

        expect(group.count).toBe(1);
      },
    );
  });

  describe("wait", () => {
    it("W1: resolves at once while the counter is 0", async () => {
      const group = new WaitGroup();

      await group.wait();
      group.add();
      group.done();
      await group.wait();

      expect(group.count).toBe(0);
    });

    it("W1: waits until the counter reaches 0, and not before", async () => {
      const group = new WaitGroup();
      group.add(3);
      const waited = group.wait();

      group.done();
      group.add(1);
      group.add(-2);
      expect(await pending(waited)).toBe(true);
      group.done();

      expect(await pending(waited)).toBe(false);
    });

    it("W1: releases all waiters together, in the order in which they came", async () => {
      const group = new WaitGroup();
      const continuations = new Continuations();
      group.add();
      const waits = [group.wait(), group.wait(), group.wait()];
      for (const i of [2, 0, 1]) continuations.note(`wait ${i}`, waits[i]!);
      await settle();
      expect(continuations.order).toEqual([]);

      group.done();
      await settle();

      expect(continuations.order).toEqual(["wait 0", "wait 1", "wait 2"]);
    });

    it("W1: a release stands although the group is used again in the same tick", async () => {
      const group = new WaitGroup();
      group.add();
      const first = group.wait();

      group.done();
      group.add();
      const second = group.wait();

      expect(await pending(first)).toBe(false);
      expect(await pending(second)).toBe(true);
      group.done();
      await second;
    });

    it("W1: works as a barrier again and again", async () => {
      const group = new WaitGroup();
      for (let round = 0; round < 8; round++) {
        group.add(16);
        const waits = [group.wait(), group.wait()];
        for (let i = 0; i < 15; i++) group.done();
        expect(await pending(waits[0]!)).toBe(true);
        group.done();
        await Promise.all(waits);
      }
      expect(group.count).toBe(0);
    });
  });

  describe("wait with a signal", () => {
    it("C7: an aborted signal wins over a counter of 0", async () => {
      await expect(new WaitGroup().wait({ signal: aborted() })).rejects.toBe(reason);
    });

    it("C7: an aborted wait is withdrawn: it rejects, and the others are released", async () => {
      const group = new WaitGroup();
      const abort = new AbortController();
      group.add();
      const waits = [group.wait(), group.wait(abort), group.wait()] as const;

      abort.abort(reason);
      await expect(waits[1]).rejects.toBe(reason);
      expect(await pending(waits[0])).toBe(true);
      group.done();

      await Promise.all([waits[0], waits[2]]);
      expect(listeners(abort.signal)).toBe(0);
    });

    it("C7: an aborted wait rejects even if another listener acts on the group first", async () => {
      const group = new WaitGroup();
      const abort = new AbortController();
      abort.signal.addEventListener("abort", () => group.done());
      group.add();
      const waits = [group.wait(abort), group.wait()] as const;

      abort.abort(reason);

      await expect(waits[0]).rejects.toBe(reason);
      await waits[1];
    });

    it("C7: aborting after the release changes nothing", async () => {
      const group = new WaitGroup();
      const abort = new AbortController();
      group.add();
      const waited = group.wait(abort);

      group.done();
      abort.abort(reason);

      await waited;
    });
  });
});

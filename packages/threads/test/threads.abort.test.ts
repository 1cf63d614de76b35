// Aborting a call, in whatever state it is.

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { decode, type Failure } from "../src/wire/failures.js";
import * as wire from "../src/wire/protocol.js";
import { Crew, endCrews, turns, watch } from "./support/manual.js";

afterEach(endCrews);

type Exchange = (words: Int32Array, at: number, from: number, to: number) => number;
const exchangeNow: Exchange = Atomics.compareExchange.bind(Atomics);

describe("Threads", () => {
  describe("an aborted call", () => {
    it("X4: that waits is never sent", async () => {
      const crew = new Crew({ size: 1 });
      const controller = new AbortController();
      const { signal } = controller;
      const calls = ["a", "b", "c"].map((it) =>
        watch(crew.run("t", it, it === "b" ? { signal } : {})),
      );
      controller.abort("enough");
      await turns();
      expect(calls[1]).toEqual({ status: "rejected", reason: "enough" });
      expect(crew.at(0).inputs).toEqual(["a", "c"]);
    });

    it.each(["first", "last", "only"])("X4: that waits %s", async (place) => {
      const crew = new Crew({ size: 1 });
      const controller = new AbortController();
      const aborted = (): unknown => crew.run("t", "aborted", { signal: controller.signal });
      if (place === "first") void aborted();
      if (place !== "only") void crew.run("t", "stays");
      if (place === "last") void aborted();
      if (place === "only") void aborted();
      controller.abort();
      void crew.run("t", "later");
      await turns();
      expect(crew.at(0).inputs).toEqual(place === "only" ? ["later"] : ["stays", "later"]);
    });

    it("X4: that was sent and not begun is revoked: it never runs", async () => {
      const crew = new Crew({ size: 1 });
      const controller = new AbortController();
      const call = watch(crew.run("t", 1, { signal: controller.signal }));
      await turns();
      const thread = crew.at(0);
      controller.abort("enough");
      await turns();
      expect(call.reason).toBe("enough");
      expect(thread.begin()).toBe(false);
      expect([thread.aborts, thread.isTerminated]).toEqual([[], false]);
      expect(crew.threads.stats).toEqual({
        running: 0,
        waiting: 0,
        completed: 1,
        failed: 1,
        restarts: 0,
      });
    });

    it("X4: that was revoked lets its thread be when it has passed over it", async () => {
      const crew = new Crew({ size: 1 });
      await crew.start();
      const controller = new AbortController();
      void crew.run("t", 1, { signal: controller.signal });
      await turns();
      controller.abort();
      void crew.run("t", 2);
      await turns();
      expect(crew.at(0).inputs).toEqual([0, 1]);
      crew.at(0).runAll();
      await turns();
      expect(crew.at(0).inputs).toEqual([0, 1, 2]);
    });

    it("X4: that runs is told by its flag and by a message, and rejects at once", async () => {
      const crew = new Crew({ size: 1 });
      const controller = new AbortController();
      const call = watch(crew.run("t", 1, { signal: controller.signal }));
      await turns();
      const thread = crew.at(0);
      thread.begin();
      expect(thread.isAborted(0)).toBe(false);
      controller.abort(new RangeError("enough"));
      expect(thread.isAborted(0)).toBe(true);
      await turns();
      expect(call.reason).toBe(controller.signal.reason);
      const [[slot, reason]] = thread.aborts as [[number, Failure]];
      expect(slot).toBe(thread.calls[0]!.slot);
      expect(decode(reason)).toMatchObject({ name: "RangeError", message: "enough" });
      // What it still tells changes nothing.
      const { stats } = crew.threads;
      thread.value(0, "too late");
      await turns();
      expect(crew.threads.stats).toEqual(stats);
    });

    it("X4: does not let the next one of the same signal begin", async () => {
      const crew = new Crew({ size: 1 });
      const controller = new AbortController();
      const odd = new AbortController().signal;
      const { signal } = controller;
      for (const n of [1, 2]) void crew.run("t", n, { signal });
      void crew.run("t", 3, { signal: odd });
      void crew.run("t", 4);
      await turns();
      const thread = crew.at(0);
      thread.begin();
      Object.defineProperty(odd, "aborted", {
        get: () => {
          throw new Error("odd");
        },
      });
      // The thread looks at its flag as soon as it changes, and goes on to the next call.
      const order: unknown[] = [];
      const exchange = jest.spyOn(Atomics, "compareExchange");
      exchange.mockImplementation(((words, at, from, to) => {
        order.push(to);
        return exchangeNow(words, at, from, to);
      }) satisfies Exchange as never);
      controller.abort();
      exchange.mockRestore();
      // The first tries whether it has not begun itself.
      expect(order).toEqual([wire.REVOKED, wire.REVOKED, wire.ABORTED]);
      expect([thread.begin(), thread.begin(), thread.begin()]).toEqual([false, true, true]);
    });

    it("X4: leaves no listener, however it ends", async () => {
      const crew = new Crew({ size: 1 });
      const { signal } = new AbortController();
      const remove = jest.spyOn(signal, "removeEventListener");
      const call = crew.run("t", 1, { signal });
      await turns();
      crew.at(0).runAll();
      await call;
      expect(remove).toHaveBeenCalledTimes(1);
    });

    it("X4: by a signal that is aborted already is refused, and loses nothing", async () => {
      const crew = new Crew({ size: 1 });
      const bytes = new Uint8Array([1]);
      const options = { signal: AbortSignal.abort("before"), transfer: [bytes.buffer] };
      await expect(crew.run("t", bytes, options)).rejects.toBe("before");
      expect(bytes.length).toBe(1);
      expect(crew.threads.stats.completed).toBe(0);
    });

    it("X4: by a getter of its own input never runs", async () => {
      const crew = new Crew({ size: 1 });
      const controller = new AbortController();
      const input = {
        get value(): number {
          controller.abort("from inside");
          return 1;
        },
      };
      await expect(crew.run("t", input, { signal: controller.signal })).rejects.toBe("from inside");
      await turns();
      expect(crew.all).toHaveLength(0);
      expect(crew.threads.stats).toEqual({
        running: 0,
        waiting: 0,
        completed: 1,
        failed: 1,
        restarts: 0,
      });
    });
  });

  describe("grace", () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });

    afterEach(() => {
      jest.useRealTimers();
    });

    async function abortRunning(grace?: number): Promise<Crew> {
      const crew = new Crew({ size: 1, ...(grace === undefined ? {} : { grace }) });
      const controller = new AbortController();
      void crew.run("stuck", 1, { signal: controller.signal });
      void crew.run("t", "begun");
      void crew.run("t", "behind");
      await turns();
      crew.at(0).begin();
      crew.at(0).begin();
      controller.abort();
      await turns();
      return crew;
    }

    it.each([[undefined, 1000] as const, [50, 50] as const, [Infinity, undefined] as const])(
      "X4: %s",
      async (grace, ms) => {
        const crew = await abortRunning(grace);
        jest.advanceTimersByTime((ms ?? 2 ** 31) - 1);
        await turns();
        expect(crew.at(0).isTerminated).toBe(false);
        jest.advanceTimersByTime(1);
        await turns();
        expect(crew.at(0).isTerminated).toBe(ms !== undefined);
      },
    );

    it("X4: when it is over, others on that thread fail or move", async () => {
      const crew = await abortRunning();
      const other = watch(crew.run("t", "later"));
      jest.advanceTimersByTime(1000);
      await turns();
      expect(crew.at(1).inputs).toEqual(["behind", "later"]);
      expect(crew.threads.stats).toEqual({
        running: 0,
        waiting: 2,
        completed: 2,
        failed: 2,
        restarts: 1,
      });
      crew.at(1).runAll();
      await turns();
      expect(other.value).toBe("later");
    });

    it("X4: longer than a timer can count is as long as a timer can", async () => {
      const crew = await abortRunning(2 ** 40);
      jest.advanceTimersByTime(2 ** 31 - 2);
      expect(crew.at(0).isTerminated).toBe(false);
    });

    it("X4: has no effect when the call has ended", async () => {
      const crew = await abortRunning();
      crew.at(0).value(0, "ended");
      await turns();
      expect(jest.getTimerCount()).toBe(0);
      jest.advanceTimersByTime(2000);
      expect(crew.at(0).isTerminated).toBe(false);
    });

    it("X4: nor when the thread has", async () => {
      const crew = await abortRunning();
      crew.at(0).exit(1);
      await turns();
      expect(jest.getTimerCount()).toBe(0);
    });

    it("X2: what a thread has told before it is terminated counts", async () => {
      const crew = new Crew({ size: 1 });
      const controller = new AbortController();
      void crew.run("stuck", 1, { signal: controller.signal });
      const told = watch(crew.run("t", "told"));
      await turns();
      crew.at(0).begin();
      crew.at(0).begin();
      controller.abort();
      crew.at(0).value(1, "a value");
      jest.advanceTimersByTime(1000);
      await turns();
      expect(told.value).toBe("a value");
    });
  });
});

import { describe, expect, it, jest } from "@jest/globals";

import { show } from "../../src/util/inspect.js";
import { Ticker } from "../../src/time/ticker.js";
import { fakeTime } from "../support/faked-time.js";
import { got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";

const unusable = [0, -0, -1, NaN, Infinity, -Infinity, undefined, null, "1000", 1000n];

describe("a Ticker that is set anew", () => {
  const start = fakeTime();

  describe("by stop", () => {
    it("T1, G124: ticks no more, and is not closed", () => {
      const ticker = new Ticker(1000);

      ticker.stop();
      jest.advanceTimersByTime(10_000);

      expect(ticker.tryRecv()).toBeUndefined();
      expect(ticker.closed).toBe(false);
    });

    it("T1, G123: gives no stale tick that was pending", () => {
      const ticker = new Ticker(1000);
      jest.advanceTimersByTime(1500);

      ticker.stop();

      expect(ticker.tryRecv()).toBeUndefined();
    });

    it("T1, G124: waiters go on waiting, without a timer", async () => {
      const ticker = new Ticker(1000);
      const received = ticker.recv();

      ticker.stop();
      expect(jest.getTimerCount()).toBe(0);
      jest.advanceTimersByTime(10_000);
      expect(await pending(received)).toBe(true);

      ticker.reset(1000);
      jest.advanceTimersByTime(1000);
      expect(await received).toEqual(got(start + 11_000));
    });

    it("T1: can be stopped twice", () => {
      const ticker = new Ticker(1000);

      ticker.stop();
      ticker.stop();
      jest.advanceTimersByTime(10_000);

      expect(ticker.tryRecv()).toBeUndefined();
    });

    it("T1: is stopped at the end of a block that uses it", () => {
      const made = (): Ticker => {
        using ticker = new Ticker(1000);
        return ticker;
      };

      const ticker = made();
      jest.advanceTimersByTime(10_000);

      expect(ticker.tryRecv()).toBeUndefined();
      expect(ticker.closed).toBe(false);
    });

    it("T1: may be stopped in the instant in which a tick was received", async () => {
      const ticker = new Ticker(1000);
      const received = [ticker.recv(), ticker.recv()] as const;
      jest.advanceTimersByTime(1000);

      ticker.stop();

      expect(await received[0]).toEqual(got(start + 1000));
      expect(await pending(received[1])).toBe(true);
      expect(jest.getTimerCount()).toBe(0);
    });
  });

  describe("by reset", () => {
    it("T1, G125: begins a new grid", () => {
      const ticker = new Ticker(1000);
      jest.advanceTimersByTime(700);

      ticker.reset(400);

      jest.advanceTimersByTime(399);
      expect(ticker.tryRecv()).toBeUndefined();
      jest.advanceTimersByTime(1);
      expect(ticker.tryRecv()).toEqual(got(start + 1100));
      jest.advanceTimersByTime(400);
      expect(ticker.tryRecv()).toEqual(got(start + 1500));
    });

    it("T1, G125: gives no stale tick that was pending", () => {
      const ticker = new Ticker(1000);
      jest.advanceTimersByTime(2500);

      ticker.reset(1000);

      expect(ticker.tryRecv()).toBeUndefined();
      jest.advanceTimersByTime(999);
      expect(ticker.tryRecv()).toBeUndefined();
      jest.advanceTimersByTime(1);
      expect(ticker.tryRecv()).toEqual(got(start + 3500));
    });

    it.each([300, 3000])("T1, G125: waiters get ticks of the new setting only: %p", async (ms) => {
      const ticker = new Ticker(1000);
      const received = ticker.recv();
      jest.advanceTimersByTime(500);

      ticker.reset(ms);
      expect(jest.getTimerCount()).toBe(1);
      jest.advanceTimersByTime(ms - 1);
      expect(await pending(received)).toBe(true);
      jest.advanceTimersByTime(1);

      expect(await received).toEqual(got(start + 500 + ms));
    });

    it("T1: goes on after stop", () => {
      const ticker = new Ticker(1000);
      ticker.stop();
      jest.advanceTimersByTime(5000);

      ticker.reset(1000);
      jest.advanceTimersByTime(1000);

      expect(ticker.tryRecv()).toEqual(got(start + 6000));
    });

    it.each(unusable)("T1, G127: throws RangeError for %p, and changes nothing", async (ms) => {
      const ticker = new Ticker(1000);
      const received = ticker.recv();
      jest.advanceTimersByTime(500);
      const message = `ms must be finite and positive, not ${show(ms)}`;

      expect(() => ticker.reset(ms as number)).toThrow(new RangeError(message));

      jest.advanceTimersByTime(500);
      expect(await received).toEqual(got(start + 1000));
      jest.advanceTimersByTime(1000);
      expect(ticker.tryRecv()).toEqual(got(start + 2000));
    });
  });
});

import { describe, expect, it, jest } from "@jest/globals";

import { show } from "../../src/util/inspect.js";
import { Ticker } from "../../src/time/ticker.js";
import { fakeTime } from "../support/faked-time.js";
import { got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";

const unusable = [0, -0, -1, NaN, Infinity, -Infinity, undefined, null, "1000", 1000n];

describe("Ticker", () => {
  const start = fakeTime();

  it("T1, G122: gives a value every ms milliseconds: the time at which it was due", async () => {
    const ticker = new Ticker(1000);

    for (let tick = 1; tick <= 5; tick++) {
      const received = ticker.recv();
      jest.advanceTimersByTime(999);
      expect(await pending(received)).toBe(true);
      jest.advanceTimersByTime(1);
      expect(await pending(received)).toBe(false);
      expect(await received).toStrictEqual(got(start + tick * 1000));
    }
  });

  it("T1, G122: gives the time at which a tick was due, not that at which it is received", async () => {
    const ticker = new Ticker(1000);

    jest.advanceTimersByTime(1999);

    expect(await ticker.recv()).toEqual(got(start + 1000));
  });

  it("T1, G123: is unbuffered: cap and len are 0, also when a tick is due", () => {
    const ticker = new Ticker(1000);
    const seen = [ticker.cap, ticker.len];

    jest.advanceTimersByTime(2500);
    seen.push(ticker.cap, ticker.len);
    ticker.tryRecv();
    seen.push(ticker.cap, ticker.len);

    expect(seen).toEqual([0, 0, 0, 0, 0, 0]);
  });

  describe("with a slow receiver", () => {
    it.each([1000 / 60, 1.1])(
      "T1: at most one tick of a period of %d is pending, whenever it is received",
      (period) => {
        const early: number[] = [];
        for (let time = 1; time <= 400; time++) {
          jest.setSystemTime(start);
          const ticker = new Ticker(period);
          jest.setSystemTime(start + time);

          ticker.tryRecv();

          if (ticker.tryRecv() !== undefined) early.push(time);
        }

        expect(early).toEqual([]);
      },
    );

    it.each([
      ["between two ticks", 3500],
      ["when one is due, which is missed, too", 3000],
    ])(
      "T1, G126: at most one tick is pending, those that are missed are dropped: %s",
      (_, late) => {
        const ticker = new Ticker(1000);

        jest.advanceTimersByTime(late);

        expect(ticker.tryRecv()).toEqual(got(start + 1000));
        expect(ticker.tryRecv()).toBeUndefined();
        jest.advanceTimersByTime(3999 - late);
        expect(ticker.tryRecv()).toBeUndefined();
        jest.advanceTimersByTime(1);
        expect(ticker.tryRecv()).toEqual(got(start + 4000));
      },
    );

    it("T1: ticks stay on their grid, however late they are received", async () => {
      const ticker = new Ticker(1000);
      const values: unknown[] = [];

      for (const late of [1300, 800, 950, 2000, 10_000]) {
        jest.advanceTimersByTime(late);
        values.push(await ticker.recv());
      }
      const next = ticker.recv();
      jest.advanceTimersByTime(950);
      values.push(await next);

      expect(values).toEqual([1, 2, 3, 4, 6, 16].map((tick) => got(start + tick * 1000)));
    });
  });

  describe("with a period that is no whole number", () => {
    const period = 1000 / 60;

    it("T1: ticks are on the grid exactly: errors do not add up", () => {
      const ticker = new Ticker(period);

      const wrong: number[] = [];

      for (let tick = 1; tick <= 10_000; tick++) {
        jest.setSystemTime(start + Math.ceil(tick * period));
        if (ticker.tryRecv()?.value !== start + tick * period) wrong.push(tick);
      }

      expect(wrong).toEqual([]);
    });

    it("T1: a waiter gets no tick before it is due, nor a millisecond later", async () => {
      const ticker = new Ticker(period);

      for (let tick = 1; tick <= 100; tick++) {
        const received = ticker.recv();
        jest.advanceTimersToNextTimer();
        expect(await received).toEqual(got(start + tick * period));
        expect(Date.now()).toBe(Math.ceil(start + tick * period));
      }
    });
  });

  it("T1: keeps a period exactly that is longer than setTimeout can count", async () => {
    const period = 2 ** 32 + 5;
    const ticker = new Ticker(period);

    for (let tick = 1; tick <= 2; tick++) {
      const received = ticker.recv();
      jest.advanceTimersByTime(period - 1);
      expect(await pending(received)).toBe(true);
      jest.advanceTimersByTime(1);
      expect(await received).toEqual(got(start + tick * period));
    }
  });

  it.each(unusable)("T1, G127: cannot be made with %p: throws RangeError", (ms) => {
    const message = `ms must be finite and positive, not ${show(ms)}`;
    expect(() => new Ticker(ms as number)).toThrow(new RangeError(message));
    expect(() => new Ticker(ms as number)).toThrow(RangeError);
  });

  it("T1: serves waiters in order, a tick each", async () => {
    const ticker = new Ticker(1000);
    const received = [ticker.recv(), ticker.recv(), ticker.recv()] as const;

    jest.advanceTimersByTime(1000);
    expect(await received[0]).toEqual(got(start + 1000));
    expect(await pending(received[1])).toBe(true);
    jest.advanceTimersByTime(2000);

    expect(await received[1]).toEqual(got(start + 2000));
    expect(await received[2]).toEqual(got(start + 3000));
  });

  it("C3: a try does not overtake a waiter", async () => {
    const ticker = new Ticker(1000);
    const received = ticker.recv();

    jest.setSystemTime(start + 1000);
    expect(ticker.tryRecv()).toBeUndefined();
    jest.advanceTimersByTime(1000);

    expect(await received).toEqual(got(start + 1000));
  });

  it("T2: has a timer only while there is a waiter, and one for all", async () => {
    const ticker = new Ticker(1000);
    const abort = new AbortController();
    const counts = [jest.getTimerCount()];

    const received = [ticker.recv(), ticker.recv(abort), ticker.recv(abort)];
    counts.push(jest.getTimerCount());
    jest.advanceTimersByTime(1000);
    counts.push(jest.getTimerCount());
    abort.abort();
    counts.push(jest.getTimerCount());
    jest.advanceTimersByTime(10_000);
    counts.push(jest.getTimerCount());

    expect(counts).toEqual([0, 1, 1, 0, 0]);
    await Promise.allSettled(received);
  });

  it("C8, T2: a loop gets tick after tick; leaving it leaves no timer, and the ticker goes on", async () => {
    const ticker = new Ticker(1000);
    const values: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const value of ticker) if (values.push(value) === 3) break;
    };
    const left = loop();

    await jest.advanceTimersByTimeAsync(3000);
    await left;

    expect(values).toEqual([1, 2, 3].map((tick) => start + tick * 1000));
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(1000);
    expect(ticker.tryRecv()).toEqual(got(start + 4000));
  });

  it("B11: a subclass may use any name for what is its own", async () => {
    const own = (): never => {
      throw new Error("this is the subclass's own");
    };
    class Clock extends Ticker {
      readonly set = own;
      readonly advance = own;
      readonly poll = own;
      readonly watch = own;
      readonly unwatch = own;
      readonly notify = own;
      readonly end = own;
      readonly start = own;
      readonly serve = own;
      readonly core = own;
      readonly timer = own;
      readonly waitingReceivers = own;
      readonly resets: number[] = [];
      override reset(ms: number): void {
        this.resets.push(ms);
        super.reset(ms);
      }
    }
    const clock = new Clock(1000);

    const received = [clock.recv(), clock.recv()];
    jest.advanceTimersByTime(2000);
    expect(await Promise.all(received)).toEqual([got(start + 1000), got(start + 2000)]);
    clock.reset(500);
    jest.advanceTimersByTime(500);
    expect(clock.tryRecv()).toEqual(got(start + 2500));

    expect(clock.resets).toEqual([500]);
    clock.stop();
  });

  it("B11: has no methods but those that it documents", () => {
    const names: (string | symbol)[] = [];
    for (
      let it: object = new Ticker(1);
      it !== Object.prototype;
      it = Object.getPrototypeOf(it) as object
    ) {
      names.push(...Reflect.ownKeys(it).filter((name) => typeof name === "string"));
    }

    const documented = ["cap", "len", "closed", "recv", "tryRecv", "values", "stop", "reset"];
    expect(new Set(names)).toEqual(new Set(["constructor", ...documented]));
  });
});

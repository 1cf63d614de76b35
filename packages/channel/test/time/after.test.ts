import { describe, expect, it, jest } from "@jest/globals";

import { after } from "../../src/time/after.js";
import { show } from "../../src/util/inspect.js";
import { fakeTime } from "../support/faked-time.js";
import { got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { reason } from "../support/signals.js";

describe("after", () => {
  const start = fakeTime();

  it("T1, G122: gives a waiter the time at which it was due, then and not before", async () => {
    const received = after(1000).recv();

    jest.advanceTimersByTime(999);
    expect(await pending(received)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await pending(received)).toBe(false);
    expect(await received).toStrictEqual(got(start + 1000));
  });

  it("T1, G122: gives a try the time at which it was due, then and not before", () => {
    const timer = after(1000);

    expect(timer.tryRecv()).toBeUndefined();
    jest.advanceTimersByTime(999);
    expect(timer.tryRecv()).toBeUndefined();
    jest.advanceTimersByTime(1);

    expect(timer.tryRecv()).toStrictEqual(got(start + 1000));
  });

  it("T1, G122: gives the time at which it was due, not that at which it is received", async () => {
    const [first, second] = [after(1000), after(1000)];

    jest.advanceTimersByTime(60_000);

    expect(first.tryRecv()).toEqual(got(start + 1000));
    expect(await second.recv()).toEqual(got(start + 1000));
  });

  it("T1: counts from the call of after, not from that of recv", async () => {
    const timer = after(1000);
    jest.advanceTimersByTime(400);
    const received = timer.recv();

    jest.advanceTimersByTime(599);
    expect(await pending(received)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await received).toEqual(got(start + 1000));
  });

  it("T1: gives one value, and then nothing for ever", async () => {
    const timer = after(1000);
    const abort = new AbortController();
    const received = [timer.recv(), timer.recv(abort)] as const;

    jest.advanceTimersByTime(1000);
    expect(await received[0]).toEqual(got(start + 1000));
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(1_000_000);

    expect(await pending(received[1])).toBe(true);
    abort.abort(reason);
    await expect(received[1]).rejects.toBe(reason);
    expect(timer.tryRecv()).toBeUndefined();
  });

  it("T1, G123: is unbuffered: cap and len are 0, also when the value is due", () => {
    const timer = after(1000);
    const seen = [[timer.cap, timer.len]];

    jest.advanceTimersByTime(1000);
    seen.push([timer.cap, timer.len]);
    timer.tryRecv();
    seen.push([timer.cap, timer.len]);

    expect(seen).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it("T1: never closes", async () => {
    const timer = after(1000);
    expect(timer.closed).toBe(false);

    jest.advanceTimersByTime(1000);
    await timer.recv();

    expect(timer.closed).toBe(false);
    expect(timer.tryRecv()).toBeUndefined();
  });

  it.each([0, -0, -1, -1e300, -Infinity])("T1, G129: is due at once with %p", async (ms) => {
    const [tried, waited] = [after(ms), after(ms)];

    expect(tried.tryRecv()).toEqual(got(start));
    expect(tried.tryRecv()).toBeUndefined();
    const received = waited.recv();

    expect(jest.getTimerCount()).toBe(0);
    expect(await received).toEqual(got(start));
  });

  it("T1: is never due with Infinity, and needs no timer for that", async () => {
    const timer = after(Infinity);
    const abort = new AbortController();
    const received = timer.recv(abort);
    expect(jest.getTimerCount()).toBe(0);

    jest.advanceTimersByTime(2 ** 40);

    expect(await pending(received)).toBe(true);
    abort.abort(reason);
    await expect(received).rejects.toBe(reason);
    expect(timer.tryRecv()).toBeUndefined();
  });

  it.each([NaN, undefined, null, "1000", 1000n])("T1: throws RangeError for %p", (ms) => {
    expect(() => after(ms as number)).toThrow(RangeError);
    expect(() => after(ms as number)).toThrow(`ms must be a number, not ${show(ms)}`);
  });

  it.each([2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 5 * 2 ** 31 + 7])(
    "T1: keeps a delay exactly, whatever setTimeout can count: %p",
    async (ms) => {
      const [waited, tried] = [after(ms), after(ms)];
      const received = waited.recv();

      jest.advanceTimersByTime(ms - 1);
      expect(await pending(received)).toBe(true);
      expect(tried.tryRecv()).toBeUndefined();
      jest.advanceTimersByTime(1);

      expect(await pending(received)).toBe(false);
      expect(await received).toEqual(got(start + ms));
      expect(tried.tryRecv()).toEqual(got(start + ms));
    },
  );

  it("T1: is not due before a delay that is no whole number has passed", async () => {
    const timer = after(10.5);
    const received = timer.recv();

    jest.advanceTimersByTime(10);
    expect(await pending(received)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await received).toEqual(got(start + 10.5));
  });

  it("T1: timers are due in the order of their times, whatever the order in which they were made", async () => {
    const delays = [5, 3, 6, 6, 6, 1, 1, 2, 7, 9, 4, 8, 0].map((units) => units * 100);
    const order: (number | undefined)[] = [];
    const all = delays.map(async (delay) => order.push((await after(delay).recv()).value));

    for (let i = 0; i < 10; i++) {
      jest.advanceTimersByTime(100);
      await Promise.resolve();
    }
    await Promise.all(all);

    expect(order).toEqual(delays.map((delay) => start + delay).sort((a, b) => a - b));
  });

  it("T1: a short one is due among very many long ones", async () => {
    const abort = new AbortController();
    const long = Array.from({ length: 1000 }, (_, i) => after(3_600_000 + i).recv(abort));
    const outcomes = Promise.allSettled(long);
    const short = after(1).recv();

    jest.advanceTimersByTime(1);

    expect(await short).toEqual(got(start + 1));
    expect(await pending(Promise.race(long))).toBe(true);
    abort.abort(reason);
    await outcomes;
  });

  it("T2: has a timer only while there is a waiter", async () => {
    const timer = after(1000);
    const abort = new AbortController();
    expect(jest.getTimerCount()).toBe(0);

    const received = [timer.recv(abort), timer.recv(), timer.recv(abort)];
    const outcomes = Promise.allSettled(received);
    expect(jest.getTimerCount()).toBe(1);
    abort.abort(reason);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1000);

    expect(jest.getTimerCount()).toBe(0);
    expect(await outcomes).toEqual([
      { status: "rejected", reason },
      { status: "fulfilled", value: got(start + 1000) },
      { status: "rejected", reason },
    ]);
  });

  it("T2: has no timer any more when the last waiter has left, and one again for the next", async () => {
    const timer = after(1000);
    const abort = new AbortController();
    const received = [timer.recv(abort), timer.recv(abort)];

    abort.abort();
    expect(jest.getTimerCount()).toBe(0);
    await Promise.allSettled(received);
    jest.advanceTimersByTime(300);
    const next = timer.recv();
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(699);
    expect(await pending(next)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await next).toEqual(got(start + 1000));
  });

  it("C8, T2: a loop over it gets the one value; leaving it leaves no timer", async () => {
    const values: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const value of after(1000)) {
        values.push(value);
        break;
      }
    };
    const left = loop();

    jest.advanceTimersByTime(1000);
    await left;

    expect(values).toEqual([start + 1000]);
  });
});

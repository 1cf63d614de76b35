// Time when the clock is changed. `setSystemTime` does so and moves no timer.

import { describe, expect, it, jest } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { select } from "../../src/select/select.js";
import { after } from "../../src/time/after.js";
import { Ticker } from "../../src/time/ticker.js";
import { fakeTime } from "../support/faked-time.js";
import { got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const start = fakeTime();

/** The clock is changed, as by its user. */
function changeClock(by: number): void {
  jest.setSystemTime(Date.now() + by);
}

describe.each([
  ["back", -HOUR],
  ["forward", HOUR],
])("the clock is put %s", (_, by) => {
  it("T1: after gives its value when its time has passed, to a waiter", async () => {
    const received = after(1000).recv();
    jest.advanceTimersByTime(500);

    changeClock(by);
    jest.advanceTimersByTime(499);
    expect(await pending(received)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await received).toEqual(got(start + 1000));
  });

  it("T1: a Ticker goes on to tick every ms milliseconds", async () => {
    const ticker = new Ticker(1000);
    const first = ticker.recv();
    jest.advanceTimersByTime(500);

    changeClock(by);
    jest.advanceTimersByTime(500);
    expect(await first).toEqual(got(start + 1000));

    for (let tick = 0; tick < 5; tick++) {
      const received = ticker.recv();
      jest.advanceTimersByTime(999);
      expect(await pending(received)).toBe(true);
      jest.advanceTimersByTime(1);
      expect(await pending(received)).toBe(false);
    }
  });
});

describe("the clock is put back", () => {
  it("T1: a new wait for after takes no longer than was left", async () => {
    const timer = after(1000);
    const data = new Chan<string>();
    const lost = select({ data, timer });
    jest.advanceTimersByTime(600);
    data.trySend("a");
    await lost;

    expect(timer.tryRecv()).toBeUndefined();
    changeClock(-HOUR);
    const received = timer.recv();
    jest.advanceTimersByTime(399);
    expect(await pending(received)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await received).toEqual(got(start + 1000));
  });

  it("T1: a loop that is busy with other cases gets its ticks all the same", async () => {
    const [ticker, data] = [new Ticker(1000), new Chan<number>()];
    const at: number[] = [];
    changeClock(-HOUR);
    for (let step = 1; step <= 40; step++) {
      const chosen = select({ data, ticker });
      jest.advanceTimersByTime(100);
      data.trySend(step);
      if ((await chosen).key === "ticker") at.push(step * 100);
    }

    expect(at).toEqual([1000, 2000, 3000, 4000]);
  });

  it("T1: a delay longer than setTimeout can count is kept exactly", async () => {
    const received = after(100 * DAY).recv();
    jest.advanceTimersByTime(10 * DAY);

    changeClock(-5 * DAY);
    jest.advanceTimersByTime(90 * DAY - 1);
    expect(await pending(received)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await received).toEqual(got(start + 100 * DAY));
  });

  it("T1: by a moment, the ticks return to their grid", async () => {
    const ticker = new Ticker(1000);
    const first = ticker.recv();
    jest.advanceTimersByTime(999);

    changeClock(-1);
    jest.advanceTimersByTime(1);
    expect(await first).toEqual(got(start + 1000));
    const second = ticker.recv();
    jest.advanceTimersByTime(1000);
    expect(await pending(second)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await second).toEqual(got(start + 2000));
    expect(Date.now()).toBe(start + 2000);
  });
});

describe("the clock is put forward", () => {
  it("T1: a Ticker drops what it seems to have missed, and stays on its grid", async () => {
    const ticker = new Ticker(1000);
    const first = ticker.recv();
    jest.advanceTimersByTime(500);

    changeClock(HOUR + 300);
    jest.advanceTimersByTime(500);
    expect(await first).toEqual(got(start + 1000));
    const second = ticker.recv();
    jest.advanceTimersByTime(700);

    expect(await second).toEqual(got(start + HOUR + 2000));
  });
});

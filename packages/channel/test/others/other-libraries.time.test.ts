// What other libraries get wrong with timers and permits.

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { after, Chan, select, Semaphore, Ticker } from "../../src/index.js";
import { got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";

describe("a timer", () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it("that loses a select is cleared, so that it keeps no process alive (those of @thi.ng/csp and js-csp are not)", async () => {
    const ch = new Chan<string>();
    const chosen = select({ ch, timeout: after(700) });
    expect(jest.getTimerCount()).toBe(1);

    ch.trySend("in time");

    expect(jest.getTimerCount()).toBe(0);
    expect(await chosen).toEqual({ key: "ch", ...got("in time") });
  });

  it("that nobody waits for does not exist (timeout of @thi.ng/csp starts one at once)", () => {
    const [timeout, ticker] = [after(700), new Ticker(100)];

    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(700);

    expect(timeout.tryRecv()).toEqual(got(700));
    expect(ticker.tryRecv()).toMatchObject({ ok: true });
  });
});

describe("Semaphore", () => {
  it("does not starve one who wants many (effect serves whoever fits)", async () => {
    const semaphore = new Semaphore(3);
    const held = [await semaphore.acquire(), await semaphore.acquire()];
    const large = semaphore.acquire(3);
    const small = semaphore.acquire(1);

    held[0]?.release();
    expect(await pending(Promise.race([large, small]))).toBe(true);
    held[1]?.release();

    (await large).release();
    (await small).release();
    expect(semaphore.available).toBe(3);
  });
});

// Time that passes when the test says so.

import { afterEach, beforeEach, expect, jest } from "@jest/globals";

import { settle } from "./settle.js";

/** Fakes the timers of each test of this file, and looks that none is left. */
export function fakeTime(): void {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
}

/** Lets `ms` milliseconds pass, and then all happen that can. */
export async function pass(ms: number): Promise<void> {
  await settle();
  jest.advanceTimersByTime(ms);
  await settle();
}

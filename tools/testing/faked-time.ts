// Time that passes when the test says so: the globals of the platform are replaced meanwhile.

import { afterEach, beforeEach, expect, jest } from "@jest/globals";

const START = Date.UTC(2026, 0, 1);

/**
 * Replaces the timers and the clock of the platform during each test of the file, or of the
 * `describe` that calls it. Gives the time at which each test starts. A timer that is left at its
 * end fails the test.
 */
export function fakeTime(): number {
  beforeEach(() => {
    jest.useFakeTimers({ now: START });
  });
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
  return START;
}

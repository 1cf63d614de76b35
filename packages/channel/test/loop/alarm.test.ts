import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { Platform } from "../support/platform.js";

describe("Alarm", () => {
  let platform: Platform;
  beforeEach(() => {
    platform = new Platform();
  });
  afterEach(() => {
    platform.restore();
  });

  it("T1: calls once, when it is due, also after a delay longer than setTimeout can count", async () => {
    const { Alarm } = await platform.load();
    const onDue = jest.fn();
    const alarm = new Alarm(onDue, true);

    alarm.arm(2 ** 32);
    platform.advance(2 ** 32 - 1);
    expect(onDue).not.toHaveBeenCalled();
    platform.advance(1);
    expect(onDue).toHaveBeenCalledTimes(1);
    expect(alarm.elapsed()).toBe(2 ** 32);
    platform.advance(2 ** 32);

    expect(onDue).toHaveBeenCalledTimes(1);
    expect(platform.timers).toBe(0);
  });
});

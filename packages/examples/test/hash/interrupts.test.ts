import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { exitCodeOf, Interrupts, type InterruptSignal } from "../../src/hash/interrupts.js";

const stop = jest.fn();
const abort = jest.fn();
const kill = jest.spyOn(process, "kill").mockReturnValue(true);
const clock = jest.spyOn(performance, "now");
let interrupts: Interrupts;

function listen(isRunByNpm: boolean): void {
  interrupts = new Interrupts({ stop, abort, isRunByNpm });
}

function interruptAt(ms: number, signal: InterruptSignal = "SIGINT"): void {
  clock.mockReturnValue(ms);
  process.emit(signal, signal);
}

beforeEach(() => {
  jest.clearAllMocks();
});

afterEach(() => {
  interrupts.ignore();
});

describe("Interrupts", () => {
  it("stops at the first Ctrl-C, and aborts at the second", () => {
    listen(false);

    interruptAt(1);
    expect([stop.mock.calls.length, abort.mock.calls.length]).toEqual([1, 0]);

    interruptAt(2);
    expect([stop.mock.calls.length, abort.mock.calls.length]).toEqual([1, 1]);
  });

  it("ends the process at the third, as if there were no listener", () => {
    listen(false);

    for (const ms of [1, 2, 3]) interruptAt(ms);

    expect(kill.mock.calls).toEqual([[process.pid, "SIGINT"]]);
    expect(process.listenerCount("SIGINT")).toBe(0);
  });

  it("takes a Ctrl-C that npm has passed on again for the same one", () => {
    listen(true);

    for (const ms of [1000, 1003]) interruptAt(ms);
    expect([stop.mock.calls.length, abort.mock.calls.length]).toEqual([1, 0]);

    for (const ms of [1300, 1303]) interruptAt(ms);
    expect([stop.mock.calls.length, abort.mock.calls.length]).toEqual([1, 1]);
    expect(kill).not.toHaveBeenCalled();
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("H4: takes %s for all of them", (signal) => {
    listen(false);
    expect(interrupts.first).toBeUndefined();

    for (const ms of [1, 2, 3]) interruptAt(ms, signal);

    expect(stop.mock.calls).toEqual([[signal]]);
    expect(abort).toHaveBeenCalledTimes(1);
    expect(kill.mock.calls).toEqual([[process.pid, signal]]);
    expect(interrupts.first).toBe(signal);
  });

  it("H4: goes on from one to the other", () => {
    listen(false);

    interruptAt(1, "SIGTERM");
    interruptAt(2, "SIGHUP");
    expect(abort).toHaveBeenCalledTimes(1);

    interruptAt(3, "SIGINT");
    expect(kill.mock.calls).toEqual([[process.pid, "SIGINT"]]);
    expect(interrupts.first).toBe("SIGTERM");
  });

  it("does not listen any more when it is to ignore Ctrl-C", () => {
    listen(false);

    interrupts.ignore();

    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      expect(process.listenerCount(signal)).toBe(0);
    }
  });
});

describe("exitCodeOf", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("H4: is what a shell says of %s: %i", (signal, code) => {
    expect(exitCodeOf(signal)).toBe(code);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { Interrupts } from "../../src/hash/interrupts.js";

const stop = jest.fn();
const abort = jest.fn();
const kill = jest.spyOn(process, "kill").mockReturnValue(true);
const clock = jest.spyOn(performance, "now");
let interrupts: Interrupts;

function listen(isRunByNpm: boolean): void {
  interrupts = new Interrupts({ stop, abort, isRunByNpm });
}

function interruptAt(ms: number): void {
  clock.mockReturnValue(ms);
  process.emit("SIGINT", "SIGINT");
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
    expect(interrupts.count).toBe(2);
  });

  it("ends the process at the third, as if nobody listened", () => {
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

  it("does not listen any more when it is to ignore Ctrl-C", () => {
    listen(false);

    interrupts.ignore();

    expect(process.listenerCount("SIGINT")).toBe(0);
  });
});

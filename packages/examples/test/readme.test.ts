import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

// Loaded before time is faked: what keeps the event loop alive goes by the clock that it then finds.
import "@chankit/pool";
import { settle } from "@chankit/channel/testing";

import { compileErrors, programsOf, run } from "./support/readme.js";

const programs = programsOf("README.md");

describe("README", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it("has programs, and they compile", () => {
    expect(programs.length).toBeGreaterThan(0);
    expect(compileErrors(programs)).toEqual([]);
  });

  it.each(programs)("$title: prints what it says", async (program) => {
    const ended = new AbortController();
    const printed = run(program).finally(() => {
      ended.abort();
    });
    while (!ended.signal.aborted) {
      await settle();
      jest.advanceTimersToNextTimer();
    }

    expect(await printed).toBe(program.output);
  });
});

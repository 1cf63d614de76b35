// Loaded before time is faked: what keeps the event loop alive goes by the clock that it then finds.
import "@chankit/pool";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { withoutWaiting } from "./support/faked-time.js";
import { run } from "./support/program.js";
import { compileErrors, programsOf } from "./support/readme.js";

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
    expect(await withoutWaiting(run(program.code))).toBe(program.output);
  });
});

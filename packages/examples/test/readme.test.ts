import { describe, expect, it } from "@jest/globals";

import { compileErrors, programsOf, run } from "./support/readme.js";

const programs = programsOf("README.md");

describe("README", () => {
  it("has programs, and they compile", () => {
    expect(programs.length).toBeGreaterThan(0);
    expect(compileErrors(programs)).toEqual([]);
  });

  it.each(programs)("$title: prints what it says", async (program) => {
    expect(await run(program)).toBe(program.output);
  });
});

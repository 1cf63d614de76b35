// Loaded before time is faked: what keeps the event loop alive goes by the clock that it then finds.
import "@chankit/pool";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { withoutWaiting } from "./support/faked-time.js";
import { run } from "./support/program.js";
import { compileErrors, programsOf } from "./support/sources.js";

describe.each(["README.md", "packages/channel/README.md", "packages/pool/README.md"])(
  "%s",
  (path) => {
    const programs = programsOf(path);

    beforeEach(() => {
      jest.useFakeTimers();
    });

    afterEach(() => {
      jest.useRealTimers();
    });

    it("has programs, and they compile", () => {
      expect(programs.length).toBeGreaterThan(0);
      const codes = programs.map(({ code }) => code);
      expect(compileErrors(path, codes)).toEqual([]);
    });

    it.each(programs)("$title: prints what it says", async (program) => {
      expect(await withoutWaiting(run(program.code))).toBe(program.output);
    });
  },
);

// Random programs of up to a thousand calls: all that channels do, compared with the model after each
// call. A file of its own, so that mutants are judged by it.

import { describe, it } from "@jest/globals";

import "../support/at-once.js";
import { always } from "./always.js";
import { Conformance } from "./conform.js";
import { play } from "./play.js";

describe("in a random program", () => {
  it("C3, C4, C5, C6, C7, C9, S1, S4, S5, S6, S8: everything is as the model says", () =>
    always("any", async (program) => {
      await play(program, new Conformance(program));
    }));
});

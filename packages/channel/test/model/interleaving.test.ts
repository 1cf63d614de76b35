// Three processes of three operations: every order in which they can run, with every choice of
// their selects; without the gate, so many of them. In each, channels do what the model does; at the end nothing is lost, nothing is
// there twice, channels have kept the order of their values, and the guarantee of the program holds.
//
// Replaced meanwhile: `Promise` and `WaitQueue.prototype.enqueue` (model/recorded-promise, observe).

import { describe, expect, it } from "@jest/globals";

import "../support/at-once.js";
import { ending, sharing } from "./programs.js";
import { interleave } from "./processes.js";
import { selecting } from "./select-programs.js";
import { isFull } from "../../../../tools/testing/depth.js";

const most = isFull ? Infinity : 2000;

describe("however three processes are interleaved", () => {
  it.each([...sharing, ...ending, ...selecting])("$guarantee", (program) => {
    const interleavings = interleave(program, most);

    expect(interleavings).toBeGreaterThan(50);
  });
});

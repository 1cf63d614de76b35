// Outcomes are told at once, whatever the pace: for tests that say in which microtask, or that do so
// much at one go that it would be taken for a burst. Import this before the package.

import { jest } from "@jest/globals";

jest.mock("../../src/outcomes.js", () => {
  const outcomes =
    jest.requireActual<typeof import("../../src/outcomes.js")>("../../src/outcomes.js");
  const atOnce: typeof outcomes = {
    ...outcomes,
    settle: (resolve, outcome) => resolve(outcome),
    settled: (outcome) => Promise.resolve(outcome),
    settledObject: (outcome) => Promise.resolve(outcome),
    rejected: (reason) => Promise.reject(reason),
    done: () => Promise.resolve(),
    beginWait: () => undefined,
    turnIfDue: () => undefined,
  };
  return atOnce;
});

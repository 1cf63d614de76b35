import { describe, expect, it, jest } from "@jest/globals";

import { isFake } from "../../src/loop/fakes.js";

const call = (): undefined => undefined;

describe("isFake", () => {
  it.each([
    ["a timer of Sinon", Object.assign(() => 1, { clock: {} })],
    ["a function mocked by Jest", jest.fn()],
    [
      "a function that says only that it is mocked",
      Object.assign(() => 1, { _isMockFunction: true }),
    ],
    ["a function that has only the calls of a mock", Object.assign(() => 1, { mock: {} })],
    ["a clock that says only that it is mocked", Object.assign(() => 1, { isMock: true })],
    ["a timer of node:test", call.bind(undefined)],
  ])("C11, T4: %s is a fake", (_, fn) => {
    expect(isFake(fn)).toBe(true);
  });

  it.each([
    ["what is missing", undefined],
    ["a function of the platform", setTimeout],
    ["a clock of the platform", Date],
    ["a function whose name is none", Object.defineProperty(() => 1, "name", { value: 3 })],
    [
      "a function whose name has the word",
      Object.defineProperty(() => 1, "name", { value: "unbound " }),
    ],
  ])("C11, T4: %s is none", (_, fn) => {
    expect(isFake(fn)).toBe(false);
  });
});

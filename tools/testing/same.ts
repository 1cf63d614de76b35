import { expect } from "@jest/globals";
import { isDeepStrictEqual } from "node:util";

/**
 * `expect(actual).toEqual(expected)` at the cost of a comparison: what `expect` makes for each call takes
 * most of the time of a test that compares with a model after every step.
 */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

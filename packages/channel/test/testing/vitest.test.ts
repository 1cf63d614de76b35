import { describe, expect, it } from "@jest/globals";

import { runVitest } from "../support/vitest.js";

describe("the entry for tests", () => {
  it("has a matcher for Vitest", async () => {
    const { success, numPassedTests } = await runVitest("waiters.spec.ts");

    expect({ success, numPassedTests }).toEqual({ success: true, numPassedTests: 1 });
  });
});

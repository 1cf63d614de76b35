import { beforeAll, describe, expect, it } from "@jest/globals";

import { runVitest, type VitestReport } from "../support/vitest.js";

describe("under Vitest", () => {
  let reports: ReadonlyMap<string, VitestReport>;
  beforeAll(async () => {
    reports = await runVitest();
  });

  it("the entry for tests has a matcher", () => {
    expect(reports.get("waiters.spec.ts")).toMatchObject({
      status: "passed",
      assertionResults: [{ status: "passed" }],
    });
  });

  it("T3: all works alike under its fake timers", () => {
    const { status, assertionResults = [] } = reports.get("time.spec.ts") ?? {};

    expect(status).toBe("passed");
    expect(assertionResults.length).toBeGreaterThan(0);
    for (const result of assertionResults) expect(result.status).toBe("passed");
  });
});

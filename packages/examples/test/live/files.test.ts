import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { WorkerPool } from "@chankit/pool";
import { describe, expect, it } from "@jest/globals";

import { fileOf } from "../../src/live/files.js";
import { Law } from "../../src/live/law.js";
import { Spans } from "../../src/live/order.js";

const packages = join(__dirname, "../../..");
const url = pathToFileURL(`${packages}/`);

describe("the files of the live page", () => {
  it("are the page and its style", async () => {
    const page = readFileSync(join(packages, "examples/src/live/index.html"));
    expect(await fileOf(url, "/")).toEqual({ type: "text/html", content: page });
    expect((await fileOf(url, "/page/style.css"))?.type).toBe("text/css");
  });

  it.each([
    "/page/",
    "/page/index",
    "/page/page.ts",
    "/page/none.html",
    "/page/../../../../etc/passwd",
    "/page/../live/index.html",
    "/page/%2e%2e/live/index.html",
    "/page//index.html",
    "/etc/passwd.html",
    "/constructor/a.html",
    "/toString/a.html",
  ])("are no others: %s", async (path) => {
    expect(await fileOf(url, path)).toBeUndefined();
  });

  it("are all that the page names", () => {
    const page = readFileSync(join(packages, "examples/src/live/index.html"), "utf8");
    const ids = [...page.matchAll(/ id="([\w-]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page).not.toMatch(/https?:/);
    for (const name of ["page", "sliders", "lanes"]) {
      const source = readFileSync(join(packages, `examples/src/live/${name}.ts`), "utf8");
      for (const [, id] of source.matchAll(/byId(?:<\w+>)?\("([\w-]+)"\)/g)) {
        expect(ids).toContain(id);
      }
    }
  });
});

describe("the law", () => {
  it("holds for a pool, and does not for counters that do not add up", () => {
    const law = new Law();
    const { stats } = new WorkerPool({ workers: 1 });
    expect(law.check(stats)).toBe(true);
    expect(law.check({ ...stats, waiting: 1 })).toBe(false);
    expect(law.check({ ...stats, accepted: 5, inProgress: 2, skipped: 3 })).toBe(true);
    expect([law.checks, law.violations]).toEqual([3, 1]);
  });
});

describe("what is kept of runs", () => {
  it("is bounded: the newest, and those that still run", () => {
    const spans = new Spans(10);
    const first = spans.begin({ id: 0, ms: 5, fails: false }, 0);
    for (let id = 1; id < 1000; id++) {
      spans.end(spans.begin({ id, ms: 5, fails: false }, 0), "done");
      expect(spans.all.length).toBeLessThan(20);
    }
    expect(spans.all[0]).toBe(first);
    expect(spans.all.at(-1)?.id).toBe(999);
  });
});

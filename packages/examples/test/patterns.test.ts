import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Loaded before time is faked: what keeps the event loop alive goes by the clock that it then finds.
import "@chankit/pool";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { fakeProcess } from "./support/fake-process.js";
import { withoutWaiting } from "./support/faked-time.js";
import { outputOf, run } from "./support/program.js";

const root = join(__dirname, "../../..");
const folder = join(root, "packages/examples/src/patterns");
const examples = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ name: file.slice(0, -".ts".length), path: join(folder, file) }))
  .map(({ name, path }) => ({ name, path, code: readFileSync(path, "utf8") }));

describe("patterns", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each(examples)("$name: prints what it says", async ({ code }) => {
    const printed = await withoutWaiting(run(code, { process: fakeProcess() }));

    expect(printed).toBe(outputOf(code));
    expect(printed).not.toBe("");
  });

  it.each(examples)("$name: is short, and begins by saying what it shows", ({ code }) => {
    expect(code).toMatch(/^\/\/ [A-Z].*\.\n/);
    expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(80);
  });

  it.each(examples)("$name: has a twin in Go", ({ path }) => {
    expect(existsSync(path.replace(/\.ts$/, ".go"))).toBe(true);
  });
});

describe("npm run example", () => {
  it("lists all patterns", () => {
    const { status, stdout } = example();

    expect(status).toBe(0);
    for (const { name, code } of examples) {
      const title = code.slice("// ".length, code.indexOf("\n"));
      expect(stdout).toMatch(new RegExp(`^  ${name} +`, "m"));
      expect(stdout).toContain(title);
    }
  });

  it("knows when there is no such pattern", () => {
    const { status, stderr } = example("no-such-pattern");

    expect(status).toBe(1);
    expect(stderr).toContain("There is no example no-such-pattern.");
  });
});

function example(...args: string[]) {
  return spawnSync(process.execPath, ["tools/scripts/example.mjs", ...args], {
    cwd: root,
    encoding: "utf8",
  });
}

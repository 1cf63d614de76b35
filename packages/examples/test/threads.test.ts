// The examples of threads, as processes of their own: each with a file of tasks, which its threads load.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";

import { describe, expect, it } from "@jest/globals";

import { node } from "../../../tools/testing/program.js";
import { compiledWorkspace } from "../../../tools/testing/workspace.js";
import { outputOf } from "./support/program.js";

const root = join(__dirname, "../../..");
const folder = join(root, "packages/examples/src/threads");
const examples = readdirSync(folder)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".tasks.ts"))
  .map((file) => ({ name: file.slice(0, -".ts".length), path: join(folder, file) }))
  .map(({ name, path }) => ({ name, code: readFileSync(path, "utf8") }));

describe("examples of threads", () => {
  it.each(examples)("X7: $name prints what it says, and ends", async ({ name, code }) => {
    const programs = join(await compiledWorkspace(), "packages/examples/dist/threads");

    const printed = await node([join(programs, `${name}.js`)]);

    expect(printed).toBe(outputOf(code));
    expect(printed).not.toBe("");
  });

  it.each(examples)("$name: is short, and begins by saying what it shows", ({ code }) => {
    expect(code).toMatch(/^\/\/ [A-Z].*\.\n/);
    expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(80);
  });

  it("are listed by npm run example, without what threads load", () => {
    const list = ["tools/scripts/example.mjs"];
    const { stdout } = spawnSync(process.execPath, list, { cwd: root, encoding: "utf8" });

    for (const { name } of examples) expect(stdout).toMatch(new RegExp(`^  ${name} +`, "m"));
    expect(stdout).not.toContain(".tasks");
  });
});

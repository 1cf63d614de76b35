// The program and Ctrl-C, while files are in progress that would take an hour.

import * as fs from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { EndlessFiles } from "./support/endless-files.js";
import { start } from "./support/program.js";
import { tempFolder } from "./support/temp-folder.js";

describe("Ctrl-C", () => {
  it("once: finishes what is in progress, skips what waits, and exits with 130", async () => {
    const folder = tempFolder();
    const files = new EndlessFiles(folder, 5);
    const out = join(tempFolder(), "sums");
    const program = start([folder, "--workers", "1", "--queue", "2", "--out", out]);

    await program.says(/^waiting 2, in progress 1, finished 0\/5, [1-9]/m);
    program.interrupt();
    await program.says(/^stopping: .*; Ctrl-C again/m);
    files.end();
    const { code, stdout, errors } = await program.ended;

    expect(stdout).toMatch(/^interrupted: 2 waiting files were skipped; .*\nfiles: {4}1\n/);
    expect(stdout).toMatch(
      /failures: 0\npool: .* accepted 3 = .* retrieved 1 \+ skipped 2; failed 0\n/,
    );
    expect(fs.readFileSync(out, "latin1")).toMatch(/^[0-9a-f]{64} {2}\/.*\/endless-[0-4]\n$/);
    expect(errors).toMatch(/^stopping: .*\n$/);
    expect(code).toBe(130);
  });

  it("twice: gives up what is in progress, at once", async () => {
    const folder = tempFolder();
    const files = new EndlessFiles(folder, 5);
    const out = join(tempFolder(), "sums");
    const program = start([folder, "--workers", "2", "--queue", "1", "--out", out]);

    await program.says(/^waiting 1, in progress 2, finished 0\/5, [1-9]/m);
    program.interrupt();
    await program.says(/^stopping: /m);
    program.interrupt();
    const { code, stdout, errors } = await program.ended;
    files.end();

    expect(stdout).toMatch(/^interrupted: 1 waiting file was skipped, 2 in progress given up; /);
    expect(stdout).toMatch(/files: {4}0\n(.*\n)*pool: .* retrieved 2 \+ skipped 1; failed 2\n/);
    expect(fs.readFileSync(out, "latin1")).toBe("");
    expect(errors).toMatch(/^stopping: .*\n$/);
    expect(code).toBe(130);
  });
});

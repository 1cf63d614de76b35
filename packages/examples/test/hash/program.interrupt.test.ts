// The program and signals, while files are in progress that would take an hour.

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
    expect(stdout).toMatch(
      /files: {4}0\n(.*\n)*failures: 2\npool: .* retrieved 2 \+ skipped 1; failed 2\n/,
    );
    expect(fs.readFileSync(out, "latin1")).toBe("");
    expect(errors).toMatch(/^stopping: .*\n$/);
    expect(code).toBe(130);
  });
});

describe.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("H4: %s", (signal, expected) => {
  it("once: does as Ctrl-C does, and nothing that is done is lost", async () => {
    const folder = tempFolder();
    const files = new EndlessFiles(folder, 5);
    const out = join(tempFolder(), "sums");
    const program = start([folder, "--workers", "1", "--queue", "2", "--out", out]);

    await program.says(/^waiting 2, in progress 1, finished 0\/5, [1-9]/m);
    program.child.kill(signal);
    await program.says(new RegExp(`^stopping: .*; ${signal} again gives it up$`, "m"));
    files.end();
    const { code, stdout } = await program.ended;

    expect(stdout).toMatch(/^interrupted: 2 waiting files were skipped; .*\nfiles: {4}1\n/);
    expect(fs.readFileSync(out, "latin1")).toMatch(/^[0-9a-f]{64} {2}\/.*\/endless-[0-4]\n$/);
    expect(code).toBe(expected);
  });

  it("twice: gives up what is in progress, at once", async () => {
    const folder = tempFolder();
    const files = new EndlessFiles(folder, 1);
    const program = start([folder]);

    await program.says(/^waiting 0, in progress 1, finished 0\/1, [1-9]/m);
    program.child.kill(signal);
    await program.says(/^stopping: /m);
    program.child.kill(signal);
    const { code, stdout } = await program.ended;
    files.end();

    expect(stdout).toMatch(/^interrupted: 0 waiting files were skipped, 1 in progress given up; /);
    expect(code).toBe(expected);
  });
});

describe("a run that is killed", () => {
  it("H4: has written what was done a second before", async () => {
    const folder = tempFolder();
    const files = new EndlessFiles(folder, 1);
    fs.writeFileSync(join(folder, "file"), "");
    const program = start([folder, "--out", "-"]);

    // Much less than a batch, and no end is in sight.
    await program.writes(/^[0-9a-f]{64} {2}\/.*\/file\n$/);
    program.child.kill("SIGKILL");
    const { code } = await program.ended;
    files.end();

    expect(code).toBe("SIGKILL");
  });
});

// The program and standard output: sums on it, nothing that takes it, nothing that reads it.

import * as fs from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { EndlessFiles } from "./support/endless-files.js";
import { folderWith, putAlike, sha256, sortedLines } from "./support/files.js";
import { onLinux } from "./support/on-linux.js";
import { run, start } from "./support/program.js";
import { makeFolder, removeFolder, tempFolder } from "./support/temp-folder.js";

const names = Array.from({ length: 700 }, (_, index) => `file-${index}`);
/** Has them all. It is written to by no test. */
const many = makeFolder();
const lines = names.map((name) => `${sha256(name)}  ${many}/${name}`).sort();

const opened: number[] = [];

beforeAll(() => {
  for (const name of names) fs.writeFileSync(join(many, name), name);
});

afterAll(() => removeFolder(many));

afterEach(() => {
  for (const file of opened.splice(0)) fs.closeSync(file);
});

/** As a shell does for `>` and `>>`. */
function redirect(path: string, flags = "w"): number {
  const file = fs.openSync(path, flags);
  opened.push(file);
  return file;
}

describe("H1: sums on standard output", () => {
  it("are all that is written there: the summary goes to standard error", async () => {
    const { code, stdout, errors } = await run([many, "--out", "-"]);

    expect(stdout.split("\n").sort()).toEqual(["", ...lines]);
    expect(errors).toMatch(/^files: {4}700\n(.*\n)*failures: 0\npool: .*; failed 0\n$/);
    expect(code).toBe(0);
  });

  onLinux.each([["-"], ["/dev/stdout"], ["/dev/fd/1"], ["/proc/self/fd/1"]])(
    "may be redirected to a file: --out %s > sums",
    async (out) => {
      const sums = join(tempFolder(), "sums");

      const { code, errors } = await run([many, "--out", out], { stdout: redirect(sums) });

      expect(sortedLines(sums)).toEqual(lines);
      expect(errors).toMatch(/^files: {4}700\n/);
      expect(code).toBe(0);
    },
  );

  it("may have the same file twice: --out sums > sums", async () => {
    const sums = join(tempFolder(), "sums");

    const { code, errors } = await run([many, "--out", sums], { stdout: redirect(sums) });

    expect(sortedLines(sums)).toEqual(lines);
    expect(errors).toMatch(/^files: {4}700\n/);
    expect(code).toBe(0);
  });

  it("overwrites nothing on standard error, either: --out sums 2> sums", async () => {
    const sums = join(tempFolder(), "sums");

    const { code, stdout } = await run([many, "--out", sums], { stderr: redirect(sums) });

    expect(sortedLines(sums).filter((line) => !line.startsWith("waiting"))).toEqual(lines);
    expect(stdout).toMatch(/^files: {4}700\n/);
    expect(code).toBe(0);
  });

  it("are added to what is there: --out - >> sums", async () => {
    const folder = folderWith({ file: "" });
    const sums = join(tempFolder(), "sums");
    fs.writeFileSync(sums, "before\n");

    await run([folder, "--out", "-"], { stdout: redirect(sums, "a") });

    expect(fs.readFileSync(sums, "utf8")).toBe(`before\n${sha256("")}  ${folder}/file\n`);
  });

  onLinux("leave out the file in which they are", async () => {
    const folder = folderWith({ file: "" });
    const sums = join(folder, "sums");

    await run([folder, "--out", "-"], { stdout: redirect(sums) });

    expect(sortedLines(sums)).toEqual([`${sha256("")}  ${folder}/file`]);
  });

  onLinux("H1: keep out of a device that is named, but is not standard output", async () => {
    const folder = folderWith({ file: "" });

    const { stdout, errors } = await run([folder, "--out", "/dev/null"], {
      stderr: redirect("/dev/null"),
    });

    expect(stdout).toMatch(/^files: {4}1\n/);
    expect(errors).toBe("");
  });

  it("H6: end the run as SIGPIPE would when the reader has seen enough", async () => {
    const folder = tempFolder();
    putAlike(folder, names);
    const endless = new EndlessFiles(folder, 1);
    const program = start([folder, "--workers", "2", "--out", "-"]);

    await program.writes(/./);
    program.child.stdout?.destroy();
    // Its reader is gone, but the program sees that only when it writes again.
    endless.end();
    const { code, errors } = await program.ended;

    expect(errors).toBe("");
    expect(code).toBe(141);
  });
});

describe("H6: standard output that takes nothing", () => {
  onLinux.each([[["--help"]], [[]], [["--out", "-"]], [["--out", "/dev/stdout"]]])(
    "is told, and not taken for a success: %j > /dev/full",
    async (options) => {
      const folder = folderWith({ file: "" });

      const { code, errors } = await run([folder, ...options], { stdout: redirect("/dev/full") });

      expect(errors).toBe("standard output: no space left on device\n");
      expect(code).toBe(2);
    },
  );

  onLinux("does not change what a signal says", async () => {
    const folder = tempFolder();
    const endless = new EndlessFiles(folder, 1);
    const program = start([folder], { stdout: redirect("/dev/full") });

    await program.says(/^waiting 0, in progress 1, /m);
    program.interrupt();
    await program.says(/^stopping: /m);
    endless.end();
    const { code, errors } = await program.ended;

    expect(errors).toMatch(/^stopping: .*\nstandard output: no space left on device\n$/);
    expect(code).toBe(130);
  });
});

// The program with threads, and without: nothing differs but the lines that tell of them.

import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { EndlessFiles } from "./support/endless-files.js";
import { folderWith, putAlike, sha256, sortedLines } from "./support/files.js";
import { run, start } from "./support/program.js";
import { tempFolder } from "./support/temp-folder.js";

/** So large that a thread hashes it. */
const LARGE = 300_000;

describe("--threads", () => {
  it("X1: any number of them gives the same sums", async () => {
    const contents = Array.from({ length: 12 }, (_, n) => randomBytes(n * 100_000));
    const folder = folderWith(
      Object.fromEntries(contents.map((it, n) => [`dir-${n % 3}/${n}`, it])),
    );
    const expected = contents.map((it, n) => `${sha256(it)}  ${folder}/dir-${n % 3}/${n}`).sort();
    const out = join(tempFolder(), "sums");

    for (const threads of ["0", "1", "3"]) {
      const { code, stdout, errors } = await run([folder, "--threads", threads, "--out", out]);

      expect(errors).toBe("");
      expect(code).toBe(0);
      expect(sortedLines(out)).toEqual(expected);
      expect(stdout).toMatch(/^files: {4}12\nbytes: {4}6,600,000\n/);
      const lines = [...stdout.matchAll(/^(?:thread \d|main): +(\d+) files?, ([\d,]+) bytes$/gm)];
      expect(lines).toHaveLength(threads === "0" ? 0 : Number(threads) + 1);
      if (threads !== "0") {
        expect(lines.reduce((sum, [, files]) => sum + Number(files), 0)).toBe(12);
        expect(lines.at(-1)?.[0]).toBe("main:     3 files, 300,000 bytes");
      }
    }
  });

  it("H2: few descriptors suffice, though each thread takes some", async () => {
    const names = Array.from({ length: 120 }, (_, index) => `file-${index}`);
    const content = Buffer.alloc(LARGE, 7);
    const folder = tempFolder();
    putAlike(folder, names, content);
    const out = join(tempFolder(), "sums");

    const { code, stdout, errors } = await run(
      [folder, "--workers", "500", "--threads", "4", "--out", out],
      { descriptors: 80 },
    );

    expect(errors).toBe("");
    expect(stdout).toMatch(/^files: {4}120\n(.*\n)*failures: 0\n/);
    expect(sortedLines(out)).toEqual(
      names.map((name) => `${sha256(content)}  ${folder}/${name}`).sort(),
    );
    expect(code).toBe(0);
  });

  it.each(["0", "1"])("%s: Ctrl-C finishes what is in progress, twice gives it up", async (n) => {
    const folder = tempFolder();
    const files = new EndlessFiles(folder, 5);
    const out = join(tempFolder(), "sums");
    const args = [folder, "--workers", "2", "--queue", "1", "--threads", n, "--out", out];
    const program = start(args);

    await program.says(/^waiting 1, in progress 2, finished 0\/5, [1-9]/m);
    program.interrupt();
    await program.says(/^stopping: .*; Ctrl-C again/m);
    program.interrupt();
    const { code, stdout, errors } = await program.ended;
    files.end();

    expect(stdout).toMatch(/^interrupted: 1 waiting file was skipped, 2 in progress given up; /);
    expect(stdout).toMatch(/failures: 2\npool: .* retrieved 2 \+ skipped 1; failed 2\n/);
    expect(fs.readFileSync(out, "latin1")).toBe("");
    expect(errors).toMatch(/^stopping: .*\n$/);
    expect(code).toBe(130);
  });
});

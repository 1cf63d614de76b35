// The program from end to end: what it hashes, and what it writes.

import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { folderWith, sha256, sortedLines } from "./support/files.js";
import { onLinux } from "./support/on-linux.js";
import { run } from "./support/program.js";
import { tempFolder } from "./support/temp-folder.js";
import { tool } from "./support/tool.js";

const withSha256sum = tool("sha256sum", ["--version"]).status === 0 ? it : it.skip;

const oddNames = [
  "plain",
  "with spaces ",
  " leading space",
  "-leading-dash",
  "--out",
  "new\nline",
  "carriage\rreturn",
  "back\\slash",
  "back\\n and new\n",
  "tab\tand escape \x1b[2J",
  "quote\"'`$(exit)",
  "ünï¢ødé 🎉",
  "*?[]{}~#",
];

describe("what it writes", () => {
  it("is one line a file, whatever the file is called and however large it is", async () => {
    const large = randomBytes(5_000_001);
    const folder = folderWith({
      empty: "",
      large: large,
      "sub/folder/file": "deep",
      "new\nline": "odd",
      "back\\slash": "odd",
    });
    fs.mkdirSync(join(folder, "empty folder"));
    const out = join(tempFolder(), "sums");

    const { code, stdout, errors } = await run([folder, "--out", out]);

    expect(sortedLines(out)).toEqual(
      [
        `${sha256("")}  ${folder}/empty`,
        `${sha256(large)}  ${folder}/large`,
        `${sha256("deep")}  ${folder}/sub/folder/file`,
        `\\${sha256("odd")}  ${folder}/new\\nline`,
        `\\${sha256("odd")}  ${folder}/back\\\\slash`,
      ].sort(),
    );
    expect(stdout).toMatch(/^files: {4}5\nbytes: {4}5,000,011\n/);
    expect(stdout).toContain("accepted 5 = waiting 0 + in progress 0 + finished 0 + retrieved 5");
    expect(errors).toBe("");
    expect(code).toBe(0);
  });

  withSha256sum("is accepted by sha256sum -c, odd names included", async () => {
    const folder = folderWith(Object.fromEntries(oddNames.map((name) => [name, name])));
    const out = join(tempFolder(), "sums");

    await run([folder, "--out", out]);

    const check = tool("sha256sum", ["--check", "--strict", out]);
    expect(check.stderr).toBe("");
    expect(check.stdout.match(/: OK$/gm)).toHaveLength(oddNames.length);
    expect(check.status).toBe(0);
  });

  onLinux("has the bytes of names that are not UTF-8", async () => {
    const folder = tempFolder();
    const name = Buffer.from([0x61, 0xff, 0xfe, 0x5c, 0x80]);
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), "odd");
    const out = join(tempFolder(), "sums");

    const { code } = await run([folder, "--out", out]);

    expect(sortedLines(out)).toEqual([`\\${sha256("odd")}  ${folder}/a\xff\xfe\\\\\x80`]);
    expect(code).toBe(0);
  });

  it("leaves out symbolic links, and what is behind them", async () => {
    const folder = folderWith({ file: "" });
    fs.symlinkSync("file", join(folder, "to a file"));
    fs.symlinkSync(folderWith({ other: "" }), join(folder, "to a folder"));
    fs.symlinkSync("nowhere", join(folder, "to nothing"));
    fs.symlinkSync(".", join(folder, "to where it is"));
    fs.symlinkSync("to itself", join(folder, "to itself"));
    const out = join(tempFolder(), "sums");

    const { code, errors } = await run([folder, "--out", out]);

    expect(sortedLines(out)).toEqual([`${sha256("")}  ${folder}/file`]);
    expect(errors).toBe("");
    expect(code).toBe(0);
  });

  it("replaces what was there, and leaves itself out", async () => {
    const folder = folderWith({ file: "", "sub/sums": "old\n".repeat(1000) });
    const link = join(tempFolder(), "link");
    fs.symlinkSync(folder, link);

    const { code } = await run([folder, "--out", join(link, "sub/sums")]);

    expect(sortedLines(join(folder, "sub/sums"))).toEqual([`${sha256("")}  ${folder}/file`]);
    expect(code).toBe(0);
  });

  it("may be more than fits a batch, through any number of workers", async () => {
    const names = Array.from({ length: 700 }, (_, index) => `file-${index}`);
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, name])));
    const out = join(tempFolder(), "sums");

    await run([folder, "--out", out, "--workers", "1", "--queue", "0"]);
    const one = sortedLines(out);
    await run([folder, "--out", out, "--workers", "100", "--queue", "1"]);

    expect(one).toEqual(names.map((name) => `${sha256(name)}  ${folder}/${name}`).sort());
    expect(sortedLines(out)).toEqual(one);
  });
});

describe("H5: names", () => {
  it.each([
    ["sub", "sub/a"],
    ["sub/", "sub/a"],
    ["./sub", "./sub/a"],
    [".", "./sub/a"],
    ["sub/../sub", "sub/../sub/a"],
  ])("begin with DIR as it was typed: %s gives %s", async (dir, name) => {
    const cwd = folderWith({ "sub/a": "a" });

    const { stdout, code } = await run([dir, "--out", "-"], { cwd });

    expect(stdout).toBe(`${sha256("a")}  ${name}\n`);
    expect(code).toBe(0);
  });

  withSha256sum("H5: can be checked where the tree was moved to", async () => {
    const here = folderWith({ "tree/a": "a", "tree/sub/b": "b" });
    const there = tempFolder();
    const out = join(there, "sums");

    await run(["tree", "--out", out], { cwd: here });
    fs.renameSync(join(here, "tree"), join(there, "tree"));

    const check = tool("sha256sum", ["--check", "--strict", "sums"], there);
    expect(check.stdout.split("\n").sort()).toEqual(["", "tree/a: OK", "tree/sub/b: OK"]);
    expect(check.status).toBe(0);
  });

  it("H5: leave out the output by whatever name it has", async () => {
    const cwd = folderWith({ "sub/a": "a" });

    await run(["./sub", "--out", join(cwd, "sub/sums")], { cwd });

    expect(sortedLines(join(cwd, "sub/sums"))).toEqual([`${sha256("a")}  ./sub/a`]);
  });
});

// The program from end to end: what it says, and with which code it exits, if something is amiss.

import * as fs from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { EndlessFiles } from "./support/endless-files.js";
import { folderWith, putAlike, sha256, sortedLines } from "./support/files.js";
import { onLinux } from "./support/on-linux.js";
import { run, start } from "./support/program.js";
import { putOutOfReach, tempFolder } from "./support/temp-folder.js";
import { tool } from "./support/tool.js";

describe("a file that fails", () => {
  it("is told in one line and counted, and the rest is unharmed", async () => {
    const folder = folderWith({ file: "" });
    const unreadable = putOutOfReach(folder, "file");
    const out = join(tempFolder(), "sums");

    const { code, stdout, errors } = await run([folder, "--out", out]);

    expect(errors).toBe(`${unreadable}: name too long\n`);
    expect(stdout).toMatch(/^files: {4}1\n(.*\n)*failures: 1\n/);
    expect(stdout).toContain("failed 1");
    expect(sortedLines(out)).toEqual([`${sha256("")}  ${folder}/file`]);
    expect(code).toBe(1);
  });

  it("may have vanished since it was found", async () => {
    const folder = tempFolder();
    const files = new EndlessFiles(folder, 2);
    const program = start([folder, "--workers", "1", "--queue", "1"]);

    await program.says(/^waiting 1, in progress 1, finished 0\/2, [1-9]/m);
    files.remove();
    files.end();
    const { code, stdout, errors } = await program.ended;

    expect(errors).toMatch(/^\/.*endless-[01]: no such file or directory$/m);
    expect(stdout).toMatch(/^files: {4}1\n(.*\n)*failures: 1\n/);
    expect(code).toBe(1);
  });

  it("may be special, and is not waited for", async () => {
    const folder = folderWith({ file: "" });
    tool("mkfifo", [join(folder, "pipe\nline")]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, "socket"), resolve));

    const { code, stdout, errors } = await run([folder]);
    await new Promise((resolve) => server.close(resolve));

    expect(errors.split("\n").sort()).toEqual([
      "",
      `${folder}/pipe\\nline: not a regular file, but a named pipe`,
      `${folder}/socket: not a regular file, but a socket`,
    ]);
    expect(stdout).toMatch(/^files: {4}1\n(.*\n)*failures: 2\n/);
    expect(code).toBe(1);
  });

  it("may be a folder that cannot be read", async () => {
    const folder = folderWith({ file: "" });
    const unreadable = putOutOfReach(folder, "folder");

    const { code, stdout, errors } = await run([folder]);

    expect(errors).toBe(`${unreadable}: name too long\n`);
    expect(stdout).toMatch(
      /^files: {4}1\n(.*\n)*failures: 1\nwalk: {5}failed 1\npool: .*failed 0\n/,
    );
    expect(code).toBe(1);
  });
});

describe("H2: few descriptors", () => {
  it("do not suffice for all workers: they wait for each other", async () => {
    const names = Array.from({ length: 700 }, (_, index) => `file-${index}`);
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, name])));
    const out = join(tempFolder(), "sums");

    const { code, stdout, errors } = await run([folder, "--workers", "500", "--out", out], {
      // Node opens the modules of a program all at once: with fewer it would not even be loaded.
      descriptors: 80,
    });

    expect(errors).toBe("");
    expect(stdout).toMatch(/^files: {4}700\n(.*\n)*failures: 0\n/);
    expect(sortedLines(out)).toEqual(
      names.map((name) => `${sha256(name)}  ${folder}/${name}`).sort(),
    );
    expect(code).toBe(0);
  });

  it("suffice for a tree that is deeper than that", async () => {
    const depth = 200;
    const folder = folderWith({ ["d/".repeat(depth) + "file"]: "deep" });

    const { code, stdout, errors } = await run([folder], { descriptors: 80 });

    expect(errors).toBe("");
    expect(stdout).toMatch(/^files: {4}1\n(.*\n)*failures: 0\n/);
    expect(code).toBe(0);
  });
});

describe("what cannot be done", () => {
  it("is told in one line, with exit code 2: a DIR that does not exist", async () => {
    const dir = join(tempFolder(), "no such");

    expect(await run([dir])).toEqual({
      code: 2,
      stdout: "",
      errors: `${dir}: no such file or directory\n`,
    });
  });

  it("…: a DIR that is a file", async () => {
    const dir = join(folderWith({ file: "" }), "file");

    expect(await run([dir])).toEqual({ code: 2, stdout: "", errors: `${dir}: not a directory\n` });
  });

  it("…: a FILE that cannot be created", async () => {
    const out = join(tempFolder(), "no such/file");

    expect(await run([tempFolder(), "--out", out])).toEqual({
      code: 2,
      stdout: "",
      errors: `${out}: no such file or directory\n`,
    });
  });

  onLinux("…: a FILE for which there is no room, whatever is in progress", async () => {
    const names = Array.from({ length: 700 }, (_, index) => `file-${index}`);
    const folder = tempFolder();
    putAlike(folder, names);
    const files = new EndlessFiles(folder, 1);

    const ended = await run([folder, "--workers", "2", "--out", "/dev/full"]);
    files.end();

    expect(ended).toEqual({
      code: 2,
      stdout: "",
      errors: "/dev/full: no space left on device\n",
    });
  });

  onLinux("…: that, too, when a line is written because a second is over", async () => {
    const folder = folderWith({ file: "" });
    const files = new EndlessFiles(folder, 1);

    const ended = await run([folder, "--out", "/dev/full"]);
    files.end();

    expect(ended).toEqual({
      code: 2,
      stdout: "",
      errors: "/dev/full: no space left on device\n",
    });
  });

  it("is a bad option: it tells the usage, too", async () => {
    const { code, stdout, errors } = await run(["--workers", "none"]);

    expect(errors).toMatch(/^--workers must be an integer .*, not "none"\n\nUsage: npm start -- /);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

describe("where it is run", () => {
  it("has the repository for a default", async () => {
    const out = join(tempFolder(), "sums");

    const { code } = await run(["--out", out], { cwd: tempFolder() });

    expect(fs.readFileSync(out, "utf8")).toMatch(/\/packages\/examples\/dist\/hash\/main\.js$/m);
    expect(code).toBe(0);
  });

  it("takes paths as relative to the current directory", async () => {
    const cwd = folderWith({ "dir/file": "" });

    await run(["dir", "--out", "sums"], { cwd, env: { INIT_CWD: "/nowhere" } });

    expect(sortedLines(join(cwd, "sums"))).toEqual([`${sha256("")}  dir/file`]);
  });

  it("takes them as relative to where npm start was called", async () => {
    const calledFrom = folderWith({ "dir/file": "" });

    await run(["dir", "--out", "sums"], {
      env: { npm_lifecycle_event: "start", INIT_CWD: calledFrom },
    });

    expect(sortedLines(join(calledFrom, "sums"))).toEqual([`${sha256("")}  dir/file`]);
  });

  it("tells that it was called from where nothing is any more", async () => {
    const calledFrom = join(tempFolder(), "gone");

    expect(await run([], { env: { npm_lifecycle_event: "start", INIT_CWD: calledFrom } })).toEqual({
      code: 2,
      stdout: "",
      errors: `${calledFrom}: no such file or directory\n`,
    });
  });

  it("tells its usage if asked to", async () => {
    const { code, stdout, errors } = await run(["--help"]);

    expect(stdout).toMatch(
      /^Usage: npm start -- \[DIR\] \[--workers N\] \[--queue N\] \[--threads N\] \[--out FILE\] \[--nats URL\]\n/,
    );
    expect(errors).toBe("");
    expect(code).toBe(0);
  });

  it("does not mind that no reader is left", async () => {
    const program = start([folderWith({ file: "" })]);
    program.child.stdout?.destroy();

    expect(await program.ended).toEqual({ code: 0, stdout: "", errors: "" });
  });
});

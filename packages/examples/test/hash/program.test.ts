// The program from end to end: what it hashes, writes and says, and with which code it exits.

import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { EndlessFiles } from "./support/endless-files.js";
import { run, start } from "./support/program.js";
import { putOutOfReach, tempFolder } from "./support/temp-folder.js";
import { tool } from "./support/tool.js";

const onLinux = process.platform === "linux" ? it : it.skip;
const withSha256sum = tool("sha256sum", ["--version"]).status === 0 ? it : it.skip;

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Writes the files and gives the folder. */
function folderWith(files: Record<string, string | Buffer>): string {
  const folder = tempFolder();
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(join(folder, name, ".."), { recursive: true });
    fs.writeFileSync(join(folder, name), content);
  }
  return folder;
}

function sortedLines(path: string): string[] {
  return fs.readFileSync(path, "latin1").split("\n").slice(0, -1).sort();
}

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
    expect(stdout).toMatch(/^files: {4}1\n(.*\n)*failures: 1\n/);
    expect(code).toBe(1);
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
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, ""])));
    const files = new EndlessFiles(folder, 1);

    const ended = await run([folder, "--workers", "2", "--out", "/dev/full"]);
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

    expect(sortedLines(join(cwd, "sums"))).toEqual([`${sha256("")}  ${cwd}/dir/file`]);
  });

  it("takes them as relative to where npm start was called", async () => {
    const calledFrom = folderWith({ "dir/file": "" });

    await run(["dir", "--out", "sums"], {
      env: { npm_lifecycle_event: "start", INIT_CWD: calledFrom },
    });

    expect(sortedLines(join(calledFrom, "sums"))).toEqual([
      `${sha256("")}  ${calledFrom}/dir/file`,
    ]);
  });

  it("tells its usage if asked to", async () => {
    const { code, stdout, errors } = await run(["--help"]);

    expect(stdout).toMatch(
      /^Usage: npm start -- \[DIR\] \[--workers N\] \[--queue N\] \[--out FILE\]\n/,
    );
    expect(errors).toBe("");
    expect(code).toBe(0);
  });

  it("does not mind that nobody listens to it", async () => {
    const program = start([folderWith({ file: "" })]);
    program.child.stdout?.destroy();

    expect(await program.ended).toEqual({ code: 0, stdout: "", errors: "" });
  });
});

import * as fs from "node:fs";
import { join, relative } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { count } from "../../src/hash/count.js";
import { Descriptors } from "../../src/hash/descriptors.js";
import { walk, type WalkOptions } from "../../src/hash/walk.js";
import { Directories, type Item, vanished } from "./support/directories.js";
import { putAlike } from "./support/files.js";
import { putOutOfReach, tempFolder } from "./support/temp-folder.js";

const descriptors = new Descriptors();

describe("walk", () => {
  async function pathsUnder(root: string, options?: Partial<WalkOptions>): Promise<string[]> {
    const paths: string[] = [];
    const { signal } = new AbortController();
    for await (const { path } of walk(Buffer.from(root), { signal, descriptors, ...options })) {
      paths.push(relative(root, path.toString()));
    }
    return paths.sort();
  }

  it("finds all files, at any depth", async () => {
    const root = tempFolder();
    fs.mkdirSync(join(root, "a/b/c"), { recursive: true });
    fs.mkdirSync(join(root, "empty"));
    for (const name of ["1", "a/2", "a/b/3", "a/b/c/4"]) fs.writeFileSync(join(root, name), "");

    expect(await pathsUnder(root)).toEqual(["1", "a/2", "a/b/3", "a/b/c/4"]);
  });

  it("finds more than it fetches at a time", async () => {
    const root = tempFolder();
    const names = Array.from({ length: 1000 }, (_, index) => `${index}`).sort();
    putAlike(root, names);

    expect(await pathsUnder(root)).toEqual(names);
  });

  it("follows no symbolic link but its root", async () => {
    const root = tempFolder();
    const link = join(tempFolder(), "link");
    fs.symlinkSync(root, link);
    fs.writeFileSync(join(root, "file"), "");
    fs.symlinkSync("file", join(root, "link to a file"));
    fs.symlinkSync(".", join(root, "link to a folder"));
    fs.symlinkSync("nowhere", join(root, "link to nothing"));

    expect(await pathsUnder(link)).toEqual(["file"]);
  });

  it("leaves out what it is told to", async () => {
    const root = tempFolder();
    for (const name of ["a", "b", "c"]) fs.writeFileSync(join(root, name), "");

    expect(await pathsUnder(root, { except: Buffer.from(join(root, "b")) })).toEqual(["a", "c"]);
  });

  it("tells of a folder that cannot be read, and goes on", async () => {
    const root = tempFolder();
    fs.writeFileSync(join(root, "file"), "");
    const path = putOutOfReach(root, "folder");
    const told: unknown[] = [];
    const onUnreadable: WalkOptions["onUnreadable"] = (path, error) =>
      told.push([path.toString(), (error as NodeJS.ErrnoException).code]);

    expect(await pathsUnder(root, { onUnreadable })).toEqual(["file"]);
    expect(told).toEqual([[path, "ENAMETOOLONG"]]);
  });

  it("ends when it is told to", async () => {
    const root = tempFolder();
    for (const name of ["a", "b", "c"]) fs.writeFileSync(join(root, name), "");
    const controller = new AbortController();
    const found = walk(Buffer.from(root), { signal: controller.signal, descriptors });

    expect((await found.next()).done).toBe(false);
    controller.abort();
    expect((await found.next()).done).toBe(true);
  });

  it("H2: has one directory open at a time, however deep the tree is", async () => {
    const tree = deep(1500);
    const disk = new Directories(() => tree);

    expect(await found(disk)).toEqual(Array.from({ length: 1500 }, (_, index) => `f${index}`));
    expect(disk.mostOpen).toBe(1);
    expect(disk.open).toBe(0);
  });

  it("H3: tells of a directory that cannot be read to its end, and of an entry", async () => {
    const broken = Object.assign(new Error("EIO"), { code: "EIO" });
    const disk = new Directories(() => ({
      r: ["a/", "b/", "c/"],
      "r/a": ["1", broken],
      "r/b": ["2", vanished("r/b/x"), "3"],
    }));
    const told: string[] = [];

    expect(
      await found(disk, (path, error) =>
        told.push(`${path.toString()}: ${(error as Error).message}`),
      ),
    ).toEqual(["2", "3"]);
    expect(told).toEqual(["r/c: ENOENT", "r/b/x: ENOENT: r/b/x", "r/a: EIO"]);
  });

  it("enters what it has found last first", async () => {
    const disk = new Directories(() => ({
      r: ["a/", "1", "b/"],
      "r/b": ["c/", "2"],
      "r/b/c": ["3"],
      "r/a": ["4"],
    }));

    expect(await found(disk)).toEqual(["1", "2", "3", "4"]);
  });
});

describe("count", () => {
  it("H2: counts what the walk finds, in some directories at a time", async () => {
    const tree = wide(100);
    const disk = new Directories(() => tree);

    expect(await counted(disk)).toBe((await found(disk)).length);
    expect(disk.mostOpen).toBe(8);
    expect(disk.open).toBe(0);
  });

  it("goes down when there is but one way", async () => {
    const tree = deep(1500);
    const disk = new Directories(() => tree);

    expect(await counted(disk)).toBe(1500);
    expect(disk.mostOpen).toBe(1);
  });

  it("leaves out what the walk does, and what cannot be read", async () => {
    const root = tempFolder();
    for (const name of ["a", "b"]) fs.writeFileSync(join(root, name), "");
    fs.symlinkSync("a", join(root, "link"));
    putOutOfReach(root, "folder");
    const { signal } = new AbortController();
    const options = { signal, descriptors, except: Buffer.from(join(root, "b")) };
    let total = 0;

    await count(Buffer.from(root), options, () => total++);

    expect(total).toBe(1);
  });

  it("ends when it is told to", async () => {
    const tree = wide(100);
    const disk = new Directories(() => tree);
    const controller = new AbortController();
    const { signal } = controller;
    let total = 0;

    await count(Buffer.from("r"), { signal, descriptors, opendir: disk.opendir }, () => {
      total++;
      controller.abort();
    });

    // Those that were open at that moment may have had one entry each.
    expect(total).toBeLessThanOrEqual(8);
    expect(disk.asked.length).toBeLessThanOrEqual(1 + 8);
    expect(disk.open).toBe(0);
  });
});

/** A file a level. */
function deep(levels: number): Record<string, readonly Item[]> {
  const items: Record<string, readonly Item[]> = {};
  let path = "r";
  for (let level = 0; level < levels; level++, path += "/d") {
    items[path] = level === levels - 1 ? [`f${level}`] : [`f${level}`, "d/"];
  }
  return items;
}

/** Many directories with two files each. */
function wide(directories: number): Record<string, readonly Item[]> {
  const names = Array.from({ length: directories }, (_, index) => `${index}`);
  return {
    r: names.map((name) => `${name}/`),
    ...Object.fromEntries(names.map((name) => [`r/${name}`, ["1", "2"]])),
  };
}

async function counted({ opendir }: Directories): Promise<number> {
  const { signal } = new AbortController();
  let total = 0;
  await count(Buffer.from("r"), { signal, descriptors, opendir }, () => total++);
  return total;
}

async function found(
  { opendir }: Directories,
  onUnreadable: WalkOptions["onUnreadable"] = () => undefined,
): Promise<string[]> {
  const { signal } = new AbortController();
  const names: string[] = [];
  for await (const { path } of walk(Buffer.from("r"), {
    signal,
    descriptors,
    opendir,
    onUnreadable,
  })) {
    names.push(path.toString().split("/").at(-1) ?? "");
  }
  return names;
}

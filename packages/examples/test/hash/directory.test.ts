import { settle } from "@chankit/channel/testing";
import { beforeEach, describe, expect, it, jest } from "@jest/globals";

import { Descriptors } from "../../src/hash/descriptors.js";
import { entriesOf, type OpenDirectory, type ReadOptions } from "../../src/hash/directory.js";
import { Directories, type Item, vanished } from "./support/directories.js";

const lost: string[] = [];
let controller: AbortController;

beforeEach(() => {
  lost.length = 0;
  controller = new AbortController();
});

function optionsWith(opendir: OpenDirectory): ReadOptions {
  return {
    signal: controller.signal,
    descriptors: new Descriptors(),
    opendir,
    onLostEntry: (path, error) => lost.push(`${path.toString()}: ${(error as Error).message}`),
  };
}

async function namesIn(opendir: OpenDirectory, names: string[] = []): Promise<string[]> {
  for await (const { name } of entriesOf(Buffer.from("d"), optionsWith(opendir))) {
    names.push(name.toString());
  }
  return names;
}

function directory(...readings: readonly (readonly Item[])[]): Directories {
  const left = [...readings];
  return new Directories(() => ({ d: (left.length > 1 ? left.shift() : left[0]) ?? [] }));
}

describe("entriesOf", () => {
  it("gives all entries, and closes the directory", async () => {
    const disk = directory(["a", "b"]);

    expect(await namesIn(disk.opendir)).toEqual(["a", "b"]);
    expect(disk.asked).toEqual(["d by 256"]);
    expect(disk.open).toBe(0);
  });

  it("closes it, too, when nothing more is wanted", async () => {
    const disk = directory(["a", "b"]);

    const found = entriesOf(Buffer.from("d"), optionsWith(disk.opendir));
    await found.next();
    expect(disk.open).toBe(1);
    await found.return();

    expect(disk.open).toBe(0);
  });

  it.each([
    ["first", [vanished("d/x"), "a", "b"]],
    ["between", ["a", vanished("d/x"), "b"]],
    ["last", ["a", "b", vanished("d/x")]],
  ])("H3: loses nothing but the entry that has vanished: %s", async (_, items) => {
    const disk = directory(items);

    expect(await namesIn(disk.opendir)).toEqual(["a", "b"]);
    expect(lost).toEqual(["d/x: ENOENT: d/x"]);
    expect(disk.asked).toEqual(["d by 256", "d by 1"]);
    expect(disk.open).toBe(0);
  });

  it("H3: does not give twice what it had given when an entry vanished", async () => {
    const many = Array.from({ length: 300 }, (_, index) => `${index}`);
    const behind = Array.from({ length: 10 }, (_, index) => `behind ${index}`);
    const disk = directory([...many, vanished("d/x"), ...behind, vanished("d/y"), "end"]);

    expect(await namesIn(disk.opendir)).toEqual([...many, ...behind, "end"]);
    expect(lost).toEqual(["d/x: ENOENT: d/x", "d/y: ENOENT: d/y"]);
  });

  it("H3: tells only of what vanishes where it has not been before", async () => {
    const many = Array.from({ length: 256 }, (_, index) => `${index}`);
    const disk = directory(
      [...many, vanished("d/x"), "end"],
      [vanished("d/0"), ...many.slice(1), vanished("d/x"), "end"],
    );

    expect(await namesIn(disk.opendir)).toEqual([...many, "end"]);
    expect(lost).toEqual(["d/x: ENOENT: d/x"]);
  });

  it("H3: fails if it cannot find the place again", async () => {
    const many = Array.from({ length: 256 }, (_, index) => `${index}`);
    const disk = directory([...many, vanished("d/x"), "end"], [...many.slice(0, -1), "end"]);
    const names: string[] = [];

    await expect(namesIn(disk.opendir, names)).rejects.toThrow("changed while it was read");
    expect(names).toEqual(many);
    expect(disk.open).toBe(0);
  });

  it.each([
    ["EIO", { syscall: "scandir", path: "d" }],
    ["EIO", { syscall: "lstat" }],
  ])("H3: fails if the directory cannot be read on: %s %j", async (code, rest) => {
    const failure = Object.assign(new Error("broken"), { code, ...rest });
    const disk = directory(["a", failure]);

    await expect(namesIn(disk.opendir)).rejects.toBe(failure);
    expect(disk.open).toBe(0);
  });

  it("does without onLostEntry", async () => {
    const disk = directory(["a", vanished("d/x")]);
    const { signal, descriptors } = optionsWith(disk.opendir);
    const names: string[] = [];

    const options = { signal, descriptors, opendir: disk.opendir };
    for await (const { name } of entriesOf(Buffer.from("d"), options)) names.push(name.toString());

    expect(names).toEqual(["a"]);
  });

  it("H2: waits for descriptors", async () => {
    const disk = directory(["a"]);
    let isFull = true;
    const descriptors = new Descriptors();
    const opendir: OpenDirectory = (...how) =>
      isFull
        ? Promise.reject(Object.assign(new Error(), { code: "EMFILE" }))
        : disk.opendir(...how);
    const found = entriesOf(Buffer.from("d"), { ...optionsWith(opendir), descriptors });

    const first = found.next();
    await settle();
    isFull = false;
    descriptors.closed();

    expect((await first).value?.name.toString()).toBe("a");
  });

  it("H2: says when its descriptor is free again", async () => {
    const descriptors = new Descriptors();
    const closed = jest.spyOn(descriptors, "closed");
    const disk = directory(["a"]);
    const found = entriesOf(Buffer.from("d"), { ...optionsWith(disk.opendir), descriptors });

    await found.next();
    expect(closed).not.toHaveBeenCalled();
    await found.next();
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it("H2: can be given up while a directory does not open; if it does at last, it is closed", async () => {
    const disk = directory(["a"]);
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    const opendir: OpenDirectory = async (...how) => {
      await asked;
      return disk.opendir(...how);
    };

    const names = namesIn(opendir);
    controller.abort("enough");
    await expect(names).rejects.toBe("enough");

    answer();
    await settle();
    expect(disk.asked).toEqual(["d by 256"]);
    expect(disk.open).toBe(0);
  });

  it("H2: can be given up while it is read, and while it does not even close", async () => {
    const never = new Promise<never>(() => undefined);
    const opendir = (async () => ({ read: () => never, close: () => never })) as unknown;

    const names = namesIn(opendir as OpenDirectory);
    await settle();
    controller.abort("enough");

    await expect(names).rejects.toBe("enough");
  });

  it("does not mind that it cannot be closed", async () => {
    const disk = directory(["a"]);
    const opendir: OpenDirectory = async (...how) =>
      Object.assign(await disk.opendir(...how), { close: () => Promise.reject(new Error("EIO")) });

    expect(await namesIn(opendir)).toEqual(["a"]);
  });
});

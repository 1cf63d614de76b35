import * as fs from "node:fs";
import { join, relative } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { walk, type WalkOptions } from "../../src/hash/walk.js";
import { putOutOfReach, tempFolder } from "./support/temp-folder.js";

describe.each([{ blocking: false }, { blocking: true }])(
  "walk, blocking: $blocking",
  ({ blocking }) => {
    async function pathsUnder(root: string, options?: Partial<WalkOptions>): Promise<string[]> {
      const paths: string[] = [];
      const { signal } = new AbortController();
      for await (const { path } of walk(Buffer.from(root), { signal, blocking, ...options })) {
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
      for (const name of names) fs.writeFileSync(join(root, name), "");

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
      const found = walk(Buffer.from(root), { signal: controller.signal, blocking });

      expect((await found.next()).done).toBe(false);
      controller.abort();
      expect((await found.next()).done).toBe(true);
    });
  },
);

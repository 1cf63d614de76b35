import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";

import type { JobContext } from "@chankit/pool";
import { describe, expect, it, jest } from "@jest/globals";

import { Descriptors } from "../../src/hash/descriptors.js";
import { HashFile, Shared } from "../../src/hash/hash-file.js";
import { onLinux } from "./support/on-linux.js";
import { tempFolder } from "./support/temp-folder.js";
import { tool } from "./support/tool.js";

const context: JobContext = { worker: 0, attempt: 1, signal: new AbortController().signal };

function sharedByAll(): Shared {
  return new Shared(new Descriptors());
}

function jobFor(path: string, shared = sharedByAll()): HashFile {
  return new HashFile({ path: Buffer.from(path), special: undefined }, shared);
}

describe("HashFile", () => {
  it.each([0, 1, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 3_000_000])(
    "hashes %i bytes",
    async (size) => {
      const path = join(tempFolder(), "file");
      const content = randomBytes(size);
      fs.writeFileSync(path, content);
      const shared = sharedByAll();
      const job = jobFor(path, shared);

      await job.run(context);

      expect(job.digest).toBe(createHash("sha256").update(content).digest("hex"));
      expect(shared).toMatchObject({ bytes: size, begun: 0, unread: 0 });
    },
  );

  onLinux("hashes a file that does not tell its size", async () => {
    const job = jobFor("/proc/version");

    await job.run(context);

    expect(fs.statSync("/proc/version").size).toBe(0);
    expect(job.digest).toBe(
      createHash("sha256").update(fs.readFileSync("/proc/version")).digest("hex"),
    );
  });

  it("fails if the file has vanished since it was found", async () => {
    const path = join(tempFolder(), "file");
    fs.writeFileSync(path, "");
    const job = jobFor(path);
    fs.unlinkSync(path);

    await expect(job.run(context)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("does not follow a link that has taken the place of the file", async () => {
    const folder = tempFolder();
    fs.writeFileSync(join(folder, "file"), "");
    fs.symlinkSync("file", join(folder, "link"));

    await expect(jobFor(join(folder, "link")).run(context)).rejects.toMatchObject({
      code: "ELOOP",
    });
  });

  it("does not wait for a writer of a pipe that has taken the place of the file", async () => {
    const path = join(tempFolder(), "pipe");
    tool("mkfifo", [path]);

    await expect(jobFor(path).run(context)).rejects.toThrow("not a regular file");
  });

  it("does not even open what was found to be special", async () => {
    const job = new HashFile(
      { path: Buffer.from("/no/such/path"), special: "device" },
      sharedByAll(),
    );

    await expect(job.run(context)).rejects.toThrow("not a regular file, but a device");
  });

  it("H6: tells what it has read and what is left, while it runs", async () => {
    const path = join(tempFolder(), "file");
    fs.writeFileSync(path, Buffer.alloc(1_000_000));
    const shared = sharedByAll();
    const controller = new AbortController();
    const seen: unknown[] = [];
    // It asks for its signal once before it is opened, and once a read.
    const throwIfAborted = jest.spyOn(controller.signal, "throwIfAborted");
    throwIfAborted.mockImplementation(() => {
      seen.push([shared.bytes, shared.begun, shared.unread]);
    });

    await jobFor(path, shared).run({ ...context, signal: controller.signal });

    const size = 128 * 1024;
    expect(seen.slice(-8, -5)).toEqual([
      [0, 0, 1_000_000],
      [size, size, 1_000_000 - size],
      [2 * size, 2 * size, 1_000_000 - 2 * size],
    ]);
    expect(shared).toMatchObject({ bytes: 1_000_000, begun: 0, unread: 0 });
  });

  it("gives up a large file when its signal is aborted, and closes it", async () => {
    const path = join(tempFolder(), "file");
    fs.writeFileSync(path, Buffer.alloc(1_000_000));
    const shared = sharedByAll();
    const closed = new Promise<void>((resolve) => {
      jest.spyOn(shared.descriptors, "closed").mockImplementation(resolve);
    });

    const run = jobFor(path, shared).run({ ...context, signal: AbortSignal.abort("enough") });

    await expect(run).rejects.toBe("enough");
    await closed;
    expect(shared).toMatchObject({ bytes: 0, begun: 0, unread: 0 });
  });

  it("H2: says when its descriptor is free again, also if it fails", async () => {
    const path = join(tempFolder(), "pipe");
    tool("mkfifo", [path]);
    const shared = sharedByAll();
    const closed = jest.spyOn(shared.descriptors, "closed");

    await expect(jobFor(path, shared).run(context)).rejects.toThrow("not a regular file");

    expect(closed).toHaveBeenCalledTimes(1);
  });
});

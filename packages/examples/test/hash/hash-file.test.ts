import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";

import type { JobContext } from "@chankit/pool";
import { describe, expect, it } from "@jest/globals";

import { HashFile, Shared } from "../../src/hash/hash-file.js";
import { onLinux } from "./support/on-linux.js";
import { tempFolder } from "./support/temp-folder.js";
import { tool } from "./support/tool.js";

const context: JobContext = { worker: 0, signal: new AbortController().signal };

function jobFor(path: string, shared = new Shared()): HashFile {
  return new HashFile({ path: Buffer.from(path), special: undefined }, shared);
}

describe("HashFile", () => {
  it.each([0, 1, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 3_000_000])(
    "hashes %i bytes",
    async (size) => {
      const path = join(tempFolder(), "file");
      const content = randomBytes(size);
      fs.writeFileSync(path, content);
      const shared = new Shared();
      const job = jobFor(path, shared);

      await job.run(context);

      expect(job.digest).toBe(createHash("sha256").update(content).digest("hex"));
      expect(shared.bytes).toBe(size);
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
      new Shared(),
    );

    await expect(job.run(context)).rejects.toThrow("not a regular file, but a device");
  });

  it("gives up a large file when its signal is aborted", async () => {
    const path = join(tempFolder(), "file");
    fs.writeFileSync(path, Buffer.alloc(1_000_000));
    const shared = new Shared();

    const run = jobFor(path, shared).run({ worker: 0, signal: AbortSignal.abort("enough") });

    await expect(run).rejects.toBe("enough");
    expect(shared.bytes).toBe(128 * 1024);
  });

  it("does not ask for its signal to read a small one", async () => {
    const path = join(tempFolder(), "file");
    fs.writeFileSync(path, "small");

    await jobFor(path).run({
      worker: 0,
      get signal(): AbortSignal {
        throw new Error("asked for the signal");
      },
    });
  });
});

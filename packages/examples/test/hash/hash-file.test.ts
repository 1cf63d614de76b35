import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { JobContext } from "@chankit/pool";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";

import { compiledWorkspace } from "../../../../tools/testing/workspace.js";
import { Descriptors } from "../../src/hash/descriptors.js";
import { HashFile, Shared, THREAD_SIZE } from "../../src/hash/hash-file.js";
import { HashThreads } from "../../src/hash/threads.js";
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

describe("HashFile, with threads", () => {
  let threads: HashThreads;
  let tasks: URL;

  beforeAll(async () => {
    const folder = join(await compiledWorkspace(), "packages/examples/dist/hash");
    tasks = pathToFileURL(join(folder, "tasks.js"));
    threads = new HashThreads(tasks, 1);
  });

  afterAll(() => threads.end());

  /** A job for a file with that content, and all that it shares. */
  function jobWith(content: Buffer, threads: HashThreads) {
    const path = join(tempFolder(), "file");
    fs.writeFileSync(path, content);
    const shared = new Shared(new Descriptors(), threads);
    return { path, shared, job: jobFor(path, shared) };
  }

  it.each([THREAD_SIZE, 3_000_000])("X1: hashes %i bytes in a thread", async (size) => {
    const content = randomBytes(size);
    const { shared, job } = jobWith(content, threads);
    const [before, here] = structuredClone(threads.shares);

    await job.run(context);

    expect(job.digest).toBe(createHash("sha256").update(content).digest("hex"));
    expect(shared).toMatchObject({ bytes: size, begun: 0, unread: 0 });
    const now = { files: before!.files + 1, bytes: before!.bytes + size };
    expect(threads.shares).toEqual([now, here]);
  });

  it("X1: hashes a small file here", async () => {
    const content = randomBytes(THREAD_SIZE - 1);
    const { job, shared } = jobWith(content, threads);
    const bytes = threads.shares[1]!.bytes;

    await job.run(context);

    expect(job.digest).toBe(createHash("sha256").update(content).digest("hex"));
    expect(threads.shares[1]!.bytes).toBe(bytes + content.length);
    expect(shared).toMatchObject({ bytes: content.length, begun: 0, unread: 0 });
  });

  it("H6: is asked what a thread has read, and what is left", async () => {
    const { shared, job, path } = jobWith(Buffer.alloc(0), threads);
    // It takes so long that it is seen on the way.
    const size = 2 ** 40;
    fs.truncateSync(path, size);
    const controller = new AbortController();
    const run = job.run({ ...context, signal: controller.signal });
    while (shared.bytes === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      shared.refresh();
    }

    expect(shared.begun).toBe(shared.bytes);
    expect(shared.unread).toBe(size - shared.bytes);
    controller.abort("enough");
    await expect(run).rejects.toBe("enough");
    await expect(jobWith(Buffer.alloc(THREAD_SIZE), threads).job.run(context)).resolves.toBe(
      undefined,
    );
    expect(shared).toMatchObject({ begun: 0, unread: 0 });
  });

  it("X3: hashes here what no thread can: its end is no failure of the file", async () => {
    const none = new HashThreads(new URL("missing.js", tasks), 1);
    const content = randomBytes(3_000_000);
    const { shared, job } = jobWith(content, none);

    await job.run(context);

    expect(job.digest).toBe(createHash("sha256").update(content).digest("hex"));
    expect(shared).toMatchObject({ bytes: 3_000_000, begun: 0, unread: 0 });
    expect(none.shares).toEqual([
      { files: 0, bytes: 0 },
      { files: 1, bytes: 3_000_000 },
    ]);
  });

  it("X2: fails as reading does", async () => {
    const { signal } = context;
    const reading = threads.sha256(-1, new SharedArrayBuffer(8), signal);

    await expect(reading).rejects.toMatchObject({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
    await expect(threads.sha256(2 ** 20, new SharedArrayBuffer(8), signal)).rejects.toMatchObject({
      code: "EBADF",
    });
  });
});

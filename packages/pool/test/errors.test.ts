import { describe, expect, it } from "@jest/globals";

import "./support/still-clock.js";
import { JobSkippedError, PoolClosedError, WorkerPool } from "../src/index.js";
import { busyPool, quick } from "./support/jobs.js";
import { watchAll } from "./support/watch.js";

const errors = [
  { type: PoolClosedError, name: "PoolClosedError", code: "ERR_POOL_CLOSED" },
  { type: JobSkippedError, name: "JobSkippedError", code: "ERR_JOB_SKIPPED" },
];

describe.each(errors)("$name", ({ type, name, code }) => {
  it("is an Error with a name and a code", () => {
    const error = new type("why");

    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ name, code, message: "why" });
    expect(String(error)).toBe(`${name}: why`);
    expect(error.stack).toContain("errors.test");
  });

  it("has a name that a minifier of class names leaves alone", () => {
    expect(Object.hasOwn(type.prototype, "name")).toBe(true);
  });
});

describe("WorkerPool", () => {
  it("refuses jobs with one message, whatever the verb that closed it", async () => {
    const pool = new WorkerPool({ workers: 1 });
    await pool.stop();
    const closed = new PoolClosedError("pool is closed");

    await expect(pool.queue(quick("a"))).rejects.toStrictEqual(closed);
    await expect(pool.submit(() => 1)).rejects.toStrictEqual(closed);
    expect(() => pool.tryQueue(quick("a"))).toThrow(closed);
  });

  it("B9: gives the callers that one close refuses one error", async () => {
    const { pool } = await busyPool({ workers: 1, queueSize: 0 });
    const blocked = watchAll(pool.queue(quick("a")), pool.queue(quick("b")));

    void pool.close();
    await Promise.resolve();

    expect(blocked[0]!.reason).toStrictEqual(new PoolClosedError("pool is closed"));
    expect(blocked[1]!.reason).toStrictEqual(new PoolClosedError("pool is closed"));
    expect(blocked[0]!.reason).toBe(blocked[1]!.reason);
  });

  it("tells the caller of a skipped function why it was not called", async () => {
    const { pool } = await busyPool({ workers: 1 });
    const skipped = pool.submit(() => 1);

    void pool.stop();

    await expect(skipped).rejects.toStrictEqual(
      new JobSkippedError("pool stopped before the function was started"),
    );
  });

  it("refuses to resize what has terminated", async () => {
    const pool = new WorkerPool({ workers: 1 });
    await pool.close();

    expect(() => pool.resize(2)).toThrow(new PoolClosedError("pool has terminated"));
  });
});

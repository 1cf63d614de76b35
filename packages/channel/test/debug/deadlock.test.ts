// Deadlocks and healthy programs, in a process that is faked.

import { describe, expect, it } from "@jest/globals";

import { FakeHost, inHost } from "../support/fake-host.js";
import { settle } from "../support/settle.js";
import { deadlocks, healthy } from "./deadlocks.js";

describe("a deadlock", () => {
  it.each(deadlocks)("V1: $name", async ({ run, says = [] }) => {
    const host = new FakeHost();
    await inHost(host, async (c) => {
      void run(c);
      expect(await host.end()).toBe(2);
    });
    expect(host.stderr).toMatch(/^fatal error: all tasks are asleep - deadlock!\n\ntask /);
    for (const saying of says) expect(host.stderr).toMatch(saying);
    expect(host.stderr).toMatch(/^ {4}at .*deadlocks\.ts:\d+:\d+\)?$/m);
    expect(host.stderr).not.toMatch(/channel[\\/]src[\\/]/);
  });
});

describe("a healthy program", () => {
  it.each(healthy)("V1: $name", async ({ run }) => {
    const host = new FakeHost();
    await inHost(host, async (c) => {
      await run(c);
      await settle();
      expect(await host.end()).toBe(0);
    });
    expect(host.stderr).toBe("");
  });
});

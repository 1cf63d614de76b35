// How threads look to people.

import { afterEach, describe, expect, it } from "@jest/globals";
import { inspect } from "node:util";

import { Crew, endCrews, turns } from "./support/manual.js";

afterEach(endCrews);

describe("Threads", () => {
  it("C13: tell their name, size, state and counters when they are inspected", async () => {
    const crew = new Crew({ size: 2, name: "hashes" });
    void crew.run("t");
    await turns();
    crew.at(0).begin();
    crew.at(0).tell();
    await turns();
    void crew.run("t");
    const counters = "running: 1, waiting: 1, completed: 0, failed: 0, restarts: 0";
    expect(inspect({ threads: crew.threads })).toContain(
      `threads: Threads { name: "hashes", size: 2, state: "open", ${counters} }`,
    );
    void crew.threads.terminate();
    expect(inspect(crew.threads)).toContain('state: "closed"');
  });

  it("C13: tell their class, and hide the rest", () => {
    const { threads } = new Crew();
    expect(Object.prototype.toString.call(threads)).toBe("[object Threads]");
    expect(Object.keys(threads)).toEqual(["size"]);
  });
});

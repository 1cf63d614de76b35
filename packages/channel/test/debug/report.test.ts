import { describe, expect, it } from "@jest/globals";

import { reportOf } from "../../src/debug/report.js";
import type { Sleeper } from "../../src/debug/waiting.js";

const NOW = Date.parse("2026-11-26T03:00:00Z");
const plain = { format: "text", colour: false, now: NOW } as const;

function sleeper(more: Partial<Sleeper> = {}): Sleeper {
  return {
    kind: "send",
    on: 'Chan "jobs"',
    task: "feed",
    since: NOW - 3210,
    stack: "at feed (app.js:3:7)\nat app.js:9:1",
    daemon: false,
    state: "cap 2, len 2",
    hint: "no task is left that could receive",
    ...more,
  };
}

describe("a report", () => {
  it("V1: tells each operation: what, on which channel, since when, and where it began", () => {
    expect(reportOf("deadlock", [sleeper()], plain)).toBe(
      `fatal error: all tasks are asleep - deadlock!

task "feed" [send]:
  Chan "jobs" (cap 2, len 2), for 3.2 s, since 2026-11-26T02:59:56.790Z
  no task is left that could receive
    at feed (app.js:3:7)
    at app.js:9:1
`,
    );
  });

  it("V1: numbers tasks without a name, and leaves out what is not known", () => {
    const report = reportOf(
      "deadlock",
      [sleeper(), sleeper({ task: undefined, state: "", hint: undefined, stack: "" })],
      plain,
    );
    expect(report).toContain('\n\ntask 2 [send]:\n  Chan "jobs", for 3.2 s, since');
    expect(report.endsWith("790Z\n")).toBe(true);
  });

  it("V1: tells those that wait for the same at the same place once, and no more than a hundred", () => {
    const same = Array.from({ length: 1000 }, () => sleeper());
    const others = Array.from({ length: 101 }, (_, i) => sleeper({ task: `t${i}` }));
    const report = reportOf("deadlock", [...same, ...others], plain);
    expect(report).toContain('task "feed" [send], and 999 more at this place:');
    expect(report).toContain('task "t98"');
    expect(report).not.toContain('task "t99"');
    expect(report.endsWith("\n\nand 2 more\n")).toBe(true);
  });

  it.each([
    [-5, "0 ms"],
    [999, "999 ms"],
    [99_940, "99.9 s"],
    [600_000, "10 min"],
    [36e5 * 30, "30 h"],
  ])("tells how long it was: %d ms are %s", (ms, text) => {
    expect(reportOf("waiting", [sleeper({ since: NOW - ms })], plain)).toContain(`for ${text}, `);
  });

  it("bears a clock that shows nonsense", () => {
    expect(reportOf("waiting", [sleeper({ since: NaN })], plain)).toContain("since NaN");
  });

  it.each([
    ["leak", 1, "leak: an operation waits that nothing can end"],
    ["leak", 2, "leak: 2 operations wait that nothing can end"],
    ["left", 1, "the program has ended, and 1 operation still waits"],
    ["left", 2, "the program has ended, and 2 operations still wait"],
    ["waiting", 0, "nothing waits"],
    ["waiting", 1, "1 operation waits"],
    ["waiting", 2, "2 operations wait"],
  ] as const)("%s of %d has a title", (reason, count, title) => {
    const sleepers = Array.from({ length: count }, () => sleeper());
    expect(reportOf(reason, sleepers, plain).startsWith(title)).toBe(true);
  });

  it("V3: marks daemons", () => {
    expect(reportOf("waiting", [sleeper({ daemon: true })], plain)).toContain("[send, daemon]:");
  });

  it("has colours for a terminal, and the same text", () => {
    const coloured = reportOf("deadlock", [sleeper()], { ...plain, colour: true });
    expect(coloured).toContain("\u001b[31mfatal error");
    // eslint-disable-next-line no-control-regex
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(reportOf("deadlock", [sleeper()], plain));
  });

  it("is a line of JSON for a program", () => {
    const json = reportOf("deadlock", [sleeper()], { ...plain, format: "json" });
    expect(json.endsWith("}\n")).toBe(true);
    expect(JSON.parse(json)).toEqual({ chankit: "deadlock", waiting: [sleeper()] });
  });
});

import { describe, expect, it } from "@jest/globals";

import { toChromeTrace } from "../../src/debug/chrome-trace.js";
import { toMermaid } from "../../src/debug/mermaid.js";
import { toSvg } from "../../src/debug/svg.js";
import { eventsOf } from "../support/events.js";
import { isFull } from "../../../../tools/testing/depth.js";

/** `feed` sends twice, `work` has received the first; then the channel is closed. */
const handOver = eventsOf(
  { kind: "send", task: "feed" },
  { kind: "receive", task: "work", since: 998, from: 0 },
  { kind: "send", task: "feed" },
  { kind: "close", task: "feed" },
);

interface Row {
  readonly ph: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly tid: number;
  readonly id: number;
  readonly args: Readonly<Record<string, unknown>>;
}

function rowsOf(json: string): readonly Row[] {
  return (JSON.parse(json) as { readonly traceEvents: readonly Row[] }).traceEvents;
}

describe("V4: a Chrome trace", () => {
  const rows = rowsOf(toChromeTrace(handOver));

  it("has a thread a task, in the order of their first appearance", () => {
    const names = rows.filter(({ name }) => name === "thread_name");
    expect(names.map(({ tid, args }) => [tid, args["name"]])).toEqual([
      [1, "feed"],
      [2, "work"],
    ]);
  });

  it("has a slice an event, from the moment at which it began to wait, in microseconds", () => {
    const slices = rows.filter(({ ph }) => ph === "X");
    expect(slices.map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
      ['send Chan "jobs"', 2000, 1],
      ['receive Chan "jobs"', 0, 3001],
      ['send Chan "jobs"', 4000, 1],
      ['close Chan "jobs"', 5000, 1],
    ]);
  });

  it("has a flow from each send to its receive, which leaves and comes while the slices last", () => {
    const [start, finish] = rows.filter(({ ph }) => ph === "s" || ph === "f");
    expect([start?.tid, finish?.tid]).toEqual([1, 2]);
    expect(start?.id).toBe(finish?.id);
    expect(start?.ts).toBeGreaterThan(2000);
    expect(start?.ts).toBeLessThan(2001);
    expect(finish?.ts).toBeGreaterThan(3000);
    expect(finish?.ts).toBeLessThan(3001);
  });

  it("is one of very many events, or of none", () => {
    const length = isFull ? 100_000 : 10_000;
    const many = Array.from({ length }, () => ({ kind: "send", task: "a" }) as const);
    expect(rowsOf(toChromeTrace(eventsOf(...many)))).toHaveLength(length + 3);
    expect(rowsOf(toChromeTrace([]))).toHaveLength(1);
  });
});

describe("V4: a Mermaid diagram", () => {
  it("has an arrow for each value that was received, and a note for what else happened", () => {
    expect(toMermaid(handOver).split("\n")).toEqual([
      "sequenceDiagram",
      "  participant t1 as feed",
      "  participant t2 as work",
      '  t1->>t2: Chan "jobs"',
      '  Note over t1: send Chan "jobs"',
      '  Note over t1: close Chan "jobs"',
      "",
    ]);
  });

  it("tells a select by what it did, and a job by what it was", () => {
    const events = eventsOf(
      { kind: "receive", task: "a" },
      { kind: "select", task: "a", detail: "job" },
      { kind: "job", task: "pool worker 0", detail: "Thumbnail failed" },
    );
    expect(toMermaid(events)).toContain("Note over t2: job Thumbnail failed");
    expect(toMermaid(events)).not.toContain("select");
  });

  it("escapes what Mermaid takes for its own, and shortens what is long", () => {
    const text = toMermaid(
      eventsOf({ kind: "close", task: "End" }, { kind: "close", task: `a;b#c\n${"x".repeat(99)}` }),
    );
    expect(text).toContain("as (End)");
    expect(text).toMatch(/as a#59;b#35;c#10;x{53}…\n/);
  });

  it("keeps the newest 200 rows, with the tasks in them", () => {
    const rest = Array.from({ length: 200 }, () => ({ kind: "close", task: "new" }) as const);
    const text = toMermaid(eventsOf({ kind: "close", task: "old" }, ...rest));
    expect(text).toContain("%% 1 earlier events are left out");
    expect(text).not.toContain("old");
    expect(text.match(/Note over/g)).toHaveLength(200);
  });
});

describe("V4: a picture", () => {
  it("has a lane a task, in the order of their first appearance, from the top", () => {
    const lanes = [...toSvg(handOver).matchAll(/y="(\d+)"><title>(\w+)/g)];
    expect(lanes.map(([, y, task]) => [Number(y), task])).toEqual([
      [40, "feed"],
      [80, "work"],
    ]);
  });

  it("has an arrow from each send to its receive", () => {
    expect(toSvg(handOver).match(/class="arrow/g)).toHaveLength(1);
  });

  it("shows a value that a task sends to itself as a bow, and a hand-over as a straight line down", () => {
    const bow = toSvg(
      eventsOf({ kind: "send", task: "a" }, { kind: "receive", task: "a", from: 0 }),
    );
    expect(bow).toMatch(/class="arrow c0" d="M[\d. ]+Q/);
    const [, x1, x2] = /d="M([\d.]+) \d+L([\d.]+) /.exec(toSvg(handOver)) ?? [];
    expect(x1).toBe(x2);
  });

  it("shows a select beside what it did, and a job as a bar from its begin to its end", () => {
    const svg = toSvg(
      eventsOf(
        { kind: "send", task: "a" },
        { kind: "receive", task: "b", from: 0 },
        { kind: "select", task: "b", detail: "job" },
        { kind: "job", task: "worker", since: 1000, on: "WorkerPool", detail: "Thumbnail" },
        { kind: "job", task: "worker", since: 1003.5, time: 1004, on: "WorkerPool", detail: "f" },
      ),
    );
    expect(svg).toContain("stroke-dasharray");
    const bars = [...svg.matchAll(/class="bar c1" x="([\d.]+)" width="([\d.]+)"/g)];
    expect(bars.map(([, , width]) => Number(width))).toEqual([48, 24]);
  });

  it("fits a screen, shows the newest events, and says how many it leaves out", () => {
    const many = Array.from({ length: 1000 }, (_, i) => {
      return { kind: "send", task: `task ${i % 20}`, on: `Chan "${i}"` } as const;
    });
    const svg = toSvg(eventsOf(...many));
    const [, width, height] = /viewBox="0 0 (\d+) ([\d.]+)"/.exec(svg) ?? [];
    expect(Number(width)).toBeLessThanOrEqual(1200);
    expect(Number(height)).toBeLessThanOrEqual(900);
    const shown = svg.match(/class="dot" cx/g)?.length ?? 0;
    // One more is in the legend.
    expect(svg).toContain(`${1000 - (shown - 1)} other events do not fit into this picture`);
    expect(svg).toContain("task 15: send Chan &#34;995&#34;");
  });

  it("has no labels that overlap", () => {
    const many = Array.from({ length: 60 }, (_, i) => {
      return { kind: "send", task: "a", on: `Chan "${"long ".repeat(i)}"`, time: i * 977 } as const;
    });
    const svg = toSvg(eventsOf(...many));
    const texts = [
      ...svg.matchAll(/<text class="dim" text-anchor="middle" x="([\d.]+)"[^>]*>([^<]*)/g),
    ];
    expect(texts.length).toBeGreaterThan(5);
    const spans = texts.map(([, x, text = ""]) => {
      return { from: Number(x) - text.length * 3.65, to: Number(x) + text.length * 3.65 };
    });
    for (const [i, { from }] of spans.entries()) {
      expect(from).toBeGreaterThan(spans[i - 1]?.to ?? 0);
    }
    const legend = [...svg.matchAll(/<text x="([\d.]+)" y="(\d+)">([^<]*)/g)];
    expect(legend.length).toBeGreaterThan(20);
    for (const [i, [, x, y, text = ""]] of legend.entries()) {
      const [, nextX, nextY] = legend[i + 1] ?? [];
      const length = text.replaceAll(/&#\d+;/g, "x").length;
      if (y === nextY) expect(Number(x) + length * 7.3).toBeLessThan(Number(nextX));
    }
  });

  it("tells times in the unit that fits", () => {
    const svg = toSvg(
      eventsOf(
        { kind: "send", task: "a", time: 0 },
        { kind: "close", task: "a", time: 40.4 },
        { kind: "close", task: "a", time: 40.4 },
        { kind: "close", task: "a", time: 61_500 },
      ),
    );
    const times = [...svg.matchAll(/text-anchor="middle"[^>]*>([^<]*)/g)].map(([, text]) => text);
    expect(times).toEqual(["0 ms", "40 ms", "61.5 s"]);
  });

  it("is one of nothing", () => {
    expect(toSvg([])).toMatch(/^<svg [^]*<\/svg>\n$/);
  });

  it("escapes what a program gives", () => {
    const svg = toSvg(eventsOf({ kind: "send", task: "<script>", on: 'Chan "&"' }));
    expect(svg).not.toContain("<script>");
    expect(svg).toContain("&#60;script&#62;");
  });
});

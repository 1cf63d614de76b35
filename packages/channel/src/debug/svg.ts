// A recording as a picture that fits a screen: a swim lane a task, from left to right what happened, an
// arrow from each send to the receive that took its value. A column stands for a moment at which
// something happened, not for a length of time: tasks that talk to each other do so within
// microseconds, and then wait for seconds.
//
// Nothing overlaps: what a mark says is its shape and its colour, which the legend explains, and a time
// stands below a column only if the one before leaves room for it.

import { lanesOf, type RecordedEvent } from "./events.js";
import {
  CHARACTER,
  COLOURS,
  escape,
  lengthOf,
  MARGIN,
  MAX_LABEL,
  ROW,
  round,
  shapeOf,
  shorten,
} from "./svg-marks.js";
import { Picture } from "./svg-picture.js";

const WIDTH = 1200;
const MIN_WIDTH = 640;
const MAX_LANES = 16;
const MIN_COLUMN = 12;
const MAX_COLUMN = 48;
// They differ without red and green, too; on a dark page they are lighter.
const STYLE = `
  .page { fill: #ffffff } text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #24292f }
  .lane { stroke: #d0d7de } .dim { fill: #57606a } .arrow { fill: none; stroke-width: 1.5 }
  .c0 { --c: #0969da } .c1 { --c: #bc4c00 } .c2 { --c: #1a7f64 } .c3 { --c: #8250df }
  .c4 { --c: #9a6700 } .c5 { --c: #bf3989 } .c6 { --c: #57606a } .c7 { --c: #0a7ea4 }
  .arrow, .ring, .wait { stroke: var(--c) } .dot, .head, .bar { fill: var(--c) }
  .ring { fill: #ffffff; stroke-width: 2 } .wait { stroke-width: 4; opacity: .3 } .bar { opacity: .35 }
  @media (prefers-color-scheme: dark) {
    .page, .ring { fill: #0d1117 } text { fill: #e6edf3 } .lane { stroke: #30363d } .dim { fill: #9198a1 }
    .c0 { --c: #58a6ff } .c1 { --c: #f0883e } .c2 { --c: #3fb99a } .c3 { --c: #bc8cff }
    .c4 { --c: #d29922 } .c5 { --c: #f778ba } .c6 { --c: #9198a1 } .c7 { --c: #56c7e8 }
  }`;

/** The recording as an SVG: the newest events, as many as fit. */
export function toSvg(events: readonly RecordedEvent[]): string {
  const lanes = [...lanesOf(events).keys()].slice(0, MAX_LANES);
  const left = MARGIN * 2 + CHARACTER * Math.min(MAX_LABEL, Math.max(4, ...lanes.map(lengthOf)));
  const most = Math.floor((WIDTH - left - MARGIN) / MIN_COLUMN);
  const { shown, columns } = lastColumns(
    events.filter(({ task }) => lanes.includes(task)),
    most,
  );

  const count = Math.max(1, ...columns.values()) + 1;
  const step = Math.min(MAX_COLUMN, (WIDTH - left - MARGIN) / count);
  const width = Math.max(MIN_WIDTH, Math.ceil(left + count * step + MARGIN));
  const picture = new Picture(shown, columns, lanes, left, step, width - MARGIN);
  const legend = legendOf([...new Set(shown.map(({ on }) => on))], left, width - MARGIN);
  const bottom = picture.bottom + ROW;
  const note = noteOf(events.length - shown.length);
  const height = bottom + legend.height + (note === "" ? 0 : ROW) + MARGIN;

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${round(height)}" width="${width}" height="${round(height)}" role="img" aria-label="${escape(altOf(lanes, shown.length))}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" width="${width}" height="${round(height)}"/>`,
    ...picture.draw(),
    `<g transform="translate(0 ${round(bottom)})">${legend.parts.join("")}</g>`,
    note === ""
      ? ""
      : `<text class="dim" x="${MARGIN}" y="${round(height - MARGIN)}">${note}</text>`,
    "</svg>\n",
  ].join("\n");
}

/** A receive that takes a value at the very moment at which it is sent stands below, or above, the send. */
function lastColumns(
  events: readonly RecordedEvent[],
  most: number,
): { shown: readonly RecordedEvent[]; columns: ReadonlyMap<number, number> } {
  const columns = new Map<number, number>();
  let column = -1;
  let before: RecordedEvent | undefined;
  for (const event of events) {
    const isHandOver =
      before !== undefined && event.from === before.id && before.task !== event.task;
    // A select is told beside what it did.
    if (!isHandOver && event.kind !== "select") column++;
    columns.set(event.id, Math.max(column, 0));
    before = event;
  }
  const first = Math.max(0, column + 1 - most);
  const shown = events.filter(({ id }) => (columns.get(id) as number) >= first);
  return {
    shown,
    columns: new Map(shown.map(({ id }) => [id, (columns.get(id) as number) - first])),
  };
}

/** What shapes and colours mean, in as many rows as it takes. */
function legendOf(
  names: readonly string[],
  left: number,
  right: number,
): { parts: string[]; height: number } {
  const shapes = (["send", "receive", "close", "select"] as const).map((kind) => ({
    label: kind,
    draw: (x: number, y: number) => `<g class="c6">${shapeOf(kind, x, y, "")}</g>`,
  }));
  const colours = names.slice(0, 24).map((name, i) => ({
    label: shorten(name),
    draw: (x: number, y: number) =>
      `<rect class="dot c${i % COLOURS}" x="${x - 6}" y="${y - 6}" width="12" height="12" rx="3"/>`,
  }));
  const parts: string[] = [];
  let [x, y] = [left, ROW / 2];
  for (const { label, draw } of [...shapes, ...colours]) {
    const width = 2 * ROW + lengthOf(label) * CHARACTER;
    if (x + width > right) [x, y] = [left, y + ROW];
    parts.push(
      draw(round(x + 6), y),
      `<text x="${round(x + 20)}" y="${y + 4}">${escape(label)}</text>`,
    );
    x += width;
  }
  return { parts, height: y + ROW / 2 };
}

function altOf(lanes: readonly string[], count: number): string {
  return `${count} events of ${lanes.length} tasks: ${lanes.join(", ")}`;
}

function noteOf(left: number): string {
  return left === 0 ? "" : `${left} other events do not fit into this picture`;
}

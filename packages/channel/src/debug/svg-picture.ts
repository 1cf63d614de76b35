// The lanes of a picture, with what happened in them: marks, arrows, times.

import { type RecordedEvent, sendsOf } from "./events.js";
import {
  CHARACTER,
  COLOURS,
  escape,
  LANE,
  lengthOf,
  MARGIN,
  ROW,
  round,
  shapeOf,
  shorten,
  titleOf,
} from "./svg-marks.js";

/** The marks and arrows. */
export class Picture {
  readonly bottom: number;
  readonly #shown: readonly RecordedEvent[];
  readonly #columns: ReadonlyMap<number, number>;
  readonly #lanes: readonly string[];
  readonly #left: number;
  readonly #step: number;
  readonly #right: number;
  readonly #colours = new Map<string, number>();

  constructor(
    shown: readonly RecordedEvent[],
    columns: ReadonlyMap<number, number>,
    lanes: readonly string[],
    left: number,
    step: number,
    right: number,
  ) {
    this.#shown = shown;
    this.#columns = columns;
    this.#lanes = lanes;
    this.#left = left;
    this.#step = step;
    this.#right = right;
    this.bottom = MARGIN + LANE * Math.max(1, lanes.length) + ROW;
    for (const { on } of shown) {
      if (!this.#colours.has(on)) this.#colours.set(on, this.#colours.size % COLOURS);
    }
  }

  draw(): string[] {
    return [
      ...this.#lanes.map((task, lane) => this.#lane(task, lane)),
      ...this.#times(),
      ...this.#shown.map((event) => this.#wait(event)),
      ...this.#arrows(),
      ...this.#shown.map((event) => this.#mark(event)),
    ];
  }

  #lane(task: string, lane: number): string {
    const y = this.#y(lane);
    const label = escape(shorten(task));
    return `<line class="lane" x1="${round(this.#left)}" x2="${this.#right}" y1="${y}" y2="${y}"/><text x="${MARGIN}" y="${y + 4}"><title>${escape(task)}</title>${label}</text>`;
  }

  /** The time since the first event, under the columns that have room for it. */
  #times(): string[] {
    const texts: string[] = [];
    const start = this.#shown[0]?.time ?? 0;
    let free = 0;
    let last: string | undefined;
    for (const event of this.#shown) {
      const label = elapsed(event.time - start);
      const x = this.#x(event);
      const half = (lengthOf(label) * CHARACTER) / 2;
      if (label === last || x - half < free || x + half > this.#right + MARGIN) continue;
      texts.push(
        `<text class="dim" text-anchor="middle" x="${round(x)}" y="${round(this.bottom - 4)}">${label}</text>`,
      );
      free = x + half + CHARACTER;
      last = label;
    }
    return texts;
  }

  /** From where it began, if other things happened meanwhile: a wait, or a job. */
  #wait(event: RecordedEvent): string {
    if (event.since >= event.time) return "";
    const first = this.#shown.find(({ time }) => time >= event.since) as RecordedEvent;
    const from = this.#x(first);
    const to = this.#x(event);
    const y = this.#yOf(event);
    const colour = this.#colour(event);
    if (event.kind !== "job") {
      return `<line class="wait ${colour}" x1="${round(from)}" x2="${round(to)}" y1="${y}" y2="${y}"/>`;
    }
    const width = Math.max(to - from, this.#step / 2);
    return `<rect class="bar ${colour}" x="${round(to - width)}" width="${round(width)}" y="${y - 10}" height="20" rx="4">${titleOf(event)}</rect>`;
  }

  #arrows(): string[] {
    const sends = sendsOf(this.#shown);
    return this.#shown.flatMap((event) => {
      const sent = sends.get(event.from);
      return sent === undefined ? [] : [this.#arrow(sent, event)];
    });
  }

  #arrow(sent: RecordedEvent, event: RecordedEvent): string {
    const [x1, y1, x2, y2] = [this.#x(sent), this.#yOf(sent), this.#x(event), this.#yOf(event)];
    const colour = this.#colour(event);
    if (y1 === y2) {
      const peak = y1 - LANE / 2;
      return `<path class="arrow ${colour}" d="M${round(x1)} ${y1}Q${round((x1 + x2) / 2)} ${peak} ${round(x2)} ${y2}"/>`;
    }
    const length = Math.hypot(x2 - x1, y2 - y1);
    const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
    // The tip touches the mark of the receive.
    const [tx, ty] = [x2 - 6 * dx, y2 - 6 * dy];
    const [bx, by] = [tx - 7 * dx, ty - 7 * dy];
    const head: readonly (readonly [number, number])[] = [
      [tx, ty],
      [bx - 4 * dy, by + 4 * dx],
      [bx + 4 * dy, by - 4 * dx],
    ];
    const points = head.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
    return `<path class="arrow ${colour}" d="M${round(x1)} ${y1}L${round(bx)} ${round(by)}"/><polygon class="head ${colour}" points="${points}"/>`;
  }

  #mark(event: RecordedEvent): string {
    if (event.kind === "job") return "";
    const [x, y, colour] = [round(this.#x(event)), this.#yOf(event), this.#colour(event)];
    return `<g class="${colour}">${shapeOf(event.kind, x, y, titleOf(event))}</g>`;
  }

  #x(event: RecordedEvent): number {
    return this.#left + (this.#columns.get(event.id) as number) * this.#step + this.#step / 2;
  }

  #yOf(event: RecordedEvent): number {
    return this.#y(this.#lanes.indexOf(event.task));
  }

  #y(lane: number): number {
    return MARGIN + lane * LANE + LANE / 2;
  }

  #colour(event: RecordedEvent): string {
    return `c${this.#colours.get(event.on) as number}`;
  }
}

function elapsed(ms: number): string {
  if (ms >= 1000) return `${round(ms / 1000)} s`;
  return `${ms >= 10 ? Math.round(ms) : round(ms)} ms`;
}

// The parts of a picture: shapes, labels and their measures. Everything that comes from a program is escaped.

import { labelOf, type RecordedEvent } from "./events.js";

/** The measures of a picture, in pixels. */
export const LANE = 40;
export /**
 *
 */
const MARGIN = 16;
export /**
 *
 */
const ROW = 20;
/** The width of a character in the font of the labels, which is monospaced. */
export const CHARACTER = 7.3;
/** A longer label is shortened; the whole of it is told on pointing at it. */
export const MAX_LABEL = 24;
export /**
 *
 */
const COLOURS = 8;

/** The mark of an event. */
export function shapeOf(kind: RecordedEvent["kind"], x: number, y: number, title: string): string {
  if (kind === "send") return `<circle class="dot" cx="${x}" cy="${y}" r="5">${title}</circle>`;
  if (kind === "receive") return `<circle class="ring" cx="${x}" cy="${y}" r="5">${title}</circle>`;
  if (kind === "close") {
    return `<rect class="dot" x="${x - 5}" y="${y - 5}" width="10" height="10">${title}</rect>`;
  }
  return `<circle class="ring" cx="${x}" cy="${y}" r="9" fill-opacity="0" stroke-dasharray="2 2">${title}</circle>`;
}

/** What is told on pointing at a mark, and read out by a screen reader. */
export function titleOf(event: RecordedEvent): string {
  return `<title>${escape(`${event.task}: ${labelOf(event)}`)}</title>`;
}

/** A label that is not too long. */
export function shorten(label: string): string {
  return lengthOf(label) > MAX_LABEL
    ? `${Array.from(label)
        .slice(0, MAX_LABEL - 1)
        .join("")}…`
    : label;
}

/** How many characters it has. */
export function lengthOf(label: string): number {
  return Array.from(label).length;
}

/** Digits that cannot be seen are left out. */
export function round(n: number): number {
  return Math.round(n * 100) / 100;
}

/** As text of XML, and as the value of an attribute. */
export function escape(label: string): string {
  return label.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

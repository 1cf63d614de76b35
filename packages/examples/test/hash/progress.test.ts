import type { WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import type { Figures } from "../../src/hash/figures.js";
import { showProgress } from "../../src/hash/progress.js";

const pool = { accepted: 100, waiting: 0, inProgress: 0, skipped: 0, failed: 0, blocked: 0 };

function figures(done: number): Figures {
  return {
    pool: { ...pool, finished: 0, retrieved: done },
    total: 100,
    isCounted: true,
    bytes: 1e6,
    begun: 0,
    unread: 0,
    seconds: 1,
  };
}

/** A stream that only keeps what is written to it. */
class Written {
  readonly isTTY: boolean;
  columns: number | undefined;
  text = "";

  constructor(columns?: number) {
    this.isTTY = columns !== undefined;
    this.columns = columns;
  }

  /** The lines as they are seen at last: a return to the start of a line overwrites it. */
  get lines(): string[] {
    return this.text
      .split("\n")
      .map((line) => stripVTControlCharacters(line.split("\x1b[1G").at(-1) ?? ""));
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

let done: number;

function show(stream: Written): ReturnType<typeof showProgress> {
  return showProgress(stream as unknown as WriteStream, () => figures(done), {
    isBar: stream.isTTY,
  });
}

beforeEach(() => {
  jest.useFakeTimers();
  done = 0;
});
afterEach(() => {
  jest.useRealTimers();
});

describe("on a terminal", () => {
  const status = (count: number, eta: string): string =>
    `waiting 0, in progress 0, finished ${count}/100, 1 MB/s, ETA ${eta}`;

  it("shows a bar and the figures, and keeps them up to date", () => {
    const stream = new Written(120);
    const progress = show(stream);
    done = 50;
    jest.advanceTimersByTime(200);
    expect(stream.lines).toEqual([`${"=".repeat(20)}${"-".repeat(20)} ${status(50, "0:01")}`]);

    done = 100;
    progress.stop();

    expect(stream.lines).toEqual([`${"=".repeat(40)} ${status(100, "0:00")}`, ""]);
  });

  it("gives the bar the room that the figures leave it", () => {
    const stream = new Written(80);
    done = 100;

    show(stream).stop();

    expect(stream.lines[0]).toMatch(/^=+ waiting .*ETA 0:00$/);
    expect(stream.lines[0]).toHaveLength(79);
  });

  it.each([
    [80, /^=+ waiting 0, in progress 0, finished 100\/100, 1 MB\/s, ETA 0:00$/],
    [60, /^=+ in progress 0, finished 100\/100, 1 MB\/s, ETA 0:00$/],
    [33, /^={5} finished 100\/100, ETA 0:00$/],
    [32, /^finished 100\/100, ETA 0:00$/],
    [27, /^finished 100\/100, ETA 0:00$/],
    [26, /^={8} finished 100\/100$/],
    [9, /^100\/100$/],
    [5, /^$/],
  ])("H6: leaves out what does not fit %i columns, with one to spare", (columns, line) => {
    const stream = new Written(columns);
    done = 100;

    show(stream).stop();

    expect(stream.lines[0]).toMatch(line);
    expect(stream.lines[0]!.length).toBeLessThan(columns);
  });

  it("H6: takes away all pieces of a line that a narrower terminal has broken", () => {
    const stream = new Written(80);
    const progress = show(stream);
    jest.advanceTimersByTime(200);
    expect(stream.text).not.toContain("\x1b[J");

    stream.text = "";
    stream.columns = 30;
    jest.advanceTimersByTime(100);
    // 79 columns are three lines now: two up, and clear all below.
    expect(stream.text.startsWith("\x1b[2A\r\x1b[J")).toBe(true);

    stream.text = "";
    jest.advanceTimersByTime(100);
    expect(stream.text).not.toContain("\x1b[J");
    progress.stop();
  });

  it("says other things above the bar, in full", () => {
    const stream = new Written(80);
    const progress = show(stream);
    const long = `${"long".repeat(100)}: no such file or directory`;

    progress.log("first");
    jest.advanceTimersByTime(200);
    progress.log(long);
    progress.stop();

    expect(stream.lines.slice(0, 2)).toEqual(["first", long]);
    expect(stream.lines[2]).toMatch(/^-+ waiting 0/);
    expect(stream.lines).toHaveLength(4);
  });

  it("leaves no timer behind", () => {
    show(new Written(80)).stop();

    expect(jest.getTimerCount()).toBe(0);
  });
});

describe("without a terminal", () => {
  it("says a plain line after a second, and every five seconds", () => {
    const stream = new Written();
    const progress = show(stream);

    jest.advanceTimersByTime(999);
    expect(stream.text).toBe("");

    jest.advanceTimersByTime(10_001);
    progress.stop();
    expect(stream.lines).toHaveLength(1 + 3);
    expect(stream.lines[0]).toMatch(/^waiting 0, in progress 0, finished 0\/100, /);
    expect(jest.getTimerCount()).toBe(0);
  });

  it("says nothing of a run that is over at once", () => {
    const stream = new Written();

    show(stream).stop();

    expect(stream.text).toBe("");
  });

  it("says other things as they come", () => {
    const stream = new Written();
    const progress = show(stream);

    progress.log("first");
    progress.stop();

    expect(stream.text).toBe("first\n");
  });
});

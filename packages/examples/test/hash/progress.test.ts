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
    seconds: 1,
  };
}

/** A stream that only keeps what is written to it. */
class Written {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
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
  return showProgress(stream as unknown as WriteStream, () => figures(done));
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

  it("cuts the figures rather than to need two lines", () => {
    const stream = new Written(30);

    show(stream).stop();

    expect(stream.lines).toEqual([` ${status(0, "--:--")}`.slice(0, 30), ""]);
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

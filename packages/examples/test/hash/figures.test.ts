import { describe, expect, it } from "@jest/globals";

import {
  type Figures,
  formatTime,
  progressLine,
  remainingSeconds,
} from "../../src/hash/figures.js";
import { summaryOf } from "../../src/hash/summary.js";

const figures: Figures = {
  pool: {
    accepted: 1264,
    waiting: 256,
    inProgress: 8,
    finished: 10,
    retrieved: 990,
    skipped: 0,
    failed: 1,
    blocked: 1,
  },
  total: 5000,
  isCounted: true,
  bytes: 123_400_000,
  seconds: 2,
};

describe("remainingSeconds", () => {
  it("assumes that the rest takes as long a file as those that are done", () => {
    expect(remainingSeconds(figures)).toBe(8);
  });

  it("is unknown while files are counted, and while none is done", () => {
    expect(remainingSeconds({ ...figures, isCounted: false })).toBeUndefined();
    const pool = { ...figures.pool, finished: 0, retrieved: 0 };
    expect(remainingSeconds({ ...figures, pool })).toBeUndefined();
  });

  it("is never negative, even if files were added after the count", () => {
    expect(remainingSeconds({ ...figures, total: 10 })).toBe(0);
  });
});

describe("progressLine", () => {
  it("tells what waits, is in progress and is finished, the speed and the time left", () => {
    expect(progressLine(figures)).toBe(
      "waiting 256, in progress 8, finished 1,000/5,000, 62 MB/s, ETA 0:08",
    );
  });

  it("marks a total that still grows, and gives no time then", () => {
    expect(progressLine({ ...figures, isCounted: false })).toBe(
      "waiting 256, in progress 8, finished 1,000/5,000+, 62 MB/s, ETA --:--",
    );
  });
});

describe("formatTime", () => {
  it.each([
    [0, "0:00"],
    [0.2, "0:01"],
    [59.5, "1:00"],
    [125, "2:05"],
    [3599.1, "1:00:00"],
    [3725, "1:02:05"],
    [360_000, "100:00:00"],
    [undefined, "--:--"],
  ])("writes %p as %s", (seconds, text) => {
    expect(formatTime(seconds)).toBe(text);
  });
});

describe("summaryOf", () => {
  const pool = { ...figures.pool, waiting: 0, inProgress: 0, finished: 0, skipped: 256 };

  it("tells files, bytes, seconds, MB/s, failures and the counters of the pool", () => {
    const tally = { hashed: 999, failures: 2, givenUp: 0 };

    expect(summaryOf({ ...figures, pool }, tally, false)).toBe(
      [
        "files:    999",
        "bytes:    123,400,000",
        "seconds:  2.00",
        "MB/s:     61.7",
        "failures: 2",
        "pool:     accepted 1,264 = waiting 0 + in progress 0 + finished 0 + retrieved 990 + skipped 256; failed 1",
        "",
      ].join("\n"),
    );
  });

  it("begins with what an interrupt has left undone", () => {
    const tally = { hashed: 982, failures: 0, givenUp: 8 };

    expect(summaryOf({ ...figures, pool }, tally, true)).toMatch(
      /^interrupted: 256 waiting files were skipped, 8 in progress given up; .*\nfiles: {4}982\n/,
    );
  });

  it("is well with a run that took no time", () => {
    const tally = { hashed: 0, failures: 0, givenUp: 0 };

    expect(summaryOf({ ...figures, bytes: 0, seconds: 0 }, tally, false)).toContain(
      "MB/s:     0.0\n",
    );
  });
});

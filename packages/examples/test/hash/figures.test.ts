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
  begun: 0,
  unread: 0,
  seconds: 2,
};

const OPEN = 64 * 1024;

describe("remainingSeconds", () => {
  it("takes files that were not begun for as large as those that are done", () => {
    const pool = { ...figures.pool, inProgress: 0 };
    expect(remainingSeconds({ ...figures, pool })).toBe(8);
  });

  it("H6: goes by the bytes of the files in progress", () => {
    const pool = { ...figures.pool, inProgress: 1, finished: 0, retrieved: 3 };
    // 60 GB, of which one is read.
    const one = { pool, total: 4, isCounted: true, begun: 1e9, unread: 59e9, seconds: 2 };

    expect(remainingSeconds({ ...one, bytes: 1e9 })).toBeCloseTo((2 * 59e9) / (1e9 + 3 * OPEN), 6);
    expect(progressLine({ ...one, bytes: 1e9 })).toMatch(/finished 3\/4, 500 MB\/s, ETA 1:58$/);
  });

  it("H6: does not take what is read of a file in progress for the size of others", () => {
    const pool = { ...figures.pool, inProgress: 1, finished: 0, retrieved: 10 };
    const bytes = 1e9 + 10 * OPEN;
    const one = { pool, total: 21, isCounted: true, begun: 1e9, unread: 1e9, bytes, seconds: 2 };

    expect(remainingSeconds(one)).toBeCloseTo((2 * (1e9 + 10 * 2 * OPEN)) / (1e9 + 20 * OPEN), 6);
  });

  it("H6: knows the end of a file before any is done, if there is no other", () => {
    const pool = { ...figures.pool, inProgress: 1, finished: 0, retrieved: 0 };
    const one = {
      pool,
      total: 1,
      isCounted: true,
      begun: 100,
      unread: 300,
      bytes: 100,
      seconds: 2,
    };

    expect(remainingSeconds(one)).toBe(6);
    expect(remainingSeconds({ ...one, total: 2 })).toBeUndefined();
    expect(remainingSeconds({ ...one, begun: 0, unread: 400, bytes: 0 })).toBeUndefined();
  });

  it("H6: does not wait for what is no longer in progress", () => {
    const pool = { ...figures.pool, inProgress: 0, finished: 0, retrieved: 1 };
    const one = {
      pool,
      total: 1,
      isCounted: true,
      begun: 100,
      unread: 300,
      bytes: 100,
      seconds: 2,
    };

    expect(remainingSeconds(one)).toBe(0);
  });

  it("is unknown while files are counted, and while none is done", () => {
    expect(remainingSeconds({ ...figures, isCounted: false })).toBeUndefined();
    const pool = { ...figures.pool, finished: 0, retrieved: 0 };
    expect(remainingSeconds({ ...figures, pool })).toBeUndefined();
  });

  it("counts empty files, too", () => {
    const pool = { ...figures.pool, inProgress: 0 };
    expect(remainingSeconds({ ...figures, pool, bytes: 0 })).toBe(8);
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

describe("progressLine, cut to a width", () => {
  const full = "waiting 256, in progress 8, finished 1,000/5,000, 62 MB/s, ETA 0:08";

  it.each([
    [full.length, full],
    [full.length - 1, "in progress 8, finished 1,000/5,000, 62 MB/s, ETA 0:08"],
    [53, "finished 1,000/5,000, 62 MB/s, ETA 0:08"],
    [38, "finished 1,000/5,000, ETA 0:08"],
    [29, "finished 1,000/5,000"],
    [19, "1,000/5,000"],
    [11, "1,000/5,000"],
    [10, ""],
  ])("H6: leaves out what does not fit %i columns, and tears no word", (width, line) => {
    expect(progressLine(figures, width)).toBe(line);
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
    const tally = { hashed: 999, unread: 0, givenUp: 0 };

    expect(summaryOf({ ...figures, pool }, tally, false)).toBe(
      [
        "files:    999",
        "bytes:    123,400,000",
        "seconds:  2.00",
        "MB/s:     61.7",
        "failures: 1",
        "pool:     accepted 1,264 = waiting 0 + in progress 0 + finished 0 + retrieved 990 + skipped 256; failed 1",
        "",
      ].join("\n"),
    );
  });

  it("H6: adds up the failures of the pool and of the walk", () => {
    const tally = { hashed: 999, unread: 2, givenUp: 0 };

    expect(summaryOf({ ...figures, pool }, tally, false)).toMatch(
      /^failures: 3\nwalk: {5}failed 2\npool: .*; failed 1$/m,
    );
  });

  it("X1: tells what each thread has hashed", () => {
    const tally = { hashed: 1003, unread: 0, givenUp: 0 };
    const shares = [
      { files: 1, bytes: 1_000_000 },
      { files: 2, bytes: 2_000_000 },
      { files: 1000, bytes: 3000 },
    ];

    expect(
      summaryOf({ ...figures, pool }, tally, false, shares)
        .split("\n")
        .slice(6),
    ).toEqual([
      "thread 0: 1 file, 1,000,000 bytes",
      "thread 1: 2 files, 2,000,000 bytes",
      "main:     1,000 files, 3,000 bytes",
      "",
    ]);
    expect(summaryOf({ ...figures, pool }, tally, false, shares.slice(2))).toBe(
      summaryOf({ ...figures, pool }, tally, false),
    );
  });

  it("begins with what an interrupt has left undone", () => {
    const tally = { hashed: 982, unread: 0, givenUp: 8 };

    expect(summaryOf({ ...figures, pool }, tally, true)).toMatch(
      /^interrupted: 256 waiting files were skipped, 8 in progress given up; .*\nfiles: {4}982\n/,
    );
  });

  it("is well with a run that took no time", () => {
    const tally = { hashed: 0, unread: 0, givenUp: 0 };

    expect(summaryOf({ ...figures, bytes: 0, seconds: 0 }, tally, false)).toContain(
      "MB/s:     0.0\n",
    );
  });
});

// What is known of a run at one instant, and how that is written.

import type { PoolStats } from "@chankit/pool";

/** A run at one instant. */
export interface Figures {
  readonly pool: PoolStats;
  /** How many files there are, as far as they have been counted. */
  readonly total: number;
  /** Whether that is all of them. */
  readonly isCounted: boolean;
  /** How many bytes have been read. */
  readonly bytes: number;
  /** How many of these are of files in progress. */
  readonly begun: number;
  /** How many bytes the files in progress still have. */
  readonly unread: number;
  readonly seconds: number;
}

// To open and close a file takes about as long as to read this many bytes of it.
const BYTES_PER_OPEN = 64 * 1024;

/** How many files are done with, well or not. */
export function doneOf({ pool }: Figures): number {
  return pool.finished + pool.retrieved;
}

/**
 * Seconds until the end, if work goes on as fast as so far. Of a file in progress it is known how
 * many bytes it has left; the others are taken for as large as those that are done. `undefined` while
 * nothing can be said, because the files are not all counted yet, or none is done that tells a size.
 */
export function remainingSeconds(figures: Figures): number | undefined {
  const { pool, total, isCounted, bytes, begun, unread, seconds } = figures;
  const done = doneOf(figures);
  const untouched = Math.max(0, total - done - pool.inProgress);
  const work = bytes + done * BYTES_PER_OPEN;
  if (!isCounted || work === 0 || (done === 0 && untouched > 0)) return undefined;

  const each = untouched > 0 ? (bytes - begun) / done + BYTES_PER_OPEN : 0;
  // A file that was given up may still be held open for a moment.
  const begunAndUnread = pool.inProgress > 0 ? unread : 0;
  return ((begunAndUnread + untouched * each) * seconds) / work;
}

/** The state of affairs in one line: of what does not fit the width, the least of it is left out. */
export function progressLine(figures: Figures, width = Infinity): string {
  const { waiting, inProgress } = figures.pool;
  // The plus says: and more, the count goes on.
  const count = `${formatNumber(doneOf(figures))}/${formatNumber(figures.total)}${figures.isCounted ? "" : "+"}`;
  const finished = `finished ${count}`;
  const speed = `${formatNumber(megabytesPerSecond(figures))} MB/s`;
  const eta = `ETA ${formatTime(remainingSeconds(figures))}`;
  const progress = `in progress ${formatNumber(inProgress)}`;

  const lines = [
    [`waiting ${formatNumber(waiting)}`, progress, finished, speed, eta],
    [progress, finished, speed, eta],
    [finished, speed, eta],
    [finished, eta],
    [finished],
    [count],
  ].map((parts) => parts.join(", "));
  return lines.find((line) => line.length <= width) ?? "";
}

export function megabytesPerSecond({ bytes, seconds }: Figures): number {
  return seconds > 0 ? bytes / 1e6 / seconds : 0;
}

/** With commas between thousands, and as many digits behind the point as are asked for. */
export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** 2:05, or 1:02:05; `--:--` for what is not known. */
export function formatTime(seconds: number | undefined): string {
  if (seconds === undefined) return "--:--";
  const whole = Math.ceil(seconds);
  const pair = (value: number): string => String(Math.floor(value) % 60).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}:${pair(whole)}`;
  return `${Math.floor(whole / 3600)}:${pair(whole / 60)}:${pair(whole)}`;
}

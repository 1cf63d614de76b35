// What is known of a run at one instant, and how that is written.

import type { PoolStats } from "@chankit/pool";

/** A run at one instant. */
export interface Figures {
  readonly pool: PoolStats;
  /** How many files there are, as far as they have been counted. */
  readonly total: number;
  /** Whether that is all of them. */
  readonly isCounted: boolean;
  readonly bytes: number;
  readonly seconds: number;
}

/** How many files are done with, well or not. */
export function doneOf({ pool }: Figures): number {
  return pool.finished + pool.retrieved;
}

/**
 * Seconds until the end, if the rest takes as long a file as those that are done; `undefined` while
 * that cannot be said, because the files are not all counted yet or none is done.
 */
export function remainingSeconds(figures: Figures): number | undefined {
  const done = doneOf(figures);
  if (!figures.isCounted || done === 0) return undefined;
  return (Math.max(0, figures.total - done) * figures.seconds) / done;
}

/** The state of affairs in one line. */
export function progressLine(figures: Figures): string {
  const { waiting, inProgress } = figures.pool;
  return [
    `waiting ${formatNumber(waiting)}`,
    `in progress ${formatNumber(inProgress)}`,
    // The plus says: and more, the count goes on.
    `finished ${formatNumber(doneOf(figures))}/${formatNumber(figures.total)}${figures.isCounted ? "" : "+"}`,
    `${formatNumber(megabytesPerSecond(figures))} MB/s`,
    `ETA ${formatTime(remainingSeconds(figures))}`,
  ].join(", ");
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

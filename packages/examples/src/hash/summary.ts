// What is said at the end.

import { type Figures, formatNumber, megabytesPerSecond } from "./figures.js";

/** What became of the files and directories. */
export interface Tally {
  /** Files whose sum is known. */
  hashed: number;
  /** Files and directories that could not be read. */
  failures: number;
  /** Files that were being hashed when a second Ctrl-C came. */
  givenUp: number;
}

/** The end of a run, in some lines. */
export function summaryOf(figures: Figures, tally: Tally, isInterrupted: boolean): string {
  const { pool, bytes, seconds } = figures;
  const lines = [
    `files:    ${formatNumber(tally.hashed)}`,
    `bytes:    ${formatNumber(bytes)}`,
    `seconds:  ${formatNumber(seconds, 2)}`,
    `MB/s:     ${formatNumber(megabytesPerSecond(figures), 1)}`,
    `failures: ${formatNumber(tally.failures)}`,
    `pool:     accepted ${formatNumber(pool.accepted)} = ${[
      `waiting ${formatNumber(pool.waiting)}`,
      `in progress ${formatNumber(pool.inProgress)}`,
      `finished ${formatNumber(pool.finished)}`,
      `retrieved ${formatNumber(pool.retrieved)}`,
      `skipped ${formatNumber(pool.skipped)}`,
    ].join(" + ")}; failed ${formatNumber(pool.failed)}`,
  ];
  if (isInterrupted) {
    const { skipped } = pool;
    lines.unshift(
      `interrupted: ${formatNumber(skipped)} waiting ${skipped === 1 ? "file was" : "files were"} skipped` +
        (tally.givenUp > 0 ? `, ${formatNumber(tally.givenUp)} in progress given up` : "") +
        "; the rest was not looked for",
    );
  }
  return `${lines.join("\n")}\n`;
}

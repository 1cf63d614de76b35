// What is said at the end.

import { type Figures, formatNumber, megabytesPerSecond } from "./figures.js";
import type { Share } from "./threads.js";

/** What became of the files and directories. */
export interface Tally {
  /** Files whose sum is known. */
  hashed: number;
  /** Directories, and entries of them, that could not be read: no file of theirs was a job. */
  unread: number;
  /** Jobs that failed because a second signal came: they are failures as well. */
  givenUp: number;
}

/**
 * The end of a run, in some lines. The last of `shares` is that of the main thread; if it is the only one
 * that did something, there is nothing to tell.
 */
export function summaryOf(
  figures: Figures,
  tally: Tally,
  isInterrupted: boolean,
  shares: readonly Share[] = [],
): string {
  const { pool, bytes, seconds } = figures;
  const told = shares.slice(0, -1).some(({ files }) => files > 0) ? shares : [];
  const lines = [
    `files:    ${formatNumber(tally.hashed)}`,
    `bytes:    ${formatNumber(bytes)}`,
    `seconds:  ${formatNumber(seconds, 2)}`,
    `MB/s:     ${formatNumber(megabytesPerSecond(figures), 1)}`,
    `failures: ${formatNumber(pool.failed + tally.unread)}`,
    ...(tally.unread > 0 ? [`walk:     failed ${formatNumber(tally.unread)}`] : []),
    `pool:     accepted ${formatNumber(pool.accepted)} = ${[
      `waiting ${formatNumber(pool.waiting)}`,
      `in progress ${formatNumber(pool.inProgress)}`,
      `finished ${formatNumber(pool.finished)}`,
      `retrieved ${formatNumber(pool.retrieved)}`,
      `skipped ${formatNumber(pool.skipped)}`,
    ].join(" + ")}; failed ${formatNumber(pool.failed)}`,
    ...told.map(({ files, bytes }, thread) => {
      const name = thread === told.length - 1 ? "main:" : `thread ${thread}:`;
      const kind = files === 1 ? "file" : "files";
      return `${name.padEnd(10)}${formatNumber(files)} ${kind}, ${formatNumber(bytes)} bytes`;
    }),
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

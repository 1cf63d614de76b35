// What is seen while it runs: a bar on a terminal, else a line now and then.

import cliProgress from "cli-progress";

import { doneOf, type Figures, progressLine } from "./figures.js";

/** What shows how far things are. */
export interface Progress {
  /** Says something beside it. */
  log(line: string): void;
  /** Shows nothing more. */
  stop(): void;
}

/** How it is shown: a bar needs a terminal, and nothing else may be written there meanwhile. */
export interface ProgressOptions {
  readonly isBar: boolean;
}

/** Shows how far things are, on `stream`, until it is stopped. */
export function showProgress(
  stream: NodeJS.WriteStream,
  figures: () => Figures,
  { isBar }: ProgressOptions,
): Progress {
  return isBar ? showBar(stream, figures) : printLines(stream, figures);
}

const BAR_SIZE = 40;
const SMALLEST_BAR_SIZE = 5;

function showBar(stream: NodeJS.WriteStream, figures: () => Figures): Progress {
  // There is but one bar: a MultiBar can say something above it, which a SingleBar cannot.
  const bars = new cliProgress.MultiBar({
    stream,
    barsize: BAR_SIZE,
    // Cut to the width of the terminal instead of switching its line wrap off: other lines need it,
    // and it would stay off if we were killed.
    linewrap: true,
    // As long as no file is counted, nothing is done rather than everything.
    emptyOnZero: true,
    // A log line takes the place of the bar, even if that has not changed since.
    forceRedraw: true,
    // The bar gets the room that the text leaves it. The last column stays free: some terminals go
    // to the next line when it is taken, others do not.
    format: (options, { progress, maxWidth }, { now }: { now: Figures }) => {
      const text = progressLine(now, maxWidth - 1);
      const barsize = Math.min(BAR_SIZE, maxWidth - text.length - 2);
      const bar =
        barsize >= SMALLEST_BAR_SIZE
          ? cliProgress.Format.BarFormat(progress, { ...options, barsize })
          : "";
      shown = bar === "" ? text : `${bar} ${text}`;
      return shown;
    },
  });

  let shown = "";
  const now = figures();
  const bar = bars.create(now.total, 0, { now });
  // The library draws ten times a second; there is no need to be quicker.
  bars.on("update-pre", () => {
    // A terminal that was made narrower has broken the line, and the cursor is in the last of its pieces.
    const pieces = Math.ceil(shown.length / (stream.columns || Infinity));
    if (pieces > 1) stream.write(`\x1b[${pieces - 1}A\r\x1b[J`);

    const now = figures();
    bar.setTotal(now.total);
    bar.update(doneOf(now), { now });
  });

  return {
    log: (line) => bars.log(`${line}\n`),
    stop: () => {
      bars.update();
      bars.stop();
    },
  };
}

function printLines(stream: NodeJS.WriteStream, figures: () => Figures): Progress {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds++;
    if (seconds === 1 || seconds % 5 === 0) stream.write(`${progressLine(figures())}\n`);
  }, 1000);

  return {
    log: (line) => stream.write(`${line}\n`),
    stop: () => clearInterval(timer),
  };
}

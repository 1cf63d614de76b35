/**
 * Sees what waits where: reports of deadlocks, leaks and, on `kill -QUIT`, of all that waits; recordings
 * and their pictures. Loaded by `node --import @chankit/channel/debug app.js`, it needs no change to the
 * program; while it is not loaded nothing is paid for it.
 *
 * @packageDocumentation
 * @module @chankit/channel/debug
 */

import { sight } from "../util/sight.js";
import { watchPools } from "./pools.js";
import { installReports, main } from "./process.js";
import type { Recording } from "./recording.js";
import { startTracking } from "./tracker.js";
import type { Waiting } from "./waiting.js";
import { startRecording } from "./watch.js";

export type { RecordedEvent as Event } from "./events.js";
export type { Recording } from "./recording.js";
export type { Waiting } from "./waiting.js";

/** What this entry does, for all copies of it that are loaded. */
interface Debug {
  waiting(): Waiting[];
  record(limit: number | undefined): Recording;
}

const cell: typeof sight & { debug?: Debug } = sight;
const debug = (cell.debug ??= load());

function load(): Debug {
  const tracker = startTracking();
  watchPools();
  installReports(tracker);
  sight.main = main;
  return { waiting: tracker.waiting, record: startRecording };
}

/**
 * All operations that wait now, those that began first before the others: receives, sends, selects, waits
 * for groups, limiters and permits. What began to wait before this entry was loaded is not known.
 *
 * @example
 * ```ts
 * for (const { kind, on, stack } of waiting()) console.log(kind, on, stack);
 * ```
 */
export function waiting(): Waiting[] {
  return debug.waiting();
}

/** Options of {@link record}. */
export interface RecordOptions {
  /** How many events are kept, the newest: a positive integer, 100,000 by default. */
  readonly limit?: number | undefined;
}

/**
 * Records what happens from now on: sends, receives, closes, selects, and jobs by worker. Channels that
 * are part of a pool are not told. Costs some microseconds an event, until it is stopped.
 *
 * A task is told by the name that `named` gave it, or as the worker of a pool; else by the function that
 * it was in. An arrow leads from a send to the receive of its value, for a `Chan`: of channels of other
 * kinds it is not known which is which.
 *
 * @throws RangeError if `limit` is not a positive integer.
 *
 * @example
 * ```ts
 * const recording = record();
 * await program();
 * recording.stop();
 * writeFileSync("program.svg", recording.toSvg());
 * ```
 */
export function record(options?: RecordOptions): Recording {
  return debug.record(options?.limit);
}

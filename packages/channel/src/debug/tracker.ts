// The one tracker of waits of a process: the debug entry and bubbles use the same, in whatever copies of
// the package they are. It is in the cell while any of them uses it.

import { sight, type Sight } from "../util/sight.js";
import { asleep, forgetRuns, unwatchPools, watchPools } from "./pools.js";
import { named } from "./tasks.js";
import {
  allWaits,
  beginWait,
  forgetWaits,
  mark,
  toSleeper,
  toWaiting,
  type Wait,
  watchLeaks,
} from "./waits.js";
import type { Sleeper, Waiting } from "./waiting.js";

/** What is known of what waits. */
export interface Tracker {
  users: number;
  /** All that wait. */
  readonly waiting: () => Waiting[];
  /** A number, to tell what begins from now on from what has begun. */
  mark(): number;
  /** What waits that is no daemon, and has begun since the mark `since`: what a deadlock consists of. */
  asleep(since: number): Sleeper[];
  /** Forgets what has begun since the mark `since`: in a test that is over. */
  forget(since: number): void;
  /** What waits, daemons included, as reports tell it. */
  sleepers(): Sleeper[];
  /** Calls `listener` with each operation that becomes garbage while it waits, daemons apart. */
  watchLeaks(listener: ((sleeper: Sleeper) => void) | undefined): void;
}

interface Tracked extends Sight {
  tracker?: Tracker | undefined;
}

const cell: Tracked = sight;

const own: Tracker = {
  users: 0,
  waiting: () => allWaits().map(toWaiting),
  mark,
  asleep(since) {
    const stuck = allWaits().filter(({ id, daemon }) => id > since && !daemon);
    return [...stuck.map((wait) => toSleeper(wait, hintOf(wait, true))), ...asleep(stuck, since)];
  },
  forget(since) {
    forgetWaits(since);
    forgetRuns(since);
  },
  sleepers: () => allWaits().map((wait) => toSleeper(wait, hintOf(wait, false))),
  watchLeaks(listener) {
    watchLeaks(
      listener &&
        ((wait) => {
          if (!wait.daemon && !wait.isForever) listener(toSleeper(wait, undefined));
        }),
    );
  },
};

/** Begins to track waits, or joins. To be ended by {@link stopTracking}. */
export function startTracking(): Tracker {
  const tracker = (cell.tracker ??= own);
  if (tracker.users++ === 0) {
    cell.wait = beginWait;
    cell.named = named;
    watchPools();
  }
  return tracker;
}

/** Ends it, unless others still use the tracker. */
export function stopTracking(): void {
  if (--(cell.tracker as Tracker).users > 0) return;
  cell.wait = cell.named = cell.tracker = undefined;
  unwatchPools();
}

/** What could end a wait; in a deadlock, why nothing can. */
function hintOf(wait: Wait, isDeadlock: boolean): string | undefined {
  if (wait.isForOwnPool) return OWN_POOL[wait.kind];
  if (wait.isForever) return "a select without a case waits for ever";
  if (!isDeadlock) return undefined;
  return wait.kind === "wait" ? undefined : HINTS[wait.kind];
}

const OWN_POOL: Readonly<Record<Wait["kind"], string>> = {
  receive: "a job waits here for a result of its own pool",
  send: "a job waits here for room in the queue of its own pool",
  select: "a job waits here for its own pool",
  wait: "a job waits here for the end of its own pool, and so for itself",
  acquire: "a job waits here for its own pool",
};

const HINTS = {
  receive: "no task is left that could send, or close it",
  send: "no task is left that could receive",
  select: "no task is left that could make one of its cases ready",
  acquire: "no task is left that could give back what it waits for",
};

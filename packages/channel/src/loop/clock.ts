// Which clock time is counted by: the one that belongs to `setTimeout`, and no other.
//
// The platform's own timers go with `performance.now`, which never jumps: setting the wall clock
// changes nothing. Timers that a test has faked go with the clock that the test has faked too. All
// of them are read at each use, so fakes may come and go at any time.

import { isFake } from "./fakes.js";

/** What can be asked for the time, in milliseconds. Told apart from other clocks by identity. */
export interface Clock {
  now(): number;
}

/** The platform's own, as they were at load, unless a test had faked them by then. */
const own = isFake(globalThis.setTimeout)
  ? undefined
  : { setTimeout: globalThis.setTimeout, now: Date.now };

/** The clock that counts now. */
export function currentClock(): Clock {
  const { performance, setTimeout } = globalThis as {
    readonly performance?: Clock;
    readonly setTimeout?: object;
  };
  if (performance === undefined) return Date;
  if (setTimeout === own?.setTimeout) return performance;
  // Tests fake `Date` more often than `performance`, and move `Date` alone when they set the time.
  return isDateFaked() ? Date : performance;
}

function isDateFaked(): boolean {
  const isReplaced = own !== undefined && Date.now !== own.now;
  return isReplaced || isFake(Date) || isFake(Date.now);
}

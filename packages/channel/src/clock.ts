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

/** The platform's own, unless the package was loaded while it was faked. Saves a look for marks. */
const ownSetTimeout = isFake(setTimeout) ? undefined : setTimeout;

/** The clock that counts now. */
export function currentClock(): Clock {
  const { performance } = globalThis as { readonly performance?: Clock };
  if (performance === undefined) return Date;
  if (setTimeout === ownSetTimeout || !isFake(setTimeout)) return performance;
  // Test frameworks fake `Date` more often than `performance`, and move `Date` alone when a test
  // sets the time.
  return isDateFake() ? Date : performance;
}

function isDateFake(): boolean {
  return isFake(Date) || isFake(Date.now);
}

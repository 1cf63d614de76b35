// Programs in faked time: whenever all tasks wait, time jumps to the next timer. Go's `testing/synctest`.
//
//   run fn --> all tasks wait? --no--> let the loop have turns
//                  |yes                     ^
//                  +-- fn has settled: does anything still wait? that is left behind
//                  +-- real I/O is under way: wait for it ---+
//                  +-- a timer that keeps a process alive: jump, fire the next ---+
//                  +-- none: a deadlock

import { reportOf } from "../debug/report.js";
import { startTracking, stopTracking, type Tracker } from "../debug/tracker.js";
import type { Sleeper } from "../debug/waiting.js";
import { isFake } from "../loop/fakes.js";
import { BubbleTime } from "./bubble-time.js";
import { RealWork } from "./real-work.js";
import { settle } from "./settle.js";

/** What the program in a {@link bubble} gets. */
export interface Bubble {
  /** The faked time in milliseconds, as `Date.now()` gives it: 0 at first. */
  readonly now: () => number;
  /** Waits until every other task has finished or waits, and no time has passed. */
  readonly settle: () => Promise<void>;
}

let isInUse = false;

/**
 * Runs `fn` in faked time, and gives what it gives. Whenever all tasks wait, time jumps to the next
 * timer, so hours pass in milliseconds, and each run takes the same time: Go's `synctest.Test`.
 *
 * Faked are `setTimeout`, `setInterval`, `Date`, `performance.now`, `process.hrtime`,
 * `AbortSignal.timeout` and `node:timers/promises`, by `@sinonjs/fake-timers`, which has to be installed.
 * Time begins at 0. While files, sockets or other real work are under way it stands still. One bubble
 * at a time, and none under the fake timers of a test framework.
 *
 * @throws Error, by rejection, if nothing can go on: the message is the report of a deadlock, which says
 *   what waits where. Timers with `ref: false` do not count.
 * @throws Error, by rejection, if tasks still wait when `fn` has ended, daemons apart.
 * @throws By rejection, what `fn` throws.
 *
 * @example
 * ```ts
 * await bubble(async ({ now }) => {
 *   await after(3_600_000).recv();
 *   expect(now()).toBe(3_600_000);
 * });
 * ```
 */
export async function bubble<T>(fn: (bubble: Bubble) => T): Promise<Awaited<T>> {
  if (isInUse || isFake(globalThis.setTimeout)) {
    throw new Error(
      "time is faked already: one bubble at a time, and none under other fake timers",
    );
  }
  isInUse = true;
  let time: BubbleTime | undefined;
  const tracker = startTracking();
  const work = new RealWork();
  const first = tracker.mark();
  try {
    time = await BubbleTime.begin();
    return await new Run(tracker, first, time, work).run(fn);
  } finally {
    time?.end();
    work.end();
    tracker.forget(first);
    stopTracking();
    isInUse = false;
  }
}

/** A bubble while it lasts. */
class Run {
  readonly #tracker: Tracker;
  readonly #first: number;
  readonly #time: BubbleTime;
  readonly #work: RealWork;
  #settling = 0;
  #hasEnded = false;

  constructor(tracker: Tracker, first: number, time: BubbleTime, work: RealWork) {
    this.#tracker = tracker;
    this.#first = first;
    this.#time = time;
    this.#work = work;
  }

  async run<T>(fn: (bubble: Bubble) => T): Promise<Awaited<T>> {
    const outcome = new Promise<Awaited<T>>((resolve) => {
      resolve(fn({ now: () => Date.now(), settle: () => this.#settle() }) as Awaited<T>);
    });
    const ended = (): void => {
      this.#hasEnded = true;
    };
    outcome.then(ended, ended);

    for (;;) {
      await settle();
      if (this.#hasEnded) break;
      if (this.#settling > 0) continue;
      if (this.#work.isUnderWay()) await this.#time.pause();
      else if (!this.#time.jump()) await this.#failUnlessUnseen();
    }
    const value = await outcome;
    await this.#checkLeft();
    return value;
  }

  async #settle(): Promise<void> {
    this.#settling++;
    try {
      await settle();
    } finally {
      this.#settling--;
    }
  }

  /** Some real work cannot be seen: before the verdict it gets some time. */
  async #failUnlessUnseen(): Promise<void> {
    for (let pause = 0; pause < PAUSES; pause++) {
      await this.#time.pause();
      await settle();
      const goesOn = this.#settling > 0 || this.#work.isUnderWay() || this.#time.canJump;
      if (this.#hasEnded || goesOn) return;
    }
    throw failure("deadlock", this.#tracker.asleep(this.#first));
  }

  async #checkLeft(): Promise<void> {
    await settle();
    const left = this.#tracker.asleep(this.#first);
    if (left.length > 0) throw failure("left", left);
  }
}

/** Of real time, in milliseconds, before nothing is thought to be able to go on. */
const PAUSES = 10;

function failure(reason: "deadlock" | "left", sleepers: readonly Sleeper[]): Error {
  return new Error(reportOf(reason, sleepers, { format: "text", colour: false, now: Date.now() }));
}

// The pace: how long outcomes may be handed out before the rest of the program has its turn, and
// how many of them until the clock is read. Pure: it is told the time.
//
//   |- slice: 1 outcome, look, 2, look, 4, look, ... 16, look: over -|- elsewhere -|- slice: ...
//
// A clock read costs about as much as an operation, so there is a stride of outcomes between two
// looks. It starts at one, since nothing is known of what comes after a pause, and doubles while
// outcomes turn out to be fast: when a handler turns slow, few others have followed it.
//
// A slice lasts a share of what the rest of the last turn took, so that channels and other work
// share a busy loop evenly; of the last two turns, since what takes long once is no work: a collection,
// or another program. Timers that it made late would be made later still.

/** The shortest and the longest slice, in milliseconds. */
const SHORTEST = 0.5;
const LONGEST = 5;
/** What the rest of the program took, divided by this, is what a slice may take. */
const ELSEWHERE_PER_SLICE = 2.5;

const LOOKS_PER_SLICE = 8;
const MAX_STRIDE = 16;
/** As many outcomes may follow each other while the clock stands still: it may do so for ever. */
const MAX_STILL = 1024;

/** Says when to look at the clock, and when a slice is over. */
export class Pace {
  /** How many outcomes may be handed out until the next look. */
  stride = 1;
  #length = SHORTEST;
  #start = 0;
  #last = 0;
  #still = 0;
  /** What the rest took in the turn before; no bound if that is not known. */
  #before = Infinity;

  /** Whether outcomes have been fast for a while: then many tasks may have one at the same time. */
  get isSwift(): boolean {
    return this.stride === MAX_STRIDE;
  }

  /** A slice begins at `time`, after a pause or after other work has taken `elsewhere` milliseconds. */
  begin(time: number, elsewhere?: number): void {
    this.stride = 1;
    const work = Math.min(elsewhere ?? 0, this.#before);
    this.#before = elsewhere ?? Infinity;
    this.#length = Math.min(Math.max(work / ELSEWHERE_PER_SLICE, SHORTEST), LONGEST);
    this.#start = this.#last = time;
    this.#still = 0;
  }

  /** `outcomes` were handed out since the last look, and it is `time` now: is the slice over? */
  look(time: number, outcomes: number): boolean {
    const elapsed = time - this.#last;
    this.#last = time;
    this.#still = elapsed > 0 ? 0 : this.#still + outcomes;
    const fitting = Math.floor((this.#length / LOOKS_PER_SLICE / elapsed) * outcomes);
    this.stride = Math.max(1, Math.min(this.stride * 2, fitting, MAX_STRIDE));
    // Once the clock was put back, it says nothing of this slice.
    return elapsed < 0 || time - this.#start >= this.#length || this.#still >= MAX_STILL;
  }
}

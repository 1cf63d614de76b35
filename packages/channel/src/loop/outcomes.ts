// Keeps the event loop alive (C11). Promises that resolve each other are all run before the next
// timer or socket has its turn, so tasks that only ever talk over channels would starve both.
// Go's scheduler pre-empts such tasks; here the outcomes of operations are told at a pace. Nothing
// else waits: state has long changed.
//
// While outcomes are FLOWING they are told at once, and the clock is read after each stride of them.
// That would miss a burst: a thousand waiters that are woken at one go take no time before the first
// of them continues. So a *mark* follows what was told: a microtask behind the continuations. If too
// many outcomes come before the mark is reached, it is a burst. Then outcomes queue up, those of
// waiters (WAKING) or all (CROWDED), and whenever a mark is reached the clock is read and the next
// step of them is told. When the slice is OVER, all that follow wait for the next turn of the loop.
//
//      +--- burst of waiters --> WAKING ---+
//      |                                   +--- the slice is over --> OVER --- next turn ---+
//   FLOWING --- burst of calls --> CROWDED +    (WAKING may become CROWDED, too)            |
//      ^                            ^   |                                                   |
//      +--- no outcome waits -------+---+---------------------------------------------------+
//
// Invariant: waiters are told in the order in which they were served (C5): while an outcome waits,
// those of later waiters queue behind it.

import { afterThisTurn, now } from "./host.js";
import { Pace } from "./pace.js";
import { RingBuffer } from "../util/ring-buffer.js";

const FLOWING = 0;
const WAKING = 1;
const CROWDED = 2;
const OVER = 3;

/** After a pause the first outcomes cost nothing: one now and then needs no slice. */
const FREE = 2;
/**
 * As many waiters may be woken at one go; after a pause, as few as are free. The mark that shows
 * whether they were is set a little before. One more is told in the next turn, before timers have
 * theirs.
 */
const MAX_WOKEN = 9;
const MARKED_AT = 8;
/**
 * As many microtasks a step of a burst lets pass before it looks at the clock: what it has told may
 * have to go through async functions and generators, and takes no time until it has arrived.
 */
const DEPTH = 8;

/**
 * While as much is received as is sent, that is talk, and a mark is set only at one of so many looks: it
 * takes 94 bytes, and at each look it would be 6 of a message's 505. A burst of calls is of one kind, and
 * so there is a mark at its first look.
 */
const LOOKS_PER_MARK = 6;

interface Waiting {
  readonly resolve: (outcome: never) => void;
  readonly outcome: unknown;
}

/** Whether there is a pace. Off for tests that repeat what they do exactly, on a machine of any speed. */
export const pacing = { isOn: true };

const waiting = new RingBuffer<Waiting>();
const pace = new Pace();
let state = FLOWING;

// A message is a send and a receive. They are counted apart, so that it counts once.
/** How many outcomes that have a value may be told until the next look. */
let budget = FREE;
/** The same for outcomes without a value. */
let voidBudget = FREE;
/** How many outcomes were to be told between the last two looks. */
let stride = FREE;

/** Marks that have yet to be reached. Only the last of them is behind all that was told. */
let marks = 0;
/** How many looks in a row have set no mark. */
let unmarked = 0;
/** Whether the mark that was set at the last look, if one was, has been reached. */
let isSeen = true;
/** Waiters that were woken since a mark was reached. */
let woken = MAX_WOKEN - FREE;
/** How many microtasks the present step of a burst has yet to let pass. */
let depth = 0;

/** Whether the end of this turn will be told; until it is, the slice is running. */
let isSliceRunning = false;
/** When the last slice was over, and what it had told had continued. */
let sliceEnd = 0;

/** Tells a waiter its outcome, now or later: calls `settle`, which resolves or rejects its promise. */
export function tell<T>(settle: (outcome: T) => void, outcome: T): void {
  const isDue = (outcome === undefined ? --voidBudget : --budget) <= 0;
  woken++;
  if ((isDue || woken >= MARKED_AT) && wakesTooMany()) enqueue(settle, outcome);
  else settle(outcome);
}

/** A promise of `outcome`, for an operation that did not have to wait; it counts for `n` outcomes. */
export function settled<T>(outcome: T, n: number): Promise<T> {
  budget -= n;
  return budget <= 0 && mustWait() ? later(outcome) : Promise.resolve(outcome);
}

/**
 * The same for an object and one outcome, at less cost: the caller has made the `promise`, right after a look
 * at anything in the object. By that V8 knows its shape, and need not search it for a `then`, which would take
 * a fifth of the instructions of a message or a lock. What it knows it keeps for each place in the source, up
 * to four shapes, so the look is where few come by.
 */
export function settledObject<T extends object>(outcome: T, promise: Promise<T>): Promise<T> {
  return --budget <= 0 && mustWait() ? later(outcome) : promise;
}

/** The same for an operation that fails: a task that tries again and again must not starve others. */
export function rejected(reason: unknown): Promise<never> {
  if (--budget > 0 || !mustWait()) return Promise.reject(reason);
  return new Promise((_, reject) => {
    enqueue(reject, reason);
  });
}

// Awaiting an old promise costs no more than awaiting a new one, and making it costs nothing.
const DONE = Promise.resolve();

/** The same for an operation whose outcome has no value. */
export function settledVoid(): Promise<void> {
  return --voidBudget <= 0 && mustWait() ? later(undefined) : DONE;
}

/** Counts `n` outcomes that cannot be part of a burst; a promise if a turn of the loop is due. */
export function turnIfDue(n: number): Promise<void> | undefined {
  budget -= n;
  return budget <= 0 && isOver() ? later(undefined) : undefined;
}

/** Resolves in the next turn of the loop, after all microtasks of this one. */
export function nextTurn(): Promise<void> {
  return new Promise(afterThisTurn);
}

/** Whether outcomes wait for a later step or turn. */
export function isPostponing(): boolean {
  return waiting.length > 0;
}

/** Whether the outcome of a waiter must wait, where that is not plain. */
function wakesTooMany(): boolean {
  if (state !== FLOWING) return true;
  if ((budget <= 0 || voidBudget <= 0) && mustWait()) return true;
  if (!pacing.isOn) return false;
  if (woken === MARKED_AT) setMark();
  return woken > MAX_WOKEN && beginBurst(WAKING);
}

/** Looks, where a look is due: whether an outcome must wait. */
function mustWait(): boolean {
  if (state >= CROWDED) return true;
  if (!pacing.isOn) return false;
  if (!isSeen) return beginBurst(CROWDED);
  const isTalk = pace.isSwift && budget <= 1 && voidBudget <= 1;
  if (isOver()) return true;
  if (isTalk && ++unmarked < LOOKS_PER_MARK) return false;
  unmarked = 0;
  isSeen = false;
  if (pace.isSwift) {
    // For the one by which a burst that begins just before a look may still pass for talk.
    budget--;
    voidBudget--;
  }
  if (marks === 0) setMark();
  return false;
}

function enqueue<T>(resolve: (outcome: T) => void, outcome: T): void {
  waiting.push({ resolve, outcome });
}

function later<T>(outcome: T): Promise<T> {
  return new Promise((resolve) => {
    enqueue(resolve, outcome);
  });
}

/** The caller is part of a burst, and must wait. */
function beginBurst(kind: typeof WAKING | typeof CROWDED): boolean {
  // Calls overtake waiters only where so much goes on that all would be kept waiting.
  state = pace.isSwift ? kind : CROWDED;
  if (state === CROWDED) budget = voidBudget = 0;
  beginStep();
  return true;
}

/** Reads the clock: is the slice over? */
function isOver(): boolean {
  if (!pacing.isOn) return false;
  if (state !== OVER) {
    const time = now();
    if (!isSliceRunning) beginSlice(time);
    else if (pace.look(time, stride)) {
      state = OVER;
      sliceEnd = time;
      setMark();
    }
  }
  stride = pace.stride;
  budget = voidBudget = state < CROWDED ? stride : 0;
  return state === OVER;
}

function beginSlice(time: number, elsewhere?: number): void {
  pace.begin(time, elsewhere);
  isSliceRunning = true;
  afterThisTurn(endSlice);
}

function setMark(): void {
  marks++;
  void DONE.then(reachMark);
}

/** All that was told before the last mark was set has continued. */
function reachMark(): void {
  if (--marks > 0) return;
  isSeen = true;
  if (state === FLOWING) woken = 0;
  else if (state === OVER) sliceEnd = now();
  else if (--depth > 0) setMark();
  else if (!isOver()) tellNext();
}

/** Tells the next of those that wait. */
function tellNext(): void {
  // The last ones together: when outcomes are fast, as many tasks may talk at the same time.
  const isLast = waiting.length <= (pace.isSwift ? 2 * pace.stride : pace.stride);
  stride = isLast ? waiting.length : pace.stride;
  for (let i = 0; i < stride; i++) {
    const { resolve, outcome } = waiting.shift();
    resolve(outcome as never);
  }
  if (isLast) {
    state = FLOWING;
    budget = voidBudget = pace.stride;
    woken = 0;
  }
  isSeen = false;
  beginStep();
}

function beginStep(): void {
  depth = DEPTH;
  setMark();
}

/** The loop has had its turn. */
function endSlice(): void {
  isSliceRunning = false;
  if (state === FLOWING) {
    budget = voidBudget = FREE;
    woken = MAX_WOKEN - FREE;
    return;
  }
  const time = now();
  beginSlice(time, time - sliceEnd);
  state = CROWDED;
  tellNext();
}

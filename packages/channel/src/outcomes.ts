// Keeps the event loop alive (C11). Promises that resolve each other are all run before the next
// timer or socket gets a look-in, so tasks that only ever talk over channels would starve both.
// Go's scheduler pre-empts such tasks; here the outcomes of operations are handed out at a pace.
// Nothing else waits: state has long changed.
//
//              many were handed out,                    the slice is over
//              and none has continued         +---------------------------------+
//     FLOWING ------------------------> IN_STEPS --> OVER <---------------------+
//      ^   |                             |   ^        |                         |
//      |   +-----------------------------|---|--------|--- the slice is over ---+
//      +-------- no outcome waits -------+   +--------+ the loop has had its turn
//
// While FLOWING, outcomes are told at once, and the clock is read after each stride of them. That
// would miss a burst: a thousand waiters, woken before the first of them continues, take no time
// yet. So a *mark* follows what was handed out: a microtask behind the continuations. If too many
// outcomes come before the mark is reached, it is a burst. Then outcomes queue up, and each time
// the mark is reached the clock is read and the next step of them is handed out.
//
// Invariant: while an outcome waits, all later ones queue behind it (C5).

import { afterThisTurn, now } from "./host.js";
import { Pace } from "./pace.js";
import { RingBuffer } from "./ring-buffer.js";

const FLOWING = 0;
const IN_STEPS = 1;
const OVER = 2;

/** After a pause the first outcomes cost nothing: one now and then needs no slice. */
const FREE = 2;
/** As many waiters may be woken at one go. */
const MAX_WOKEN = 10;
/** As many tasks may talk at the same time, in strides, before that is taken for a burst. */
const MAX_STRIDES = 2;
/**
 * As many more microtasks a step lets pass: what it has handed out may have to go through async
 * functions and generators to those who work with it, and takes no time until it has arrived.
 */
const DEEP = 8;

interface Waiting {
  readonly settle: (outcome: never) => void;
  readonly outcome: unknown;
}

/** Whether there is a pace. Off for tests that repeat what they do exactly, on a machine of any speed. */
export const pacing = { isOn: true };

const waiting = new RingBuffer<Waiting>();
const pace = new Pace();
let state = FLOWING;
/** How many outcomes may be handed out until the next look; and how many that was after the last one. */
let left = FREE;
let stride = FREE;
/** Marks that have yet to be reached; and the strides that were handed out since the first of them. */
let marks = 0;
let strides = 0;
/** How many microtasks the present step has yet to let pass. */
let depth = 0;
/** Waiters that were woken since a task last continued, as far as we know. */
let woken = 0;
/** Whether the end of this turn will be told; until it is, the slice is running. */
let isSliceRunning = false;
/** When the last slice was over, and what it had handed out had continued. */
let sliceEnd = 0;

/** Calls `resolve` with `outcome`, now or later, for an operation that has waited. */
export function settle<T>(resolve: (outcome: T) => void, outcome: T): void {
  if (mustWait() || (++woken > MAX_WOKEN && stopFlowing())) enqueue(resolve, outcome);
  else resolve(outcome);
}

/** A promise of `outcome`, for an operation that did not have to wait. */
export function settled<T>(outcome: T): Promise<T> {
  return mustWait() ? later(outcome) : Promise.resolve(outcome);
}

/** The same for an object, at less cost. */
export function settledObject<T extends object>(outcome: T): Promise<T> {
  if (mustWait()) return later(outcome);
  // Once V8 has looked for anything in it, it knows its shape, and need not search it for a `then`:
  // that would take a tenth of the time of a message. Few shapes come here, which matters.
  // eslint-disable-next-line @typescript-eslint/no-meaningless-void-operator
  void (outcome as { done?: unknown }).done;
  return Promise.resolve(outcome);
}

/** The same for an operation that fails: a task that tries again and again must not starve others. */
export function rejected(reason: unknown): Promise<never> {
  if (!mustWait()) return Promise.reject(reason);
  return new Promise((_, reject) => {
    enqueue(reject, reason);
  });
}

// Awaiting an old promise costs no more than awaiting a new one, and making it costs nothing.
const DONE = Promise.resolve();

/** The same for an operation without an outcome. */
export function done(): Promise<void> {
  return mustWait() ? later(undefined) : DONE;
}

/** A task begins to wait: so what was handed out does continue, and is no burst. */
export function beginWait(): void {
  woken = 0;
}

/** Counts `n` outcomes that cannot be part of a burst; a promise if a turn of the loop is due. */
export function turnIfDue(n: number): Promise<void> | undefined {
  left -= n;
  return left <= 0 && isOver() ? later(undefined) : undefined;
}

/** Resolves in the next turn of the loop, after all microtasks of this one. */
export function nextTurn(): Promise<void> {
  return new Promise(afterThisTurn);
}

/** Whether outcomes wait for a later step or turn. */
export function isPostponing(): boolean {
  return waiting.length > 0;
}

/** Counts an outcome. If true, it has to wait. */
function mustWait(): boolean {
  return --left <= 0 && mustWaitNow();
}

function mustWaitNow(): boolean {
  if (state !== FLOWING) return true;
  if (marks > 0 && strides >= maxStrides()) return stopFlowing();
  if (isOver()) return true;
  if (marks === 0) setMark();
  strides++;
  return false;
}

function enqueue<T>(settle: (outcome: T) => void, outcome: T): void {
  waiting.push({ settle, outcome });
}

function later<T>(outcome: T): Promise<T> {
  return new Promise((resolve) => {
    enqueue(resolve, outcome);
  });
}

/** It is a burst: what asks must wait. */
function stopFlowing(): boolean {
  if (!pacing.isOn) return false;
  state = IN_STEPS;
  left = 0;
  depth = DEEP;
  setMark();
  return true;
}

/** Reads the clock: is the slice over? */
function isOver(): boolean {
  if (!pacing.isOn) return false;
  if (state !== OVER) {
    const time = now();
    if (!isSliceRunning) begin(time, 0);
    else if (pace.look(time, stride)) {
      state = OVER;
      sliceEnd = time;
      setMark();
    }
  }
  left = state === FLOWING ? (stride = pace.stride) : 0;
  return state === OVER;
}

function begin(time: number, elsewhere: number): void {
  pace.begin(time, elsewhere);
  isSliceRunning = true;
  afterThisTurn(endSlice);
}

function setMark(): void {
  marks++;
  void DONE.then(reachMark);
}

/** All that was handed out before the mark was set has continued. */
function reachMark(): void {
  // Another one follows, behind what was handed out since.
  if (--marks > 0) return;
  strides = woken = 0;
  if (state === FLOWING) return;
  if (--depth >= 0) setMark();
  else finishStep();
}

function finishStep(): void {
  if (isOver()) sliceEnd = now();
  else step();
}

/** Hands out the next of those that wait. */
function step(): void {
  // The last ones together: as many tasks may talk at the same time.
  const isLast = waiting.length <= pace.stride * maxStrides();
  stride = isLast ? waiting.length : pace.stride;
  for (let i = 0; i < stride; i++) {
    const { settle, outcome } = waiting.shift();
    settle(outcome as never);
  }
  state = isLast ? FLOWING : IN_STEPS;
  left = isLast ? pace.stride : 0;
  strides = 1;
  depth = DEEP;
  setMark();
}

function maxStrides(): number {
  return pace.isSwift ? MAX_STRIDES : 1;
}

/** The loop has had its turn. */
function endSlice(): void {
  isSliceRunning = false;
  if (state === FLOWING) {
    left = stride = FREE;
    woken = 0;
    return;
  }
  const time = now();
  begin(time, time - sliceEnd);
  step();
}

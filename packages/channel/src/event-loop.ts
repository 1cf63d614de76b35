// Keeps the event loop alive (C11). Promises that resolve each other are all run before the next
// timer or socket gets a look-in, so tasks that only ever talk over channels would starve both.
// Go's scheduler pre-empts such tasks; here each operation spends a little of a *slice* of time,
// and when the slice is used up, outcomes are postponed: they are handed out in a later turn of
// the loop, in the order in which they came about. Nothing else waits: state has long changed.
//
//   look ... look ... look (slice is over) | turn: hand out, new slice | look ...
//
// A clock read costs as much as an operation, so the clock is looked at only now and then: `pace`
// is the measured number of operations that fit into a slice, and we look a few times a slice.

import { RingBuffer } from "./ring-buffer.js";

/** How long, in milliseconds, operations may go on before the loop gets a turn. */
const SLICE = 0.5;
const LOOKS_PER_SLICE = 8;
/** At most so many operations unmeasured: should they suddenly take long, we notice in time. */
const MAX_STRIDE = 64;
const MAX_PACE = 8192;

// Both are taken once, at load: a test that fakes time must not stop channels.
const now = performance.now.bind(performance);
const afterThisTurn = turnScheduler();

interface Postponed {
  readonly settle: (outcome: never) => void;
  readonly outcome: unknown;
}

/** Outcomes that wait for a later turn. While there are any, all further ones queue behind. */
const postponed = new RingBuffer<Postponed>();
let overtime = false;

let pace = 1;
/** Operations from one look to the next, and how many of them are left. */
let stride = 1;
let left = 1;
let lastLook = 0;
let sliceStart = 0;
/** Whether the end of this turn will be told; until it is, the slice is running. */
let sliceRunning = false;
/** How many outcomes the last turn handed out while others had to stay behind. */
let handedOut = 0;

/** Counts an operation that completes. If true, its outcome must be postponed. */
function overdue(): boolean {
  return --left <= 0 && look();
}

/** Calls `settle` with `outcome` in a later turn, after all that were postponed before. */
function postpone<T>(settle: (outcome: T) => void, outcome: T): void {
  postponed.push({ settle, outcome });
}

/** Calls `resolve` with `outcome`, now or in a later turn, for an operation that has waited. */
export function settle<T>(resolve: (outcome: T) => void, outcome: T): void {
  if (overdue()) postpone(resolve, outcome);
  else resolve(outcome);
}

/** A promise of `outcome`, for an operation that did not have to wait. */
export function settled<T>(outcome: T): Promise<T> {
  return overdue() ? inLaterTurn(outcome) : Promise.resolve(outcome);
}

/** The same for an object, at less cost. */
export function settledObject<T extends object>(outcome: T): Promise<T> {
  if (overdue()) return inLaterTurn(outcome);
  // Once V8 has looked for anything in it, it knows its shape, and need not search it for a `then`:
  // that would take a tenth of the time of a message. Few shapes come here, which matters.
  // eslint-disable-next-line @typescript-eslint/no-meaningless-void-operator
  void (outcome as { done?: unknown }).done;
  return Promise.resolve(outcome);
}

/** The same for an operation that fails: one who tries again and again must not starve others. */
export function rejected(reason: unknown): Promise<never> {
  if (!overdue()) return Promise.reject(reason);
  return new Promise((_, reject) => {
    postpone(reject, reason);
  });
}

// Awaiting an old promise costs no more than awaiting a new one, and making it costs nothing.
const DONE = Promise.resolve();

/** The same for an operation without an outcome. */
export function done(): Promise<void> {
  return overdue() ? inLaterTurn(undefined) : DONE;
}

/**
 * Lets timers and I/O have a turn when it is due, as every waiting operation does by itself. For
 * loops that never wait: those that only try, or that compute.
 *
 * Gives a promise to await about every half millisecond, and `undefined` in between, for next to
 * nothing. After Go's `runtime.Gosched`, which yields every time.
 *
 * @example
 * ```ts
 * for (const row of rows) {
 *   digest(row);
 *   const turn = gosched();
 *   if (turn !== undefined) await turn;
 * }
 * ```
 */
export function gosched(): Promise<void> | undefined {
  return overdue() ? inLaterTurn(undefined) : undefined;
}

/** Resolves in the next turn of the loop, after all microtasks of this one. */
export function nextTurn(): Promise<void> {
  return new Promise(afterThisTurn);
}

/** Whether outcomes wait for a later turn. */
export function isPostponing(): boolean {
  return postponed.length > 0;
}

function inLaterTurn<T>(outcome: T): Promise<T> {
  return new Promise((resolve) => {
    postpone(resolve, outcome);
  });
}

function look(): boolean {
  if (!overtime) {
    const time = now();
    if (sliceRunning) measure(stride, time - lastLook);
    else startSlice(time);
    lastLook = time;
    overtime = time - sliceStart >= SLICE;
  }
  left = overtime ? 1 : stride;
  return overtime;
}

function startSlice(time: number): void {
  sliceStart = time;
  sliceRunning = true;
  afterThisTurn(turn);
}

/** Learns from `operations` having taken `elapsed` ms: slowing down at once, speeding up by doubling. */
function measure(operations: number, elapsed: number): void {
  const measured = elapsed > 0 ? (operations / elapsed) * SLICE : MAX_PACE;
  pace = Math.max(1, Math.min(measured, pace * 2, MAX_PACE));
  stride = Math.min(Math.ceil(pace / LOOKS_PER_SLICE), MAX_STRIDE);
}

/** The loop has had its turn: hands out what was postponed, but no more than fits into a slice. */
function turn(): void {
  sliceRunning = false;
  if (!overtime) return;

  const time = now();
  if (handedOut > 0) measure(handedOut, time - lastLook);
  const batch = Math.min(postponed.length, Math.ceil(pace));
  for (let i = 0; i < batch; i++) {
    const { settle, outcome } = postponed.shift();
    settle(outcome as never);
  }
  overtime = postponed.length > 0;
  handedOut = overtime ? batch : 0;
  left = overtime ? 1 : stride;
  lastLook = time;
  startSlice(time);
}

/** The cheapest way to be called in a later turn: `setImmediate`, or a message in browsers. */
function turnScheduler(): (callback: () => void) => void {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (setImmediate !== undefined) return (callback) => void setImmediate(callback);

  const { port1, port2 } = new MessageChannel();
  const callbacks = new RingBuffer<() => void>();
  port1.onmessage = () => {
    callbacks.shift()();
  };
  return (callback) => {
    callbacks.push(callback);
    port2.postMessage(undefined);
  };
}

// The host: what the package needs of the platform that it runs on, which is a clock and a way to
// be called in a later turn of the event loop.
//
// The way is chosen when a turn is first needed, the first of these that the platform has and that
// no test has faked: `setImmediate`; messages; `setTimeout`; the end of an atomic wait. None of them
// keeps a process open once the turn has come. Where there is none of them, there may be one later.

import { isFake } from "./fakes.js";

type Schedule = (callback: () => void) => void;

/** What was there when the package was loaded: a test may fake it before a turn is first needed. */
const atLoad = timersOf(globalThis);

let schedule: Schedule | undefined;

/** Calls `callback` in a later turn of the event loop, after all microtasks of this one. */
export function afterThisTurn(callback: () => void): void {
  schedule ??= bestSchedule();
  // If the platform has no way to give the loop its turn, messages at least go on.
  if (schedule === undefined) void Promise.resolve().then(callback);
  else schedule(callback);
}

/** The platform's own clock, as soon as it is there to be had: a test may have faked it at load. */
let clock = ownClock();

/** The time, in milliseconds. It may stand still, as in some hosts, or while a test fakes all clocks. */
export function now(): number {
  clock ??= ownClock();
  return clock === undefined ? Date.now() : clock();
}

interface Clock {
  readonly now: () => number;
}

interface Timers {
  readonly setImmediate: Schedule | undefined;
  readonly MessageChannel: typeof MessageChannel | undefined;
  readonly setTimeout: Schedule | undefined;
}

/** TypeScript does not know it below ES2024. */
interface AsyncAtomics {
  waitAsync(cell: Int32Array, index: number, value: number): { readonly value: Promise<unknown> };
  notify(cell: Int32Array, index: number): number;
}

function timersOf(globals: object): Timers {
  const { setImmediate, MessageChannel, setTimeout } = globals as Timers;
  return { setImmediate, MessageChannel, setTimeout };
}

function bestSchedule(): Schedule | undefined {
  const candidates = [atLoad, timersOf(globalThis)];
  const find = <K extends keyof Timers>(name: K): Timers[K] | undefined =>
    candidates.map((timers) => timers[name]).find((found) => found !== undefined && !isFake(found));

  const setImmediate = find("setImmediate");
  if (setImmediate !== undefined) return setImmediate;
  const Channel = find("MessageChannel");
  if (Channel !== undefined) return turnsByMessage(Channel);
  return find("setTimeout") ?? turnsByAtomicWait();
}

/**
 * Turns by messages. Node may hand out a thousand messages of one port in one turn, those that are
 * posted meanwhile included, so two pairs of ports take turns. They exist while a turn is due: an
 * open port would keep the process alive.
 */
function turnsByMessage(Channel: typeof MessageChannel): Schedule {
  let callbacks: (() => void)[] = [];
  let [pair, other] = [undefined, undefined] as (MessageChannel | undefined)[];

  const turn = (): void => {
    const due = callbacks;
    callbacks = [];
    [pair, other] = [other, pair];
    for (const callback of due) callback();
    if (callbacks.length > 0) return;
    pair?.port1.close();
    other?.port1.close();
    pair = other = undefined;
  };

  return (callback) => {
    if (pair === undefined) {
      pair = new Channel();
      pair.port1.onmessage = turn;
    }
    if (callbacks.push(callback) === 1) pair.port2.postMessage(undefined);
  };
}

/** Where all timers are faked, as in jsdom: the end of a wait for memory that is notified at once. */
function turnsByAtomicWait(): Schedule | undefined {
  const { Atomics, SharedArrayBuffer } = globalThis as {
    readonly Atomics?: Partial<AsyncAtomics>;
    readonly SharedArrayBuffer?: SharedArrayBufferConstructor;
  };
  if (Atomics?.waitAsync === undefined || SharedArrayBuffer === undefined) return undefined;
  const atomics = Atomics as AsyncAtomics;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return (callback) => {
    void atomics.waitAsync(cell, 0, 0).value.then(callback);
    atomics.notify(cell, 0);
  };
}

function ownClock(): (() => number) | undefined {
  const { performance, Date } = globalThis as { performance?: Clock; readonly Date: Clock };
  if (performance !== undefined && !isFake(performance.now)) {
    return performance.now.bind(performance);
  }
  return isFake(Date) || isFake(Date.now) ? undefined : Date.now;
}

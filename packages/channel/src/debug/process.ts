// When a process is told of those that wait: at its end, when operations were lost, and when it is asked.
//
// The end: `beforeExit` says that nothing is left to do. But its other listeners may still add work, and
// Node chooses its exit code later. So it only puts a listener in front of all others on `exit`, which
// decides: then it is known what waits, and an exit code that is set is the last word.

import { afterThisTurn } from "../loop/host.js";
import { read } from "../util/inspect.js";
import { builtin, host, type HostProcess } from "./host.js";
import { writeReport } from "./stderr.js";
import type { Tracker } from "./tracker.js";
import type { Sleeper } from "./waiting.js";

/** Go's, for a deadlock. */
const DEADLOCK = 2;

let tracker: Tracker;
let isMainOver = false;
/** What `main` was given, until that has settled. */
let mains: Promise<unknown>[] = [];
let hasCrashed = false;
/** The exit code that the program has set, before Node sets its own. */
let codeBefore: unknown;
let leaks: Sleeper[] = [];

/** Calls `fn`, the root of the program. See `main` of the channel package. */
export function main<T>(fn: () => T): T {
  let outcome: T;
  try {
    outcome = fn();
  } catch (error) {
    isMainOver = true;
    throw error;
  }
  // Only promises of the platform are looked at: what else has a `then` may count how often it is asked.
  if (outcome instanceof Promise) mains.push(outcome);
  else isMainOver = true;
  return outcome;
}

/**
 * Whether the root of the program has ended. Its promise is looked at only when a report is due, and never
 * listened to: a listener would hide that the program leaves its failure unhandled.
 */
function isOver(): boolean {
  const util = builtin("util");
  if (util !== undefined && mains.length > 0) {
    const looks = { depth: 0, customInspect: false, getters: false, colors: false } as const;
    const lookOf = (promise: object): unknown => read(() => util.inspect(promise, looks), "");
    const pending = mains.filter((promise) => /^[^{]*\{\s*<pending>/.test(String(lookOf(promise))));
    isMainOver ||= pending.length < mains.length;
    mains = pending;
  }
  return isMainOver;
}

/** Reports from now on, in this process. */
export function installReports(of: Tracker): void {
  tracker = of;
  tracker.watchLeaks(noteLeak);
  if (host !== undefined) listen(host);
}

function listen(process: HostProcess): void {
  const onExit = (): void => {
    process.off("exit", onExit);
    decide(process);
  };
  process.on("beforeExit", () => {
    // After all that its other listeners do.
    queueMicrotask(() => {
      hasCrashed = false;
      codeBefore = process.exitCode;
      process.off("exit", onExit);
      process.prependListener("exit", onExit);
    });
  });
  process.on("exit", tellLeaks);
  process.on("uncaughtExceptionMonitor", () => {
    hasCrashed = true;
  });
  // In Deno such a listener would keep a pending top-level await from ending in an error.
  if ("Deno" in globalThis) return;
  try {
    process.on("SIGQUIT", () => {
      writeReport("waiting", tracker.sleepers());
    });
  } catch {
    // Not every host has that signal.
  }
}

/** The process ends, and had nothing left to do: if something still waits, that is a deadlock. */
function decide(process: HostProcess): void {
  if (isOver() || hasCrashed || isExitCalled()) return;
  const sleepers = tracker.asleep(0);
  if (sleepers.length === 0) return;
  // They are told all together.
  leaks = [];
  writeReport("deadlock", sleepers);
  if (isZero(codeBefore)) process.exitCode = DEADLOCK;
}

function isZero(code: unknown): boolean {
  return code === undefined || code === null || Number(code) === 0;
}

/** Whether the program has called `process.exit`, to which the listeners of `exit` are called. */
function isExitCalled(): boolean {
  return /^\s*at (?:process\.)?(?:exit|reallyExit)\b/m.test(String(new Error().stack));
}

function noteLeak(sleeper: Sleeper): void {
  if (leaks.push(sleeper) === 1) afterThisTurn(tellLeaks);
}

function tellLeaks(): void {
  const told = leaks;
  leaks = [];
  if (told.length > 0 && !isOver()) writeReport("leak", told);
}

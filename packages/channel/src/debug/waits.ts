// What waits, from the moment at which a wait begins to that at which it is over.
//
// Invariants:
//   - an operation that waits is here exactly while it waits; or, once it has become garbage, for ever:
//     nothing can end it any more, and the verdict must not depend on whether the collector has run;
//   - nothing here keeps an operation alive, nor what it waits on: from the next turn on only text does.

import { afterThisTurn } from "../loop/host.js";
import { isDaemon, kindOf, labelOf, ownerOf, stateOf, type Subject } from "./owners.js";
import { Place } from "./place.js";
import { currentTask, type Task } from "./tasks.js";
import type { Sleeper, Waiting } from "./waiting.js";

/** An operation, of whatever copy of the package: a plain one, or a select. */
interface Operation {
  leave: (this: Operation) => unknown;
}

/** What is told of each operation that begins to wait. */
export type BeginListener = (operation: object, wait: Wait, purposes: readonly Purpose[]) => void;

/** A case of a select that waits. */
interface WaitingCase {
  readonly key: string | number;
  readonly port: Subject;
  readonly place: object;
}

/** What an operation waits for, and what it is there to do. */
export interface Purpose {
  /** Of a select, the case. */
  readonly key: string | number | undefined;
  readonly subject: Subject;
  readonly kind: Waiting["kind"];
}

/** How many frames of ours are above that of the program. */
const OURS: Readonly<Record<string, number | undefined>> = { select: 2, receive: 4, send: 4 };

const waits = new Set<Wait>();
const unwritten = new Set<Wait>();
let begun = 0;
let onLeak: ((wait: Wait) => void) | undefined;
let onBegin: BeginListener | undefined;

const registry =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry<Wait>((wait) => {
        if (waits.has(wait)) onLeak?.(wait);
      })
    : undefined;

/** One operation that waits. */
export class Wait implements Waiting {
  /** Numbers them in the order in which they began. */
  readonly id: number = ++begun;
  readonly kind: Waiting["kind"];
  readonly on: string;
  readonly task: string | undefined;
  readonly since: number = Date.now();
  readonly daemon: boolean;
  /** Whether it waits for the pool whose job it is part of. */
  readonly isForOwnPool: boolean;
  /** The run of a job of which it is part. */
  readonly run: object | undefined;
  /** Whether nothing was to end it from the start: a select without a case. */
  readonly isForever: boolean;
  readonly #place: Place;
  readonly #owners: readonly WeakRef<object>[];

  constructor(
    kind: Waiting["kind"],
    purposes: readonly Purpose[],
    task: Task | undefined,
    place: Place,
  ) {
    const owners = purposes.map(({ subject }) => ownerOf(subject));
    this.kind = kind;
    this.on = purposes.map(toText).join(", ") || "no case";
    this.task = task?.name;
    this.daemon = purposes.some(({ subject }) => isDaemon(subject));
    this.isForOwnPool = task?.pool !== undefined && owners.includes(task.pool);
    this.run = task?.run;
    this.isForever = purposes.length === 0;
    this.#place = place;
    this.#owners = owners.map((owner) => new WeakRef(owner));
  }

  get stack(): string {
    return this.#place.toString();
  }

  /** From now on only the text of its place is kept. */
  writeOut(): void {
    this.#place.toString();
  }

  /** How that is now which it waits on; nothing of what is garbage. */
  get state(): string {
    const things = this.#owners.map((owner) => owner.deref()).filter((it) => it !== undefined);
    if (this.kind !== "select") return things.map(stateOf).join("");
    return [...new Set(things)].map((thing) => `${labelOf(thing)}: ${stateOf(thing)}`).join("; ");
  }
}

/** All that wait, those that began to wait first before the others. */
export function allWaits(): readonly Wait[] {
  return [...waits];
}

/** A number between those of the waits that have begun and those that are to begin. */
export function mark(): number {
  return ++begun;
}

/** Forgets the waits that have begun after the one with the number `since`. */
export function forgetWaits(since: number): void {
  for (const wait of waits) if (wait.id > since) end(wait);
}

/** What others see of `wait`. */
export function toWaiting({ kind, on, task, since, stack, daemon }: Wait): Waiting {
  return { kind, on, task, since, stack, daemon };
}

/** What a report tells of `wait`; `hint` is what could end it. */
export function toSleeper(wait: Wait, hint: string | undefined): Sleeper {
  return { ...toWaiting(wait), state: wait.state, hint };
}

/** Calls `listener` with each operation that becomes garbage while it waits. */
export function watchLeaks(listener: ((wait: Wait) => void) | undefined): void {
  onLeak = listener;
}

/** Calls `listener` with each operation that begins to wait. */
export function watchBegin(listener: BeginListener | undefined): void {
  onBegin = listener;
}

/** See `Sight.wait`. */
export function beginWait(operation: object, subject: unknown, queue?: object): void {
  const isSelect = queue === undefined;
  const purposes = isSelect
    ? purposesOf(subject as readonly WaitingCase[])
    : [purposeOf(undefined, subject as Subject, queue)];
  const kind = isSelect ? "select" : (purposes[0] as Purpose).kind;
  const wait = new Wait(kind, purposes, currentTask(), new Place(beginWait, OURS[kind] ?? 3));

  waits.add(wait);
  if (unwritten.size === 0) afterThisTurn(writeOut);
  unwritten.add(wait);
  registry?.register(operation, wait, wait);
  noteEnd(operation as Operation, wait);
  onBegin?.(operation, wait, purposes);
}

/** Of a select, which has tried its cases in random order, and may use them for another one later. */
function purposesOf(cases: readonly WaitingCase[]): readonly Purpose[] {
  return cases
    .map(({ key, port, place }) => purposeOf(key, port, place))
    .sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
}

function purposeOf(key: Purpose["key"], subject: Subject, queue: object): Purpose {
  return { key, subject, kind: kindOf(subject, queue) };
}

/**
 * Whatever ends a wait has the operation leave: this one calls a `leave` of its own. Not for ever, since an
 * operation may serve one select after the other.
 */
function noteEnd(operation: Operation, wait: Wait): void {
  operation.leave = function () {
    end(wait);
    Reflect.deleteProperty(operation, "leave");
    return operation.leave();
  };
}

function end(wait: Wait): void {
  waits.delete(wait);
  unwritten.delete(wait);
  registry?.unregister(wait);
}

function writeOut(): void {
  for (const wait of unwritten) wait.writeOut();
  unwritten.clear();
}

function toText({ key, subject, kind }: Purpose): string {
  const label = labelOf(ownerOf(subject));
  return key !== undefined && kind === "send" ? `send to ${label}` : label;
}

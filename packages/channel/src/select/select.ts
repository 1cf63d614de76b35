// `select`: of several sends and receives, exactly one. Here the cases are read and checked; how one
// of them is chosen is told in `selection.ts`.

import { signalOf } from "../wait/abort.js";
import { hintAtCopies, isNil, SendCase } from "./cases.js";
import type { Case, CasesOf, Selected } from "./cases.js";
import type { WaitOptions } from "../state/types.js";
import { settledObject, rejected } from "../loop/outcomes.js";
import type { SendPort } from "../state/port.js";
import { show } from "../util/inspect.js";
import { portOf, recvPortOf } from "../chan/recv-base.js";
import { type CaseKey, RECV, SEND } from "./active-case.js";
import { Selection } from "./selection.js";
import { isAborted, reasonOf } from "../util/signals.js";

/**
 * Waits until one of the cases can complete, completes exactly that one, and says which.
 *
 * A channel is a case that receives from it, `send(ch, value)` one that sends; `null`, `undefined`
 * and `false` are cases that are switched off. Cases are given by name, `select({ job: jobs,
 * quit: done })`, or in an array; the result's `key` is the name, which is a string, or the index.
 * The object may be of a class: what counts are its own enumerable properties. If several can
 * complete, each of them is chosen with the same probability. A select without a case that is
 * switched on waits for ever, or for its signal.
 *
 * A closed channel's receive case can complete, with `ok: false`. Aborting `signal` withdraws a
 * select that still waits, from all its channels. O(number of cases), also when it waits or is
 * withdrawn; the cases that were not chosen leave nothing behind. Semantics: Go's `select`.
 *
 * **Gotchas.** A closed channel is always ready: a loop that goes on must switch its case off, or it
 * spins. `after(ms)` made inside a loop starts anew in each turn: make it before the loop, unless it
 * is to count from the last turn. `send(ch, f())` calls `f` whether that case is chosen or not.
 *
 * @throws ChannelClosedError, by rejection, if the choice is a send on a closed channel, or one of
 *   the send cases' channels is closed while the select waits.
 * @throws TypeError, by rejection, if a case is not one, or `cases` is neither an array nor a record
 *   of cases (a Map, a channel, a bare `send(…)`), and then nothing has happened.
 * @throws The signal's reason, by rejection, if it is aborted before a case was chosen.
 *
 * @example
 * ```ts
 * const r = await select({ job: jobs, quit: done, out: head !== undefined && send(results, head) });
 * switch (r.key) {
 *   case "job": if (!r.ok) return; handle(r.value); break;
 *   case "out": pending.shift(); break;
 *   case "quit": return;
 * }
 * ```
 *
 * @example
 * ```ts
 * // Two channels until both are closed.
 * const x = new Chan<string>(1), y = new Chan<string>();
 * x.trySend("from x"), x.close(), y.close();
 * let a: Chan<string> | undefined = x, b: Chan<string> | undefined = y;
 * while (a !== undefined || b !== undefined) {
 *   const r = await select({ a, b });
 *   if (r.ok) console.log(r.value); //=> from x
 *   else if (r.key === "a") a = undefined; // switched off
 *   else b = undefined;
 * }
 * ```
 */
export function select<const C extends CasesOf<C>>(
  cases: C,
  options?: WaitOptions,
): Promise<Selected<C>> {
  try {
    const signal = signalOf(options);
    const selection = read(cases);
    // Again, since a getter among the cases may have aborted it.
    if (signal !== undefined && isAborted(signal)) throw reasonOf(signal);
    const chosen = selection.attempt();
    if (chosen === undefined) return selection.park(signal) as Promise<Selected<C>>;
    selection.dismiss();
    // eslint-disable-next-line @typescript-eslint/no-meaningless-void-operator -- see `settledObject`
    void chosen.done;
    return settledObject(chosen, Promise.resolve(chosen)) as Promise<Selected<C>>;
  } catch (error) {
    return rejected(error);
  }
}

/**
 * Selects without waiting: what `select` would give at once, or `undefined` if it would wait. It is
 * Go's `select` with a `default`. O(number of cases).
 *
 * @throws ChannelClosedError if the choice is a send on a closed channel.
 * @throws TypeError if a case, or `cases`, is not one, and then nothing has happened.
 *
 * @example
 * ```ts
 * const ch = new Chan<string>(1);
 * trySelect({ ch }); //=> undefined
 * trySelect({ out: send(ch, "a") })?.key; //=> out
 * trySelect({ ch })?.value; //=> a
 * ```
 */
export function trySelect<const C extends CasesOf<C>>(cases: C): Selected<C> | undefined {
  const selection = read(cases);
  const chosen = selection.attempt();
  selection.dismiss();
  return chosen as Selected<C> | undefined;
}

/** The cases that are switched on, each read once. */
function read(cases: unknown): Selection {
  const selection = Selection.engage();
  if (Array.isArray(cases)) {
    for (let i = 0; i < cases.length; i++) add(selection, i, cases[i] as Case);
    return selection;
  }
  const keys = namesOf(cases);
  if (keys === undefined) {
    throw new TypeError(`select takes an object or an array of cases, not ${show(cases)}`);
  }
  for (const key of keys) add(selection, key, (cases as Readonly<Record<string, Case>>)[key]);
  return selection;
}

/**
 * The names of the cases of a plain object, or of one of a class that has cases; `undefined` for
 * anything else. What has none, a tag, or can be iterated over, is something else: a `Map`, a pool, a
 * promise, a `Broadcast`. To select from it would be to wait for ever, for what its fields look like.
 */
function namesOf(cases: unknown): readonly string[] | undefined {
  if (typeof cases !== "object" || cases === null) return undefined;
  const { iterator, asyncIterator, toStringTag } = Symbol;
  if (iterator in cases || asyncIterator in cases || toStringTag in cases) return undefined;
  const names = Object.keys(cases);
  return names.length > 0 || isPlain(cases) ? names : undefined;
}

function isPlain(cases: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(cases);
  // A null prototype, or the `Object.prototype` of whatever realm.
  const isRoot = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isRoot && Object.getOwnPropertySymbols(cases).length === 0;
}

function add(selection: Selection, key: CaseKey, entry: Case): void {
  if (isNil(entry)) return;

  // First, since it takes V8 many times longer to find that a private field is missing than that it is there.
  const port = recvPortOf(entry);
  if (port !== undefined) selection.add(key, RECV, port, port.receivers);
  else if (typeof entry === "object" && SendCase.is(entry)) addSend(selection, key, entry);
  else {
    throw new TypeError(
      `case ${key} is neither a channel, nor send(...), nor switched off${hintAtCopies(entry)}`,
    );
  }
}

function addSend(selection: Selection, key: CaseKey, { chan, value }: SendCase): void {
  if (isNil(chan)) return;
  const port = portOf(chan);
  if (port?.senders === undefined) {
    throw new TypeError(
      `case ${key} sends to what is not a channel to send to${hintAtCopies(chan)}`,
    );
  }
  selection.add(key, SEND, port as SendPort<unknown>, port.senders, value);
}

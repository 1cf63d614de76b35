// `select`: of several sends and receives, exactly one. As in Go it has three passes:
//
//   1. try the cases in random order; the first that can complete is the choice;
//   2. if none can, wait in the queues of all of them, in the same random order;
//   3. whoever serves one of the waiters first withdraws its siblings from their queues.
//
// Nobody else runs during 1 and 2, nor during 3: so the choice is made at one instant.

import { onAbort, signalOf } from "../wait/abort.js";
import { hintAtCopies, isNil, SendCase } from "./cases.js";
import type { Case, CasesOf, Selected } from "./cases.js";
import type { WaitOptions } from "../state/types.js";
import { rejected, settledObject } from "../loop/outcomes.js";
import type { SendPort } from "../state/port.js";
import { show } from "../util/inspect.js";
import { random } from "../util/random.js";
import { portOf } from "../chan/recv-base.js";
import { ActiveCase, Selection, SelectWaiter, type Chosen, type Key } from "./selection.js";
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
    const open = read(cases);
    // Again, since a getter among the cases may have aborted it.
    if (signal !== undefined && isAborted(signal)) throw reasonOf(signal);
    const chosen = poll(open);
    if (chosen !== undefined) return settledObject(chosen) as Promise<Selected<C>>;
    return park(open, signal) as Promise<Selected<C>>;
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
  return poll(read(cases)) as Selected<C> | undefined;
}

/** The cases that are switched on, each read once. */
function read(cases: unknown): ActiveCase[] {
  const open: ActiveCase[] = [];
  if (Array.isArray(cases)) {
    for (let i = 0; i < cases.length; i++) add(open, i, cases[i] as Case);
    return open;
  }
  const keys = typeof cases === "object" && cases !== null ? Object.keys(cases) : [];
  if (!isRecord(cases, keys)) {
    throw new TypeError(`select takes an object or an array of cases, not ${show(cases)}`);
  }
  for (const key of keys) add(open, key, cases[key]);
  return open;
}

/**
 * Whether `cases` is a plain object, or one of a class that has cases. What has none, or can be
 * iterated over, is something else: a `Map`, a pool, a promise. To select from it would be to wait
 * for ever.
 */
function isRecord(
  cases: unknown,
  keys: readonly string[],
): cases is Readonly<Record<string, Case>> {
  if (typeof cases !== "object" || cases === null) return false;
  if (Symbol.iterator in cases || Symbol.asyncIterator in cases) return false;
  if (typeof (cases as { readonly then?: unknown }).then === "function") return false;
  if (keys.length > 0) return true;
  const prototype: unknown = Object.getPrototypeOf(cases);
  // A null prototype, or the `Object.prototype` of whatever realm.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && Object.getOwnPropertySymbols(cases).length === 0;
}

function add(open: ActiveCase[], key: Key, one: Case): void {
  if (isNil(one)) return;

  if (typeof one === "object" && SendCase.is(one)) {
    if (isNil(one.chan)) return;
    const port = portOf(one.chan);
    if (port?.senders === undefined) {
      throw new TypeError(
        `case ${key} sends to what is not a channel to send to${hintAtCopies(one.chan)}`,
      );
    }
    open.push(new ActiveCase(key, undefined, port as SendPort<unknown>, one.value));
    return;
  }

  const port = portOf(one);
  if (port === undefined) {
    throw new TypeError(
      `case ${key} is neither a channel, nor send(...), nor switched off${hintAtCopies(one)}`,
    );
  }
  open.push(new ActiveCase(key, port, undefined, undefined));
}

/** Pass 1. Leaves the cases in the random order in which they were tried. */
function poll(open: ActiveCase[]): Chosen | undefined {
  for (let i = 0; i < open.length; i++) {
    const left = open.length - i;
    const pick = left === 1 ? i : i + random.below(left);
    const one = open[pick] as ActiveCase;
    open[pick] = open[i] as ActiveCase;
    open[i] = one;

    const chosen = one.attempt();
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}

/** Pass 2. Pass 3 is `Selection.detach`. */
function park(open: readonly ActiveCase[], signal: AbortSignal | undefined): Promise<Chosen> {
  const waiters = open.map((one) => new SelectWaiter(one));
  const selection = new Selection(waiters);
  const outcome = new Promise<Chosen>((resolve, reject) => {
    selection.resolve = resolve;
    selection.reject = reject;
  });
  for (const one of waiters) if (!selection.isDecided) one.park(selection);
  if (signal !== undefined && !selection.isDecided) tie(selection, signal);
  return outcome;
}

/** Only once it waits: an odd signal may use the very channels when it is given a listener. */
function tie(selection: Selection, signal: AbortSignal): void {
  try {
    selection.link = onAbort(signal, selection);
    if (selection.isDecided) selection.link.remove();
  } catch (error) {
    if (!selection.isDecided) selection.cancel(error);
  }
}

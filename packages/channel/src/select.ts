// `select`: of several sends and receives, exactly one. As in Go it has three passes:
//
//   1. try the cases in random order; the first that can complete is the choice;
//   2. if none can, wait in the queues of all of them, in the same random order;
//   3. whoever serves one of the waiters first withdraws its siblings from their queues.
//
// Nobody else runs during 1 and 2, nor during 3: so the choice is made at one instant.

import { isAborted, onAbort, reasonOf, signalOf } from "./abort.js";
import { isNil, SendCase, type Case, type Cases, type Selected } from "./cases.js";
import type { WaitOptions } from "./directions.js";
import { rejected, settledObject } from "./event-loop.js";
import type { SendPort } from "./port.js";
import { random } from "./random.js";
import { portOf } from "./recv-face.js";
import { OpenCase, Selection, SelectWaiter, type Chosen, type Key } from "./selection.js";

/**
 * Waits until one of the cases can complete, completes exactly that one, and says which.
 *
 * A channel is a case that receives from it, `send(ch, value)` one that sends; `null`, `undefined`
 * and `false` are cases that are switched off. Cases are given by name, `select({ job: jobs,
 * quit: done })`, or in an array; the result's `key` is the name or the index. If several can
 * complete, each of them is chosen with the same probability. A select without a case that is
 * switched on waits for ever, or for its signal.
 *
 * A closed channel's receive case can complete, with `ok: false`. Aborting `signal` withdraws a
 * select that still waits, from all its channels. O(number of cases), also when it waits or is
 * withdrawn; the cases that were not chosen leave nothing behind. Semantics: Go's `select`.
 *
 * @throws ChannelClosedError, by rejection, if the choice is a send on a closed channel, or one of
 *   the send cases' channels is closed while the select waits.
 * @throws TypeError, by rejection, if a case is not one, and then nothing has happened.
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
 */
export function select<const C extends Cases>(
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
 * @throws TypeError if a case is not one, and then nothing has happened.
 */
export function trySelect<const C extends Cases>(cases: C): Selected<C> | undefined {
  return poll(read(cases)) as Selected<C> | undefined;
}

/** The cases that are switched on, each read once. */
function read(cases: Cases): OpenCase[] {
  const open: OpenCase[] = [];
  if (Array.isArray(cases)) {
    for (let i = 0; i < cases.length; i++) add(open, i, cases[i] as Case);
  } else if (typeof cases === "object" && (cases as unknown) !== null && !portOf(cases)) {
    for (const key of Object.keys(cases)) add(open, key, (cases as Record<string, Case>)[key]);
  } else {
    throw new TypeError("select takes an object or an array of cases");
  }
  return open;
}

function add(open: OpenCase[], key: Key, one: Case): void {
  if (isNil(one)) return;

  if (one instanceof SendCase) {
    if (isNil(one.chan)) return;
    const port = portOf(one.chan);
    if (port?.senders === undefined) {
      throw new TypeError(`case ${String(key)} sends to what is not a channel to send to`);
    }
    open.push(new OpenCase(key, undefined, port as SendPort<unknown>, one.value));
    return;
  }

  const port = portOf(one);
  if (port === undefined) {
    throw new TypeError(
      `case ${String(key)} is neither a channel, nor send(...), nor switched off`,
    );
  }
  open.push(new OpenCase(key, port, undefined, undefined));
}

/** Pass 1. Leaves the cases in the random order in which they were tried. */
function poll(open: OpenCase[]): Chosen | undefined {
  for (let i = 0; i < open.length; i++) {
    const left = open.length - i;
    const pick = left === 1 ? i : i + random.below(left);
    const one = open[pick] as OpenCase;
    open[pick] = open[i] as OpenCase;
    open[i] = one;

    const chosen = one.attempt();
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}

/** Pass 2. Pass 3 is `Selection.withdraw`. */
function park(open: readonly OpenCase[], signal: AbortSignal | undefined): Promise<Chosen> {
  return new Promise((resolve, reject) => {
    const waiters = open.map((one) => new SelectWaiter(one));
    const selection = new Selection(waiters, resolve, reject);
    if (signal !== undefined) selection.link = onAbort(signal, selection);
    for (const one of waiters) if (!selection.isDecided) one.park(selection);
  });
}

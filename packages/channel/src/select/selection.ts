// A select while it lasts, in three passes, as in Go:
//
//   1. `attempt`: try the cases in random order; the first that can complete is the choice;
//   2. `park`: if none can, wait in the queues of all of them, in the same random order;
//   3. `leave`: whatever ends the wait of one case withdraws all of them from their queues.
//
// Invariants:
//   - no other code runs during 1 and 2 (but for the hooks of custom channels), nor during 3: so the
//     choice is made at one instant, and other code finds all cases of a select in their queues, or none;
//   - a selection serves one select at a time. Between two of them it refers to nothing of theirs.

import { ActiveCase, type AnyChosen, type CaseKey, type CaseVerb } from "./active-case.js";
import type { AbortRegistration } from "../wait/abort.js";
import { endOnAbort, endWait, type Operation } from "../wait/operation.js";
import { promiseFor } from "../wait/wait.js";
import type { WaitQueue } from "../state/wait-queue.js";
import { sight } from "../util/sight.js";
import { random } from "../util/random.js";

/**
 * Selections that are not in use. A select that waits would make 400 bytes of garbage otherwise, as
 * much as an await at both ends of the message. Few and small ones are kept: tasks that select in a
 * loop use the same again and again.
 */
const spares: Selection[] = [];
const MOST_SPARES = 16;
const MOST_CASES = 8;

/** The cases of one select that are switched on, and its promise while it waits. */
export class Selection implements Operation {
  registration: AbortRegistration | undefined;
  /** Those in use come first. */
  readonly #cases: ActiveCase[] = [];
  #count = 0;
  #isWaiting = false;
  #isReusable = false;
  /** Whether only a signal can make it fail. */
  #isSure = true;
  // Those of the promise, while it waits. `reject` only if it can fail.
  resolve!: (outcome: unknown) => void;
  reject!: (reason: unknown) => void;

  /** One without cases, for a select, which dismisses it unless it parks it or fails. */
  static engage(): Selection {
    return spares.pop() ?? new Selection();
  }

  /** The select is over. */
  dismiss(): void {
    if (this.#cases.length > MOST_CASES || spares.length === MOST_SPARES) return;
    for (let i = 0; i < this.#count; i++) this.#at(i).clear();
    this.#count = 0;
    this.#isSure = true;
    this.resolve = this.reject = undefined as never;
    spares.push(this);
  }

  /** Adds a case: does `verb` to `port`, with the `value` that it sends; waits in `queue`. */
  add<P>(key: CaseKey, verb: CaseVerb<P>, port: P, queue: WaitQueue, value?: unknown): void {
    if (!queue.isSure) this.#isSure = false;
    if (this.#count === this.#cases.length) this.#cases.push(new ActiveCase(this));
    this.#at(this.#count++).use(key, verb, port, value);
  }

  /** Pass 1. Leaves the cases in the random order in which they were tried. */
  attempt(): AnyChosen | undefined {
    for (let i = 0; i < this.#count; i++) {
      const untried = this.#count - i;
      const pick = untried === 1 ? i : i + random.below(untried);
      const entry = this.#at(pick);
      this.#cases[pick] = this.#at(i);
      this.#cases[i] = entry;

      const chosen = entry.attempt();
      if (chosen !== undefined) {
        sight.did?.(entry.port, chosen);
        return chosen;
      }
    }
    return undefined;
  }

  /** Pass 2. */
  park(signal: AbortSignal | undefined): Promise<AnyChosen> {
    const outcome: Promise<AnyChosen> = promiseFor(this, signal === undefined && this.#isSure);
    this.#isWaiting = true;
    this.#isReusable = false;
    sight.wait?.(this, this.#cases.slice(0, this.#count));
    for (let i = 0; i < this.#count && this.isWaiting(); i++) this.#at(i).park();
    // Not before, since the loop goes on if the wait ends in it. Nor with a signal: an odd one may end
    // the wait while it is given its listener, which must not become that of another select.
    if (signal === undefined) this.#isReusable = true;
    else endOnAbort(this, signal);
    return outcome;
  }

  isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Pass 3. */
  leave(): this {
    this.#isWaiting = false;
    for (let i = 0; i < this.#count; i++) this.#at(i).leave();
    return this;
  }

  announceLeft(): void {
    for (let i = 0; i < this.#count; i++) this.#at(i).announceLeft();
  }

  complete(chosen: AnyChosen): void {
    this.#end(this.resolve, chosen);
  }

  cancel(reason: unknown): void {
    this.#end(this.reject, reason);
  }

  #end<T>(settle: (outcome: T) => void, outcome: T): void {
    if (!this.#isWaiting) return;
    endWait(this, settle, outcome);
    if (this.#isReusable) this.dismiss();
  }

  #at(i: number): ActiveCase {
    return this.#cases[i] as ActiveCase;
  }
}

// The signal that aborts a group from outside, and the tie to it.
//
// Invariants:
//   - once tied, the abort is told at once, until the signal is let go. Until then it can also be asked;
//   - the signal keeps the group alive only while the group is held, since something runs. Else the
//     group lives as long as its own signal does, which users may have: what they have is aborted;
//   - the tie of a group that is garbage goes, too, so that none pile up on a signal that lives on.

import { isAborted, reasonOf } from "../util/signals.js";
import { type AbortTarget, type AbortRegistration, onAbort } from "../wait/abort.js";

/** What is kept alive by the group's own signal. */
const ownedBy = new WeakMap<AbortSignal, OuterSignal>();

interface Ref<T> {
  deref(): T | undefined;
}

// The ties are not held by the registry: a tie may hold a group, and it leads to the outer signal.
const ties =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry<Ref<Tie>>((tie) => tie.deref()?.link?.remove())
    : undefined;

/** The signal from outside of a group. */
export class OuterSignal {
  #signal: AbortSignal | undefined;
  #tie: Tie | undefined;
  readonly #own: AbortSignal;
  readonly #fail: (reason: unknown) => void;

  /**
   * Calls `fail` with the reason of `signal`: when it is aborted while tied, or when it is asked.
   * `own` is the signal of the group.
   */
  constructor(signal: AbortSignal | undefined, own: AbortSignal, fail: (reason: unknown) => void) {
    this.#signal = signal;
    this.#own = own;
    this.#fail = fail;
  }

  /** Looks whether it is aborted. It may be although a listener of ours has yet to run. */
  ask(): void {
    const signal = this.#signal;
    if (signal !== undefined && isAborted(signal)) this.#fail(reasonOf(signal));
  }

  /** Makes sure that an abort is told at once, as long as the group or its own signal is in use. */
  tie(): void {
    if (this.#signal === undefined || this.#tie !== undefined) return;
    const tie = new Tie(this);
    tie.link = onAbort(this.#signal, tie);
    this.#tie = tie;
    ownedBy.set(this.#own, this);
    ties?.register(this, weakly(tie), this);
  }

  /** The same, and keeps the group alive until it is released. */
  hold(): void {
    this.tie();
    if (this.#tie !== undefined) this.#tie.held = this;
  }

  release(): void {
    if (this.#tie !== undefined) this.#tie.held = undefined;
  }

  /** It does not matter any more. */
  letGo(): void {
    this.#signal = undefined;
    if (this.#tie === undefined) return;
    this.#tie.link?.remove();
    this.#tie = undefined;
    ownedBy.delete(this.#own);
    ties?.unregister(this);
  }

  /** It was aborted. */
  fail(reason: unknown): void {
    this.#fail(reason);
  }
}

/** What is tied to the outer signal, and so lives as long as that does. */
class Tie implements AbortTarget {
  link: AbortRegistration | undefined;
  /** Only to keep it alive. */
  held: OuterSignal | undefined;
  readonly #outer: Ref<OuterSignal>;

  constructor(outer: OuterSignal) {
    this.#outer = weakly(outer);
  }

  cancel(reason: unknown): void {
    this.#outer.deref()?.fail(reason);
  }
}

/** Where there is no `WeakRef`, all stays tied until the outer signal is let go. */
function weakly<T extends object>(thing: T): Ref<T> {
  return typeof WeakRef === "function" ? new WeakRef(thing) : { deref: () => thing };
}

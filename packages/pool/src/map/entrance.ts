// Where the slots of a map enter the pool, one after the other, as `submit` does: if there is no room a
// slot waits, first come, first served. Meanwhile no other comes.

import { type AbortTarget, type AbortRegistration, onAbort } from "@chankit/channel";

import { isAborted, reasonOf } from "../util/abort.js";
import type { Job } from "../job/job.js";
import type { Slot } from "./slot.js";

/** Where slots are submitted. */
export interface EntrancePool<J extends Job> {
  /** Accepts a slot if there is room. Throws if the pool takes no more, or the signal is odd. */
  tryEnter(slot: Slot<J>): boolean;
  /** Takes the turn of a slot that was given one. To be called in the async context of the map. */
  takeTurnOf(slot: Slot<J>): void;
  /** Lets it wait for room; resolves when it was accepted, or told why not. */
  waitToEnter(slot: Slot<J>, signal: AbortSignal): Promise<void>;
}

/** Submits slots. */
export class Entrance<J extends Job> implements AbortTarget {
  /** Whether a slot waits for room. */
  isBlocked = false;
  readonly #pool: EntrancePool<J>;
  readonly #onFree: () => void;
  /** Withdraws the slot that waits for room. */
  #controller: AbortController | undefined = undefined;

  /** Calls `onFree` when a slot waits no more. */
  constructor(pool: EntrancePool<J>, onFree: () => void) {
    this.#pool = pool;
    this.#onFree = onFree;
  }

  /** Submits a slot. If it is refused, that is its outcome. */
  enter(slot: Slot<J>): void {
    const { signal } = slot;
    try {
      if (isAborted(signal)) slot.reject(reasonOf(signal));
      else if (!this.#pool.tryEnter(slot)) this.#wait(slot);
    } catch (reason) {
      slot.reject(reason);
    }
  }

  /** Withdraws the slot that waits for room, if one does; its outcome is `reason`. */
  cancel(reason: unknown): void {
    this.#controller?.abort(reason);
  }

  #wait(slot: Slot<J>): void {
    const { signal } = slot;
    this.isBlocked = true;
    // Of our own: a slot is withdrawn by its signal, and by others' failures.
    this.#controller = new AbortController();
    let registration: AbortRegistration | undefined;
    void this.#pool.waitToEnter(slot, this.#controller.signal).then(() => {
      this.isBlocked = false;
      this.#controller = undefined;
      registration?.remove();
      this.#onFree();
    });
    if (signal === undefined) return;
    try {
      registration = onAbort(signal, this);
    } catch (reason) {
      this.cancel(reason);
    }
  }
}

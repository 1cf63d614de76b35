// The calls that a thread was sent, with their channels: until it has told of them, or they are taken back, or
// lost with it.
//
// Invariants: a call is in #calls under its slot. #unbegun has, in the order of sending, all that the thread
// has not said to have taken, with holes for what was taken back.

import { PAGE } from "../wire/protocol.js";
import type { Call } from "./call.js";
import type { Links } from "./links.js";
import { Slots } from "./slots.js";
import type { Thread } from "./thread.js";
import { Unbegun } from "./unbegun.js";

/** So many calls between two messages of the thread are quick ones: it may have the next before it is done. */
const QUICK = 64;

/** See above. */
export class HeldCalls {
  /** Those that have not settled. */
  unsettled = 0;
  /** Those that were not told of, the ones that have settled by an abort included. */
  load = 0;
  /** Whether the thread has ever begun one. */
  isFruitful = false;
  /** Whether they are so short that a message to and fro takes longer than many of them. */
  isQuick = false;
  readonly #thread: Thread;
  readonly #slots: Slots;
  readonly #calls: (Call | undefined)[] = [];
  readonly #unbegun = new Unbegun();
  /** The channels of calls that have some, by their slots, until they are told of. */
  readonly #links = new Map<number, Links>();

  constructor(thread: Thread, isShared: boolean) {
    this.#thread = thread;
    this.#slots = new Slots(isShared);
  }

  get links(): ReadonlyMap<number, Links> {
    return this.#links;
  }

  /** Whether the thread has taken all. */
  get areTaken(): boolean {
    return this.#unbegun.isEmpty;
  }

  /** How many more may be sent ahead, and taken back. */
  get room(): number {
    return Math.min(PAGE - this.#unbegun.length, this.#slots.room);
  }

  /** How many the thread has not said to have begun, and could give back. */
  get movable(): number {
    return this.#unbegun.movable;
  }

  /** Whether the thread runs one now, which does not wait. */
  get isBlocked(): boolean {
    const { first } = this.#unbegun;
    return first !== undefined && this.#slots.isBegun(first.slot);
  }

  /** Whether what is not begun waits behind something else of the thread. */
  get isBehind(): boolean {
    return this.load > this.#unbegun.calls().length;
  }

  /** How many run and have not settled. O(calls that were sent ahead). */
  get running(): number {
    let notBegun = 0;
    for (const call of this.#unbegun.calls()) if (!this.#slots.isBegun(call.slot)) notBegun++;
    return this.unsettled - notBegun;
  }

  /** Adds one that is being sent; gives its slot. */
  add(call: Call): number {
    const slot = this.#slots.take();
    call.state = "sent";
    call.thread = this.#thread;
    call.slot = slot;
    this.#calls[slot] = call;
    this.#unbegun.push(call, isMovable(call));
    this.load++;
    this.unsettled++;
    return slot;
  }

  /** See {@link Slots.newPage}. */
  newPage(): SharedArrayBuffer | undefined {
    return this.#slots.newPage();
  }

  link(slot: number, links: Links): void {
    this.#links.set(slot, links);
  }

  /** Takes back at most `max` that the thread has not begun, and need not be run by it. */
  takeBack(max: number): readonly Call[] {
    const calls: Call[] = [];
    for (const call of this.#unbegun.calls()) {
      if (calls.length >= max) break;
      if (isMovable(call) && this.revoke(call)) calls.push(call);
    }
    return calls;
  }

  /** Whether the call has been taken out of the thread's hands. */
  revoke(call: Call): boolean {
    if (!this.#slots.revoke(call.slot)) return false;
    // The slot stays taken until the thread has passed over it.
    this.#giveBack(call);
    this.#unlink(call.slot);
    return true;
  }

  /** Tells one that is begun that it is aborted, and takes back all others that are. */
  abort(call: Call): void {
    // Its thread looks at the flag, and would then begin what is aborted by the same signal.
    for (const other of this.#unbegun.calls()) if (other.isAborted) this.revoke(other);
    this.#slots.abort(call.slot);
  }

  /** One has settled. */
  settled(call: Call): void {
    this.unsettled--;
    this.#links.get(call.slot)?.end(false);
  }

  /** The thread has taken so many, all in all. */
  taken(count: number): void {
    const calls = this.#unbegun.take(count, isMovable);
    this.isQuick = calls.length >= QUICK;
    for (const call of calls) {
      this.isFruitful = true;
      if (call.state === "sent") call.state = "begun";
      call.input = undefined;
    }
  }

  /** The thread tells of what is under this slot; gives it, unless it was taken back. */
  told(slot: number): Call | undefined {
    const call = this.#calls[slot];
    this.#calls[slot] = undefined;
    this.#unlink(slot);
    this.#slots.release(slot);
    if (call !== undefined) this.load--;
    return call;
  }

  /** Takes back for good what the thread has not begun. If it `mayBegin` that still, it is kept from it. */
  takeAllBack(mayBegin: boolean): readonly Call[] {
    const unbegun: Call[] = [];
    for (const call of this.#unbegun.calls()) {
      const { slot } = call;
      const isBegun = mayBegin ? !this.#slots.revoke(slot) : this.#slots.isBegun(slot);
      if (isBegun) this.isFruitful = true;
      // What was transferred is gone with the thread.
      else if (call.list.length === 0) unbegun.push(call);
    }
    for (const call of unbegun) this.#giveBack(call);
    return unbegun;
  }

  /** Nothing more is said of channels; gives what they were. */
  unlinkAll(): ReadonlyMap<number, Links> {
    const links = new Map(this.#links);
    for (const slot of links.keys()) this.#unlink(slot);
    return links;
  }

  /** Gives up all that there are. */
  clear(): readonly Call[] {
    return this.#calls.splice(0).filter((call) => call !== undefined);
  }

  #giveBack(call: Call): void {
    this.#calls[call.slot] = undefined;
    this.settled(call);
    this.#unbegun.remove(call, isMovable(call));
    this.load--;
    call.thread = undefined;
  }

  /** Nothing more will be said of the channels of a call. */
  #unlink(slot: number): void {
    this.#links.get(slot)?.end(true);
    this.#links.delete(slot);
  }
}

/** Whether another thread may run a call that was sent to one. */
function isMovable(call: Call): boolean {
  return call.bound === undefined && call.list.length === 0;
}

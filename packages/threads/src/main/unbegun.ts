// The calls that a thread was sent and has not said to have taken, in the order of sending. The thread
// takes them in that order and says how many; main may take out any of them meanwhile, which leaves a hole.

import type { Call } from "./call.js";

/** See above. */
export class Unbegun {
  /** How many of them another thread could run. */
  movable = 0;
  readonly #calls: (Call | undefined)[] = [];
  /** Where in the array the first stands, and how many were taken before it. */
  #first = 0;
  #taken = 0;

  /** How many there are, holes included. */
  get length(): number {
    return this.#calls.length - this.#first;
  }

  /** The one that the thread takes next, or has taken and not said so. */
  get first(): Call | undefined {
    return this.#calls[this.#first];
  }

  /** Whether the thread has taken all. */
  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** At the end. */
  push(call: Call, isMovable: boolean): void {
    call.position = this.#taken + this.length;
    this.#calls.push(call);
    if (isMovable) this.movable++;
  }

  /** Leaves a hole. */
  remove(call: Call, isMovable: boolean): void {
    this.#calls[call.position - this.#taken + this.#first] = undefined;
    if (isMovable) this.movable--;
  }

  /** The thread has taken so many, all in all: gives those that it had not before. */
  take(taken: number, isMovable: (call: Call) => boolean): readonly Call[] {
    const end = this.#first + taken - this.#taken;
    const calls = this.#calls.slice(this.#first, end).filter((call) => call !== undefined);
    for (const call of calls) if (isMovable(call)) this.movable--;
    this.#taken = taken;
    this.#first = end;
    if (this.isEmpty || end >= 1024) {
      this.#calls.splice(0, end);
      this.#first = 0;
    }
    return calls;
  }

  /** Those that are there now, first come first. */
  calls(): readonly Call[] {
    return this.#calls.slice(this.#first).filter((call) => call !== undefined);
  }
}

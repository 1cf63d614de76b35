// Calls that wait, first come, first served. A list, since any of them may leave: O(1).

import type { Call } from "./call.js";

/** See above. */
export class CallQueue {
  length = 0;
  first: Call | undefined = undefined;
  #last: Call | undefined = undefined;

  /** At the end. */
  push(call: Call): void {
    this.#insert(call, undefined);
  }

  /** Calls that were taken out before, in their order: each to its place in the order of the calls. */
  putBack(calls: readonly Call[]): void {
    let next = this.first;
    for (const call of calls) {
      while (next !== undefined && next.number < call.number) next = next.next;
      this.#insert(call, next);
    }
  }

  /** Takes out one of its calls. */
  remove(call: Call): void {
    if (call.previous === undefined) this.first = call.next;
    else call.previous.next = call.next;
    if (call.next === undefined) this.#last = call.previous;
    else call.next.previous = call.previous;
    call.queue = call.next = call.previous = undefined;
    this.length--;
  }

  #insert(call: Call, next: Call | undefined): void {
    const previous = next === undefined ? this.#last : next.previous;
    call.queue = this;
    call.next = next;
    call.previous = previous;
    if (previous === undefined) this.first = call;
    else previous.next = call;
    if (next === undefined) this.#last = call;
    else next.previous = call;
    this.length++;
  }
}

// Which send gave what a receive has taken. Values come out of a channel in the order in which they went
// in, so it is enough to count: those that were sent while it was recorded stand in a line, behind those
// that were in the buffer before.
//
// What a receiver that waits gets was handed over, and never stood in the line. What a link has put in, or
// has put back (`ChanPort`), no event has told: then it is not known any more which is which.

import { RingBuffer } from "../util/ring-buffer.js";

/** The sends whose values are in a buffer, by `id`; `undefined` for one that is not known. */
type Line = RingBuffer<number | undefined>;

/** A channel, as far as its values can be followed. */
interface Followed {
  readonly len: number;
}

/** The lines of all channels. */
export class Messages {
  readonly #lines = new WeakMap<object, Line>();

  /** The value of the send `id` was put into `chan`, by a call or by a sender that waited. */
  sent(chan: object, id: number, waited: boolean): void {
    const line = this.#lineOf(chan, (len) => (waited ? len : len - 1));
    line.push(id);
    if (waited) return;
    // What is not in the buffer was handed over, or discarded to make room.
    while (line.length > (chan as Followed).len) line.shift();
  }

  /** The send whose value was taken out of the buffer of `chan`. */
  received(chan: object): number | undefined {
    return this.#lineOf(chan, (len) => len + 1).shift();
  }

  /** `before` says how many values were there before this event, by how many there are now. */
  #lineOf(chan: object, before: (len: number) => number): Line {
    const length = before((chan as Followed).len);
    const known = this.#lines.get(chan);
    if (known !== undefined && known.length >= length) return known;
    const line: Line = new RingBuffer();
    this.#lines.set(chan, line);
    for (let n = length; n > 0; n--) line.push(undefined);
    return line;
  }
}

/**
 * Whether values come out of `thing` in the order in which they are put in: not of a kind of its own, nor of a
 * broadcast, where they come out of its subscriptions.
 */
export function isFollowed(thing: object): boolean {
  return "trySend" in thing && "len" in thing && !("notify" in thing) && !("subscribe" in thing);
}

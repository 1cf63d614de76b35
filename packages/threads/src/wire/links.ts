// The channels of a call: what main and the thread say to each other of one of them, its number first.
//
// The thread asks for values when receivers wait there; main receives as many from the channel, on loan,
// and sends them on. The thread takes one by counting it in a word of shared memory, and main ends a turn
// of asking by exchanging the whole word: what was counted was received there, all else comes back. So each
// value is received by exactly one, at whatever instant the turn ends: when the receivers there withdraw,
// when the call settles, when the thread dies. The thread also says what it has taken: without shared
// memory that is all there is, and main waits for the thread before values come back.
//
// For sending the thread has credits, as many as may be under way. What it has sent arrives, whatever becomes
// of the call, the thread and the channel: it counts each message in another word, once that is under way, and
// main ends the counting by exchanging that word, when the channel is closed or the thread is to be
// terminated. What was counted has arrived or will; what was not is refused at both ends. Without shared memory the thread
// says that it has heard of the close; what a thread sends while it is terminated may be lost then.

/** Main sends a value of a turn: [VALUE, value, turn]. */
export const VALUE = 0;
/** The channel is closed and drained. */
export const DRAINED = 1;
/** The channel is closed: nothing can be sent any more. */
export const CLOSED = 2;
/** A value has arrived: another may be sent. */
export const CREDIT = 3;
/** The channel has failed to receive: [FAILED, failure]. */
export const FAILED = 4;

/** The thread asks for so many values: [WANT, count]. */
export const WANT = 10;
/** Nothing waits there any more, and the next turn begins. */
export const UNWANT = 11;
/** It sends a value: [SEND, value]. */
export const SEND = 12;
/** It closes the channel. */
export const CLOSE = 13;
/** It has taken a value: [TOOK, turn]. */
export const TOOK = 14;
/** It has heard that the channel is closed: it sends nothing any more. */
export const HEARD = 15;

/** A channel as the thread is told of it. */
export interface End {
  readonly name: string;
  readonly cap: number;
  readonly isClosed: boolean;
  readonly canSend: boolean;
}

/** How many words of shared memory a channel has: of what is taken there, and of what is sent there. */
export const WORDS = 2;

/** After so many values the thread begins another turn: 16 bits count them. */
export const MANY = 1000;
const COUNT = 0xffff;
const TURNS = 0x7fff;
const ENDED = -1;

/** The turn that comes after. */
export function nextTurn(turn: number): number {
  return (turn + 1) & TURNS;
}

/** Takes a value of a turn: whether it is the thread's. */
export function take(words: Int32Array, end: number, turn: number): boolean {
  const at = end * WORDS;
  const word = Atomics.load(words, at);
  if (word === ENDED || word >>> 16 !== turn) return false;
  // Nothing else changes it but the end of the turn.
  return Atomics.compareExchange(words, at, word, word + 1) === word;
}

/** Begins another turn, or none: how many values of the last were taken. */
export function endTurn(words: Int32Array, end: number, next: number | undefined): number {
  const word = Atomics.exchange(words, end * WORDS, next === undefined ? ENDED : next << 16);
  return word & COUNT;
}

/** Why nothing more is sent: the channel is closed, or the thread is about to be terminated. */
export const SHUT = 0;
/** See above. */
export const STOPPED = 1;
const SENT = 0x3fffffff;
const OVER = 1 << 31;

/** The number of sent messages that comes after. */
export function nextSent(count: number): number {
  return (count + 1) & SENT;
}

/** How many were sent since. */
export function sentSince(count: number, before: number): number {
  return (count - before) & SENT;
}

/**
 * The thread counts a message that is under way, after so many: `undefined`, or why it does not count. It does
 * if main has counted it, to which it had come already.
 */
export function countSent(words: Int32Array, end: number, before: number): number | undefined {
  const count = nextSent(before);
  const found = Atomics.compareExchange(words, end * WORDS + 1, before, count);
  return found === before || (found & SENT) === count ? undefined : (found >>> 30) & 1;
}

/** Main ends the counting, once, when so many have come: how many were sent. */
export function endSent(words: Int32Array, end: number, arrived: number, why: number): number {
  const at = end * WORDS + 1;
  for (;;) {
    const word = Atomics.load(words, at);
    // What has come may not have been counted yet.
    const count = sentSince(arrived, word) === 1 ? arrived : word;
    if (Atomics.compareExchange(words, at, word, OVER | (why << 30) | count) === word) return count;
  }
}

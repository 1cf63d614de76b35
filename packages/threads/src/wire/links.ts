// The channels of a call: what main and the thread say to each other of one of them, its number first.
//
// The thread asks for values when receivers wait there; main receives as many from the channel, on loan,
// and sends them on. The thread takes one by counting it in a word of shared memory, and main ends a turn
// of asking by exchanging the whole word: what was counted was received there, all else comes back. So each
// value is received by exactly one, at whatever instant the turn ends: when the receivers there withdraw,
// when the call settles, when the thread dies. The thread also says what it has taken: without shared
// memory that is all there is, and main waits for the thread before values come back.
//
// For sending the thread has credits, as many as may be under way; a value that has left it will arrive.

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

/** A channel as the thread is told of it. */
export interface End {
  readonly name: string;
  readonly cap: number;
  readonly isClosed: boolean;
  readonly canSend: boolean;
}

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
export function take(words: Int32Array, at: number, turn: number): boolean {
  const word = Atomics.load(words, at);
  if (word === ENDED || word >>> 16 !== turn) return false;
  // Nothing else changes it but the end of the turn.
  return Atomics.compareExchange(words, at, word, word + 1) === word;
}

/** Begins another turn, or none: how many values of the last were taken. */
export function endTurn(words: Int32Array, at: number, next: number | undefined): number {
  const word = Atomics.exchange(words, at, next === undefined ? ENDED : next << 16);
  return word & COUNT;
}
